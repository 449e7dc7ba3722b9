import type { Clock } from "../../clock.ts";

/** How long one estimate of the offset lasts. */
const WINDOW_MS = 10_000;

/**
 * The venue's time, estimated from the event times of its messages: the local clock plus the largest
 * (event time - receive time) of the last 10 to 20 seconds, which is the clock difference less the shortest delay. So it
 * runs behind the venue by the network's delay, never ahead, and a local clock that is seconds off does no harm.
 */
export class VenueClock {
  readonly #clock: Clock;
  /** Unboxed: previous difference, best of this window, best of the one before, end of this window. */
  readonly #state = Float64Array.of(-Infinity, -Infinity, -Infinity, -Infinity);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in a message, whose times are in `fields`. Ignores one without an event time. */
  observe(fields: Float64Array, eventTimeAt: number, receivedAt: number): void {
    const difference = fields[eventTimeAt] - fields[receivedAt];
    if (!(difference === difference)) return;
    const state = this.#state;
    // One wild event time must not move the clock: the lower of two neighbours counts.
    const confirmed = difference < state[0] ? difference : state[0];
    state[0] = difference;
    if (confirmed > state[1]) state[1] = confirmed;
    if (fields[receivedAt] >= state[3]) {
      state[2] = state[1];
      state[1] = confirmed;
      state[3] = fields[receivedAt] + WINDOW_MS;
    }
  }

  /** Someone set the local clock, by so many ms (negative: back): what was estimated before still holds. */
  localClockWasSet(byMs: number): void {
    const state = this.#state;
    for (const i of [0, 1, 2]) state[i] -= byMs;
    state[3] += byMs;
  }

  /** Venue time minus local time, in ms; 0 until two messages with an event time were seen. */
  get offsetMs(): number {
    const offset = Math.max(this.#state[1], this.#state[2]);
    return Number.isFinite(offset) ? offset : 0;
  }

  /** The venue's time in ms since the epoch. */
  now(): number {
    return this.#clock.now() + this.offsetMs;
  }
}
