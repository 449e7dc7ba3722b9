const TWO_32 = 4_294_967_296;

/**
 * Integers up to 2^53 kept as little-endian int64, the bytes Arrow wants, without a BigInt in sight: a frame copies
 * them as they are.
 */
export class Int64Column {
  /** Low and high word of each value, in turn. */
  readonly words: Int32Array;

  constructor(capacity: number) {
    this.words = new Int32Array(2 * capacity);
  }

  get(i: number): number {
    return this.words[2 * i + 1] * TWO_32 + (this.words[2 * i] >>> 0);
  }

  set(i: number, value: number): void {
    const high = Math.floor(value / TWO_32);
    this.words[2 * i] = value - high * TWO_32;
    this.words[2 * i + 1] = high;
  }
}
