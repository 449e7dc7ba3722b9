import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { manifest, ROOT } from "../../scripts/manifest.ts";

/** Where a reader finds documents: the project's own folder, and `docs`. */
const DOCUMENT_FOLDERS = [".", "docs", "docs/decisions"];

/** Paths of all documents, relative to the project. */
export function documents(): string[] {
  return DOCUMENT_FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => relative(ROOT, join(ROOT, folder, name))),
  );
}

export function documentText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The TypeScript blocks of a document, in order. */
export function codeBlocks(path: string): string[] {
  return [...documentText(path).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
}

/**
 * A folder in which `tickframe` is installed as its users have it, by the entry points of package.json, but made of the
 * sources, so that nothing must be built. Removed by its `[Symbol.dispose]`.
 */
export function userProject(): { readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), "tickframe-user-"));
  const modules = join(folder, "node_modules");
  const home = join(modules, manifest.name);
  mkdirSync(home, { recursive: true });
  symlinkSync(join(ROOT, "src"), join(home, "src"));
  for (const name of ["@types", "@opentelemetry", "nodejs-polars"]) {
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  const exports = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === "string" ? [] : [[subpath, sourceOf(target.default)]],
  );
  const { name, version } = manifest;
  writeJson(join(home, "package.json"), {
    name,
    version,
    type: "module",
    exports: Object.fromEntries(exports),
  });
  writeJson(join(folder, "package.json"), { type: "module" });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

export function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}

function sourceOf(built: string): string {
  return built.replace("./dist/", "./src/").replace(/\.js$/, ".ts");
}
