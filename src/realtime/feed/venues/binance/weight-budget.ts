const MINUTE_MS = 60_000;
/** Part of the venue's limit that is used; the rest is for other programs behind the same address. */
const USED_PART = 0.9;

/**
 * Keeps requests below the weight a venue allows an address in a minute. The venue's own count, which it sends with each
 * answer, replaces what was reserved here, since other programs may share the address.
 */
export class WeightBudget {
  readonly #limit: number;
  #minute = -1;
  #used = 0;

  constructor(weightPerMinute: number) {
    this.#limit = weightPerMinute * USED_PART;
  }

  /** Reserves `weight` at `nowMs`. Returns 0, or without reserving how many ms to wait before asking again. */
  reserve(weight: number, nowMs: number): number {
    this.#roll(nowMs);
    // A single request above the limit must not wait for ever.
    if (this.#used > 0 && this.#used + weight > this.#limit) return MINUTE_MS - (nowMs % MINUTE_MS);
    this.#used += weight;
    return 0;
  }

  /** The venue said that `used` was spent in the minute of `nowMs`. Never lowers what is reserved for requests on the way. */
  report(used: number, nowMs: number): void {
    this.#roll(nowMs);
    if (used > this.#used) this.#used = used;
  }

  #roll(nowMs: number): void {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#used = 0;
  }
}
