import { writeFile } from "node:fs/promises";
import { UsageError } from "../failure.ts";
import { print } from "../output.ts";

/** Writes `text` to the file `out`, over what is there, or to standard output when there is none. */
export async function deliverReport(text: string, out: string | undefined): Promise<void> {
  if (out === undefined) return print(text);
  try {
    await writeFile(out, text);
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
