import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The project's folder. */
export const ROOT = join(import.meta.dirname, "..");

/** The parts of package.json that the scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
}

export const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as Manifest;

/** One way into the package, as its users name it and as it is built. */
export interface EntryPoint {
  /** As imported: `tickframe/locks`. */
  readonly specifier: string;
  /** Its own name: `locks`, and `index` for the package itself. */
  readonly name: string;
  /** The declarations, relative to the project. */
  readonly types: string;
}

/** The entry points of the package that hold code. */
export const entryPoints: readonly EntryPoint[] = Object.entries(manifest.exports).flatMap(
  ([subpath, target]) =>
    typeof target === "string"
      ? []
      : [
          {
            specifier: manifest.name + subpath.slice(1),
            name: subpath.slice(2) || "index",
            types: target.types,
          },
        ],
);
