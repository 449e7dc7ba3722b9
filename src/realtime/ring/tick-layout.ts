import type { TickColumns } from "./tick-columns.ts";

/** Bytes before the columns; `published` has its cache lines to itself. */
const HEADER_BYTES = 128;

/** What one tick takes in a ring, in bytes: five float64, two int32, one byte. */
export const TICK_BYTES = 5 * 8 + 2 * 4 + 1;

export interface TickLayout {
  readonly buffer: SharedArrayBuffer;
  /** One number: how many ticks were ever published. */
  readonly published: Float64Array;
  readonly columns: TickColumns;
}

/** Lays a header and the columns of `slots` ticks into one SharedArrayBuffer. `slots` is a multiple of 8. */
export function layOutTicks(slots: number): TickLayout {
  const buffer = new SharedArrayBuffer(HEADER_BYTES + slots * TICK_BYTES);
  let offset = HEADER_BYTES;
  const next = <Column extends ArrayBufferView>(
    Column: new (memory: SharedArrayBuffer, byteOffset: number, length: number) => Column,
  ): Column => {
    const column = new Column(buffer, offset, slots);
    offset += column.byteLength;
    return column;
  };
  return {
    buffer,
    published: new Float64Array(buffer, 0, 1),
    // In the order of their bytes, widest first so that each begins at a multiple of its element size.
    columns: {
      time: next(Float64Array),
      receivedAt: next(Float64Array),
      price: next(Float64Array),
      size: next(Float64Array),
      tradeId: next(Float64Array),
      tradeCount: next(Int32Array),
      symbol: next(Int32Array),
      flags: next(Uint8Array),
    },
  };
}
