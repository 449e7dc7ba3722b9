const VARINT = 0;
const BYTES = 2;
/** Room of a message at first: most are small. */
const FIRST_BYTES = 64;
/** A varint takes ten bytes at most. */
const LONGEST_VARINT = 10;
const encoder = new TextEncoder();

/** Writes the fields of one protobuf message: as much of the encoding as a profile needs. Fields that are 0 are left out. */
export class ProtobufWriter {
  #buffer = new Uint8Array(FIRST_BYTES);
  #length = 0;

  int(field: number, value: number | bigint): this {
    if (value === 0 || value === 0n) return this;
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  /** A packed list; what is 0 in it stays. */
  ints(field: number, values: readonly (number | bigint)[]): this {
    const packed = new ProtobufWriter();
    for (const value of values) packed.#varint(value);
    return this.message(field, packed);
  }

  text(field: number, text: string): this {
    return this.#bytes(field, encoder.encode(text));
  }

  message(field: number, message: ProtobufWriter): this {
    return this.#bytes(field, message.finish());
  }

  /** Adds all fields of another. */
  append(other: ProtobufWriter): this {
    this.#add(other.finish());
    return this;
  }

  /** What was written so far, until more is. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #bytes(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + BYTES);
    this.#varint(bytes.length);
    this.#add(bytes);
    return this;
  }

  #add(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Seven bits a byte, the lowest first. `value` is whole, and not below 0. */
  #varint(value: number | bigint): void {
    this.#makeRoom(LONGEST_VARINT);
    let rest = Number(value);
    if (rest > Number.MAX_SAFE_INTEGER) rest = this.#lowBytes(BigInt(value));
    while (rest > 127) {
      this.#buffer[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Writes of a value that no number holds what is too much; returns the rest. */
  #lowBytes(value: bigint): number {
    let rest = value;
    while (rest > Number.MAX_SAFE_INTEGER) {
      this.#buffer[this.#length++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    return Number(rest);
  }

  #makeRoom(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.finish());
    this.#buffer = larger;
  }
}
