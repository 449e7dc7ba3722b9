/** How many stacks may be taken: so many a second on average, and as many at once. What was refused is counted. */
export class StackBudget {
  readonly #perSecond: number;
  #left: number;
  #lastMs: number | undefined;
  #taken = 0;
  #refused = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
  }

  get taken(): number {
    return this.#taken;
  }

  get refused(): number {
    return this.#refused;
  }

  /** Counts a stack that is worth it whatever the budget says. */
  exceed(): void {
    this.#taken++;
  }

  /** Starts the counts anew; what may be taken stays as it is. */
  reset(): void {
    this.#taken = 0;
    this.#refused = 0;
  }

  take(nowMs: number): boolean {
    const passedMs = Math.max(0, nowMs - (this.#lastMs ?? nowMs));
    this.#left = Math.min(this.#perSecond, this.#left + (passedMs * this.#perSecond) / 1_000);
    this.#lastMs = Math.max(this.#lastMs ?? nowMs, nowMs);
    if (this.#left < 1) {
      this.#refused++;
      return false;
    }
    this.#left--;
    this.#taken++;
    return true;
  }
}
