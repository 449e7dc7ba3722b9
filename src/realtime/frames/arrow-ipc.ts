import type { BarRows } from "../bars/bar-rows.ts";
import type { BarRow } from "../bars/bar-row.ts";
import { END_OF_STREAM } from "./arrow-message.ts";
import { BAR_FIELDS, columnBytes, type ColumnType } from "./bar-schema.ts";
import { BODY_AT, IpcScratch } from "./ipc-scratch.ts";

/** Rows `[from, to)` of the closed bars, and the forming bar behind them. */
export interface BarSlice {
  readonly columns: BarRows;
  readonly from: number;
  readonly to: number;
  readonly forming: BarRow | undefined;
  /** Bars that open before this time (ms) are partial. */
  readonly completeFrom: number;
}

const FIRST_SCRATCH_BYTES = 16_384;
/** A larger buffer is let go after use: so many bars are encoded rarely. */
const KEPT_SCRATCH_BYTES = 1_048_576;

/**
 * Bars as an Arrow IPC stream of one record batch. Columns are copied as they lie in memory, and the metadata is a
 * template in which lengths are patched, so the cost is that of the copies. Little-endian, as is every machine that
 * polars is built for.
 */
export class BarIpcEncoder {
  #scratch = new IpcScratch(FIRST_SCRATCH_BYTES);

  /** The bytes are valid until the next call; `readIPCStream` copies what it reads. */
  encode(slice: BarSlice): Buffer {
    const rows = slice.to - slice.from + (slice.forming ? 1 : 0);
    const bodyBytes = bodyBytesOf(rows);
    const totalBytes = BODY_AT + bodyBytes + END_OF_STREAM.length;
    const scratch = this.#scratchFor(totalBytes);
    scratch.patchBatch(rows, bodyBytes);
    const rewritten = rowsBefore(slice);
    let offset = 0;
    for (let i = 0; i < BAR_FIELDS.length; i++) {
      const field = BAR_FIELDS[i];
      const byteLength = columnBytes(field.type, rows);
      const next = offset + padded(byteLength);
      scratch.patchColumn(i, rows, offset, byteLength);
      // Padding is zero, so that the same bars are the same bytes.
      scratch.bytes.fill(0, BODY_AT + offset + byteLength, BODY_AT + next);
      writeColumn(scratch, BODY_AT + offset, field, { slice, rows, rewritten });
      offset = next;
    }
    scratch.bytes.set(END_OF_STREAM, BODY_AT + bodyBytes);
    return Buffer.from(scratch.bytes.buffer, 0, totalBytes);
  }

  #scratchFor(byteLength: number): IpcScratch {
    if (byteLength <= this.#scratch.bytes.length) return this.#scratch;
    if (byteLength > KEPT_SCRATCH_BYTES) return new IpcScratch(byteLength);
    return (this.#scratch = new IpcScratch(2 * byteLength));
  }
}

/** Values of a column begin at a multiple of 8. */
function padded(byteLength: number): number {
  return Math.ceil(byteLength / 8) * 8;
}

function bodyBytesOf(rows: number): number {
  return BAR_FIELDS.reduce((sum, { type }) => sum + padded(columnBytes(type, rows)), 0);
}

function writeColumn(
  scratch: IpcScratch,
  at: number,
  field: (typeof BAR_FIELDS)[number],
  source: ColumnSource,
): void {
  switch (field.type) {
    case "float64":
      return writeFloat64(scratch, at, field.source, source);
    case "int32":
      return writeInt32(scratch, at, field.source, source);
    case "timestamp":
    case "int64":
      return writeInt64s(scratch, at, field.source, source);
    case "boolean":
      return writeBits(scratch, at, flaggedRows(field.name, source.slice), source.rows);
  }
}

/** What a column is written from. */
interface ColumnSource {
  readonly slice: BarSlice;
  /** All of them, the forming bar counted. */
  readonly rows: number;
  readonly rewritten: readonly RowBefore[];
}

/** A row as it was, by its place in the slice. */
type RowBefore = readonly [row: number, before: BarRow];

type SourceOf<Type extends ColumnType> = Extract<(typeof BAR_FIELDS)[number], { type: Type }>["source"];

function writeFloat64(
  scratch: IpcScratch,
  at: number,
  name: SourceOf<"float64">,
  { slice, rewritten }: ColumnSource,
): void {
  const { columns, from, to, forming } = slice;
  const first = at >>> 3;
  const source = columns.arrays[name];
  scratch.float64.set(source.subarray(columns.start + from, columns.start + to), first);
  for (const [row, before] of rewritten) scratch.float64[first + row] = before[name];
  if (forming) scratch.float64[first + to - from] = forming[name];
}

function writeInt32(
  scratch: IpcScratch,
  at: number,
  name: SourceOf<"int32">,
  { slice, rewritten }: ColumnSource,
): void {
  const { columns, from, to, forming } = slice;
  const first = at >>> 2;
  const source = columns.arrays[name];
  scratch.int32.set(source.subarray(columns.start + from, columns.start + to), first);
  for (const [row, before] of rewritten) scratch.int32[first + row] = before[name];
  if (forming) scratch.int32[first + to - from] = forming[name];
}

function writeInt64s(
  scratch: IpcScratch,
  at: number,
  name: SourceOf<"int64" | "timestamp">,
  { slice, rewritten }: ColumnSource,
): void {
  const { columns, from, to, forming } = slice;
  const { words } = columns.arrays[name];
  scratch.int32.set(words.subarray(2 * (columns.start + from), 2 * (columns.start + to)), at >>> 2);
  for (const [row, before] of rewritten) scratch.setInt64(at + 8 * row, before[name]);
  if (forming) scratch.setInt64(at + 8 * (to - from), forming[name]);
}

/** Rows of the slice that are no longer in the arrays as they were, by their place in the slice. */
function rowsBefore({ columns, from, to }: BarSlice): readonly RowBefore[] {
  if (columns.before === undefined) return NONE;
  const first = columns.start + from;
  return [...columns.before]
    .map(([at, row]) => [at - first, row] as const)
    .filter(([row]) => row >= 0 && row < to - from);
}

const NONE: readonly RowBefore[] = [];

/** Writes a bitmap of `rows` bits of which the first `ones` are set: both flags of a bar hold for the older rows only. */
function writeBits(scratch: IpcScratch, at: number, ones: number, rows: number): void {
  const whole = ones >>> 3;
  scratch.bytes.fill(0xff, at, at + whole);
  scratch.bytes.fill(0, at + whole, at + columnBytes("boolean", rows));
  if (ones % 8 > 0) scratch.bytes[at + whole] = (1 << (ones % 8)) - 1;
}

function flaggedRows(flag: string, slice: BarSlice): number {
  return flag === "closed" ? slice.to - slice.from : partialRows(slice);
}

function partialRows({ columns, from, to, forming, completeFrom }: BarSlice): number {
  if (forming && forming.openTime < completeFrom) return to - from + 1;
  return Math.min(Math.max(columns.lowerBound(completeFrom), from), to) - from;
}
