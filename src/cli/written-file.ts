import { writeFile } from "node:fs/promises";
import { UsageError } from "./failure.ts";
import { print } from "./output.ts";

/** Writes a whole file, over what is there. */
export async function writeOut(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes `text` to the file `out`, over what is there, or to standard output when there is none. */
export async function deliver(text: string, out: string | undefined): Promise<void> {
  if (out === undefined) await print(text);
  else await writeOut(out, text);
}
