/** Where a counter lies. */
export interface AtomicCounterOptions {
  /** Memory to count in, such as that of a counter in another thread. @defaultValue new memory, which begins at 0 */
  readonly buffer?: SharedArrayBuffer;
  /** First of its 8 bytes, a multiple of 8. @defaultValue 0 */
  readonly byteOffset?: number;
}

/**
 * A signed 64-bit integer that any number of threads count in at once, none of which waits. Every method is one atomic
 * operation, and all threads see them in one order. Past 2^63 - 1 it goes on at -2^63, as int64 does.
 *
 * It reaches another thread by its memory: post {@link buffer} and {@link byteOffset}, and make a counter of them there.
 * Two operations in a row are not one: `if (counter.get() === 0n) counter.set(1n)` is for {@link compareExchange}.
 */
export class AtomicCounter {
  /** Bytes a counter takes. */
  static readonly BYTES = 8;
  readonly buffer: SharedArrayBuffer;
  readonly byteOffset: number;
  readonly #cell: BigInt64Array;

  /** @throws RangeError when `byteOffset` is no multiple of 8, or leaves less than 8 bytes. */
  constructor({
    buffer = new SharedArrayBuffer(AtomicCounter.BYTES),
    byteOffset = 0,
  }: AtomicCounterOptions = {}) {
    const lastOffset = buffer.byteLength - AtomicCounter.BYTES;
    if (!(byteOffset >= 0 && byteOffset <= lastOffset && byteOffset % AtomicCounter.BYTES === 0)) {
      throw new RangeError(
        `byteOffset must be a multiple of ${AtomicCounter.BYTES} from 0 to ${lastOffset}, was ${byteOffset}`,
      );
    }
    this.buffer = buffer;
    this.byteOffset = byteOffset;
    this.#cell = new BigInt64Array(buffer, byteOffset, 1);
  }

  get(): bigint {
    return Atomics.load(this.#cell, 0);
  }

  /** Returns the count after it. */
  increment(): bigint {
    return BigInt.asIntN(64, Atomics.add(this.#cell, 0, 1n) + 1n);
  }

  /** Returns the count after it. */
  decrement(): bigint {
    return BigInt.asIntN(64, Atomics.sub(this.#cell, 0, 1n) - 1n);
  }

  /** Returns the count after it. @throws RangeError for a `delta` that is no int64. */
  add(delta: bigint): bigint {
    return BigInt.asIntN(64, Atomics.add(this.#cell, 0, int64("delta", delta)) + delta);
  }

  /** @throws RangeError for a `value` that is no int64. */
  set(value: bigint): void {
    Atomics.store(this.#cell, 0, int64("value", value));
  }

  /** Sets the count, and returns the one it took the place of. @throws RangeError for a `value` that is no int64. */
  exchange(value: bigint): bigint {
    return Atomics.exchange(this.#cell, 0, int64("value", value));
  }

  /**
   * Sets the count to `value` if it is `expected` now. Returns whether it was.
   *
   * @throws RangeError when either is no int64.
   */
  compareExchange(expected: bigint, value: bigint): boolean {
    const found = Atomics.compareExchange(this.#cell, 0, int64("expected", expected), int64("value", value));
    return found === expected;
  }
}

/** What does not fit would be cut to 64 bits without a word. */
function int64(name: string, value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new RangeError(`${name} must be from -(2n ** 63n) to 2n ** 63n - 1n, was ${value}n`);
}
