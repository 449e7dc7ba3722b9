import type { TickRing } from "./tick-ring.ts";

/** One reader's place in a {@link TickRing}. A reader that the writer laps goes on at the oldest tick there is. */
export class TickRingReader {
  readonly #ring: TickRing;
  readonly #detach: () => void;
  #position: number;
  #missed = 0;

  /** Made by `TickRing.reader()`. */
  constructor(ring: TickRing, position: number, detach: () => void) {
    this.#ring = ring;
    this.#position = position;
    this.#detach = detach;
  }

  /** Number of the next tick to read. */
  get position(): number {
    return this.#position;
  }

  /** Ticks that were overwritten before this reader took them. */
  get missed(): number {
    this.#catchUp();
    return this.#missed;
  }

  /** Ticks waiting to be read. */
  get available(): number {
    this.#catchUp();
    return this.#ring.published - this.#position;
  }

  /**
   * Calls `visit` with the slot of each waiting tick, at most `limit`, in order; returns how many. Ticks published
   * while it runs are left for the next call; those that `visit` itself has the writer overwrite are missed. A tick
   * whose visit throws counts as taken.
   *
   * @throws RangeError when `limit` is neither a whole number of at least 0 nor Infinity.
   */
  drain(visit: (slot: number) => void, limit = Infinity): number {
    if (!(limit >= 0 && (Number.isInteger(limit) || limit === Infinity))) {
      throw new RangeError(`limit must be a whole number of at least 0, or Infinity, was ${limit}`);
    }
    const ring = this.#ring;
    this.#catchUp();
    const end = ring.published;
    let count = 0;
    while (this.#position < end && count < limit) {
      count++;
      visit(ring.slotOf(this.#position++));
      if (ring.published !== end) this.#catchUp();
    }
    return count;
  }

  /** Stops holding ticks back under the `drop` policy. Reading on is possible, and may then miss ticks. */
  close(): void {
    this.#detach();
  }

  #catchUp(): void {
    const oldest = this.#ring.published - this.#ring.length;
    if (this.#position >= oldest) return;
    this.#missed += oldest - this.#position;
    this.#position = oldest;
  }
}
