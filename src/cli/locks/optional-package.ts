import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { UsageError } from "../failure.ts";

/**
 * Loads a package that tickframe does not bring: from the first of `folders` that has it. A project's own comes before the one beside
 * tickframe, which may be installed elsewhere.
 */
export function loadOptional(name: string, purpose: string, folders: readonly string[]): unknown {
  for (const folder of folders) {
    const load = createRequire(pathToFileURL(`${folder}/package.json`));
    const file = resolved(name, load);
    if (file !== undefined) return loaded(name, () => load(file));
  }
  throw new UsageError(`${purpose} needs ${name}: npm install --save-dev ${name}`);
}

function resolved(name: string, load: NodeJS.Require): string | undefined {
  try {
    return load.resolve(name);
  } catch {
    // Not there, or not in a form that can be loaded: the next folder may have it.
    return undefined;
  }
}

function loaded(name: string, load: () => unknown): unknown {
  try {
    return load();
  } catch (error) {
    throw new UsageError(`${name} cannot be loaded: ${(error as Error).message}`, { cause: error });
  }
}
