import { fitting } from "./span.ts";

/** Stands for who is inside unnoticed, and for who is known by no place. */
export const UNKNOWN_SITE = "unknown";

/** How long each place made others wait, in ms. */
export type Charges = ReadonlyMap<string, number>;

/**
 * Who holds a lock while somebody waits for it, and for how much of each wait that stands: at each moment all who are
 * inside share it alike. Whatever changes who is inside or who waits is told with its time; between such moments nothing
 * is looked at, and while nobody waits no time is needed.
 */
export class HeldShares {
  /** Holders that are known, by place. Others are inside too: `#inside` says how many there are in all. */
  readonly #known = new Map<string, number>();
  #knownCount = 0;
  #inside = 0;
  #waiting = 0;
  #lastMs = 0;
  /** What each place was charged with since somebody waits, which may be for ever: only so many are kept apart. */
  #charges = new Map<string, number>();

  /** A waiter comes. Returns what was charged before it. */
  join(nowMs: number, inside: number): Charges {
    if (this.#waiting === 0) {
      this.#charges = new Map();
      this.#lastMs = nowMs;
    } else {
      this.#advance(nowMs);
    }
    this.#inside = inside;
    this.#waiting++;
    return new Map(this.#charges);
  }

  /** A waiter leaves the queue, granted or not. Returns what it is to be charged to: its whole wait. */
  leave(nowMs: number, inside: number, before: Charges): Charges {
    this.change(nowMs, inside);
    this.#waiting--;
    const own = new Map<string, number>();
    for (const [site, ms] of this.#charges) {
      const since = ms - (before.get(site) ?? 0);
      if (since > 0) own.set(site, since);
    }
    return own;
  }

  /** So many are inside from now on. */
  change(nowMs: number, inside: number): void {
    if (this.#waiting > 0) this.#advance(nowMs);
    this.#inside = inside;
  }

  /** The same are inside, but are about to be known otherwise. */
  passTo(nowMs: number): void {
    this.change(nowMs, this.#inside);
  }

  /** One of those inside is known by its place from now on. */
  know(site: string): void {
    this.#known.set(site, (this.#known.get(site) ?? 0) + 1);
    this.#knownCount++;
  }

  /** The reverse of {@link know}. */
  forget(site: string): void {
    const left = (this.#known.get(site) ?? 0) - 1;
    if (left > 0) this.#known.set(site, left);
    else this.#known.delete(site);
    this.#knownCount--;
  }

  #advance(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (passedMs === 0) return;
    const inside = Math.max(this.#inside, this.#knownCount);
    for (const [site, holders] of this.#known) this.#charge(site, (passedMs * holders) / inside);
    const unknown = inside - this.#knownCount;
    // Nobody inside: those who wait were let in already, or the queue stands by itself.
    if (unknown > 0 || inside === 0)
      this.#charge(UNKNOWN_SITE, inside === 0 ? passedMs : (passedMs * unknown) / inside);
  }

  #charge(site: string, ms: number): void {
    const cell = fitting(this.#charges, site);
    this.#charges.set(cell, (this.#charges.get(cell) ?? 0) + ms);
  }
}
