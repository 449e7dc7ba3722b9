import pl from "nodejs-polars";
import type { BarIpcEncoder, BarSlice } from "./arrow-ipc.ts";

/**
 * Bars as a frame of their own. V8 frees what polars holds only in a major collection, and does not know that a frame
 * holds more than a few bytes: left alone, tens of thousands of dropped frames pile up to a gigabyte. So a frame carries
 * an untouched buffer of its size, which V8 does count.
 */
export function readBars(encoder: BarIpcEncoder, slice: BarSlice): pl.DataFrame {
  const bytes = encoder.encode(slice);
  const frame = pl.readIPCStream(bytes);
  Object.defineProperty(frame._df, "weight", { value: Buffer.allocUnsafeSlow(bytes.length).buffer });
  return frame;
}
