const TWO_32 = 4_294_967_296;

/**
 * Integers up to 2^53 kept as little-endian int64, the bytes Arrow wants, without a BigInt in sight: a frame copies
 * them as they are.
 */
export class Int64Column {
  /** Low and high word of each value, in turn. */
  readonly words: Int32Array;

  /** @param words two for each value */
  constructor(words: Int32Array) {
    this.words = words;
  }

  get(i: number): number {
    return this.words[2 * i + 1] * TWO_32 + (this.words[2 * i] >>> 0);
  }

  set(i: number, value: number): void {
    writeInt64(this.words, i, value);
  }
}

/** Writes the integer `value` as the `i`th int64 of `words`, low word first. */
export function writeInt64(words: Int32Array, i: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  words[2 * i] = value - high * TWO_32;
  words[2 * i + 1] = high;
}
