import pl from "nodejs-polars";
import type { BarIpcEncoder, BarSlice } from "./arrow-ipc.ts";

/**
 * Bars as a frame of their own. V8 frees what polars holds only in a major collection, and does not know that a frame
 * holds more than a few bytes: left alone, tens of thousands of dropped frames pile up to a gigabyte. So a frame carries
 * an untouched buffer, which V8 does count: of a quarter of its size, since the collections that the whole size brings
 * about cost more than the frame.
 */
export function readBars(encoder: BarIpcEncoder, slice: BarSlice): pl.DataFrame {
  const bytes = encoder.encode(slice);
  const frame = pl.readIPCStream(bytes);
  Object.defineProperty(frame._df, "weight", { value: new ArrayBuffer(bytes.length >>> 2) });
  return frame;
}
