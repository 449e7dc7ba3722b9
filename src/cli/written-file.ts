import { writeFile } from "node:fs/promises";
import { UsageError } from "./failure.ts";

/** Writes a whole file, over what is there. */
export async function writeOut(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
