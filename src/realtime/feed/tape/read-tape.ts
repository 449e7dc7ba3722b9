import type { Decoder } from "../feed.ts";
import { WireField } from "../wire-record.ts";
import { TapeReader } from "./tape-reader.ts";

/**
 * Decodes whole tapes as fast as they can be read, with no clock and no feed around them. The event loop gets its turn
 * between pieces of the file. Resolves with the number of lines.
 *
 * @throws TapeError at a line that cannot be read, after everything before it was decoded.
 */
export async function readTape(files: string | readonly string[], decoder: Decoder): Promise<number> {
  let lines = 0;
  for await (const batch of new TapeReader(files).batches()) {
    while (batch.next()) {
      decoder.record.fields[WireField.receivedAt] = batch.receivedAt;
      decoder.decode(batch.message);
      lines++;
    }
  }
  return lines;
}
