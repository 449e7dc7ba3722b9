import type pl from "nodejs-polars";

/** Frames of one version that are kept, each of another number of rows. */
const SLOTS = 8;

/**
 * The newest few frames by their number of rows. Slots are overwritten in place: a `Map` leaves a trail of replaced tables
 * when it is cleared, through which dead frames live on until a major collection, and a build then costs twice as much.
 */
export class FrameMemo {
  /** NaN, which equals nothing, where a slot is empty. */
  readonly #rows = new Float64Array(SLOTS).fill(NaN);
  readonly #frames: (pl.DataFrame | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  #next = 0;

  get(rows: number): pl.DataFrame | undefined {
    for (let slot = 0; slot < SLOTS; slot++) if (this.#rows[slot] === rows) return this.#frames[slot];
    return undefined;
  }

  /** Takes a frame of so many rows as there is none of yet; the oldest one leaves when all slots are full. */
  add(rows: number, frame: pl.DataFrame): void {
    this.#rows[this.#next] = rows;
    this.#frames[this.#next] = frame;
    this.#next = (this.#next + 1) % SLOTS;
  }

  clear(): void {
    this.#frames.fill(undefined);
    this.#rows.fill(NaN);
    this.#next = 0;
  }
}
