const VARINT = 0;
const BYTES = 2;
const encoder = new TextEncoder();

/** Writes the fields of one protobuf message: as much of the encoding as a profile needs. Fields that are 0 are left out. */
export class ProtobufWriter {
  readonly #bytes: number[] = [];

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
    return this.bytes(field, packed.finish());
  }

  text(field: number, text: string): this {
    return this.bytes(field, encoder.encode(text));
  }

  message(field: number, message: ProtobufWriter): this {
    return this.bytes(field, message.finish());
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + BYTES);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  /** Adds all fields of another. */
  append(other: ProtobufWriter): this {
    for (const byte of other.#bytes) this.#bytes.push(byte);
    return this;
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  /** Seven bits a byte, the lowest first. `value` is whole, and not below 0. */
  #varint(value: number | bigint): void {
    let rest = BigInt(value);
    while (rest > 127n) {
      this.#bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }
}
