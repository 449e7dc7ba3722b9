import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A folder with a `package.json` that has a name. */
interface PackageRoot {
  readonly name: string;
  readonly folder: string;
}

const roots = new Map<string, PackageRoot | undefined>();

/** The package that a file belongs to, and where it is in there, with forward slashes. */
export function placeInPackage(file: string): { readonly name: string; readonly path: string } | undefined {
  const root = rootOf(dirname(file));
  return root && { name: root.name, path: file.slice(root.folder.length + 1).replaceAll("\\", "/") };
}

function rootOf(folder: string): PackageRoot | undefined {
  if (!roots.has(folder)) roots.set(folder, rootAt(folder) ?? rootAbove(folder));
  return roots.get(folder);
}

function rootAbove(folder: string): PackageRoot | undefined {
  const above = dirname(folder);
  return above === folder ? undefined : rootOf(above);
}

function rootAt(folder: string): PackageRoot | undefined {
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) return undefined;
  const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly name?: string };
  return name === undefined ? undefined : { name, folder };
}
