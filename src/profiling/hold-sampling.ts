/**
 * Chooses which holds are timed: one in `oneIn` on average, at random distances (geometric), because a fixed stride
 * would fall in step with a feed that works in rounds. With 1, all are.
 */
export class HoldSampling {
  readonly #oneIn: number;
  readonly #random: () => number;

  constructor(oneIn: number, random: () => number) {
    this.#oneIn = oneIn;
    this.#random = random;
  }

  /** From one timed hold to the next: 1 when that is the very next. */
  distance(): number {
    if (this.#oneIn === 1) return 1;
    return 1 + Math.floor(Math.log1p(-this.#random()) / Math.log1p(-1 / this.#oneIn));
  }
}
