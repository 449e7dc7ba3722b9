import { readdir, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { UsageError } from "../failure.ts";

const SOURCE = /(?<!\.d)\.[cm]?[jt]sx?$/;
const NOT_OURS = new Set(["node_modules", ".git"]);

/** The sources among and below `paths`, absolute, each once, in one order whatever the file system's. */
export async function sourceFiles(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => filesOf(resolve(path), path)));
  return [...new Set(found.flat())].sort();
}

async function filesOf(path: string, asWritten: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined) throw new UsageError(`there is no file or folder ${asWritten}`);
  if (!stats.isDirectory()) {
    if (!SOURCE.test(path)) throw new UsageError(`${asWritten} is no JavaScript or TypeScript`);
    return [path];
  }
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => SOURCE.test(name) && !name.split(sep).some((part) => NOT_OURS.has(part)))
    .map((name) => join(path, name));
}

/** As reports name a file: from the working directory, with forward slashes. */
export function reportedName(file: string, cwd: string): string {
  return relative(cwd, file).replaceAll(sep, "/");
}
