import type { TickColumns } from "./tick-columns.ts";

/** Bytes before the columns; `published` has its cache lines to itself. */
const HEADER_BYTES = 128;

/** Columns in the order of their bytes, widest first so that each begins at a multiple of its element size. */
const COLUMNS = [
  { name: "time", type: Float64Array },
  { name: "receivedAt", type: Float64Array },
  { name: "price", type: Float64Array },
  { name: "size", type: Float64Array },
  { name: "tradeId", type: Float64Array },
  { name: "tradeCount", type: Int32Array },
  { name: "symbol", type: Int32Array },
  { name: "flags", type: Uint8Array },
] as const;

/** What one tick takes in a ring, in bytes. */
export const TICK_BYTES = COLUMNS.reduce((sum, { type }) => sum + type.BYTES_PER_ELEMENT, 0);

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
  const columns = COLUMNS.map(({ name, type }) => {
    const Column: new (memory: ArrayBufferLike, offset: number, length: number) => object = type;
    const column = new Column(buffer, offset, slots);
    offset += slots * type.BYTES_PER_ELEMENT;
    return [name, column];
  });
  return {
    buffer,
    published: new Float64Array(buffer, 0, 1),
    columns: Object.fromEntries(columns) as unknown as TickColumns,
  };
}
