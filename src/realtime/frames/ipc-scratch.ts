import { writeInt64 } from "../bars/int64-column.ts";
import { barStreamHead, STRUCT_BYTES } from "./arrow-message.ts";

const HEAD = barStreamHead();
/** Where the values begin. */
export const BODY_AT = HEAD.bytes.length;

/** A buffer that begins with the metadata of a stream of bars, seen through the types that its values have. */
export class IpcScratch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly float64: Float64Array;
  readonly int32: Int32Array;

  /** @param byteLength is rounded up to a multiple of 8. */
  constructor(byteLength: number) {
    const buffer = new ArrayBuffer(Math.ceil(byteLength / 8) * 8);
    this.bytes = new Uint8Array(buffer);
    this.float64 = new Float64Array(buffer);
    this.int32 = new Int32Array(buffer);
    this.bytes.set(HEAD.bytes);
  }

  /** Writes an integer as int64 at byte `at`, a multiple of 8. */
  setInt64(at: number, value: number): void {
    writeInt64(this.int32, at >>> 3, value);
  }

  patchBatch(rows: number, bodyBytes: number): void {
    this.setInt64(HEAD.rowsAt, rows);
    this.setInt64(HEAD.bodyBytesAt, bodyBytes);
  }

  /** Says that the `i`th column has `rows` values in `byteLength` bytes, `offset` behind the beginning of the body. */
  patchColumn(i: number, rows: number, offset: number, byteLength: number): void {
    const validityAt = HEAD.buffersAt + 2 * STRUCT_BYTES * i;
    this.setInt64(HEAD.nodesAt + STRUCT_BYTES * i, rows);
    this.setInt64(validityAt, offset);
    this.setInt64(validityAt + STRUCT_BYTES, offset);
    this.setInt64(validityAt + STRUCT_BYTES + 8, byteLength);
  }
}
