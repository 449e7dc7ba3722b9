import { systemClock, VirtualClock, type Clock } from "../../../clock.ts";

/** Waits shorter than this are not worth a timer, which is no finer. */
const SHORTEST_WAIT_MS = 1;

/**
 * Says when a recorded line is due: lines keep their recorded distances, divided by `speed`, in real time. A virtual
 * clock, as a tape has by itself, stands at the line being played.
 */
export class TapePace {
  readonly #clock: Clock;
  readonly #realClock: Clock;
  readonly #speed: number;
  #firstArrivalMs: number | undefined = undefined;
  #startedMs = 0;

  /** @throws RangeError when `speed` is not above 0. */
  constructor(speed: number, clock: Clock) {
    if (!(speed > 0)) throw new RangeError(`speed must be above 0, was ${speed}`);
    this.#speed = speed;
    this.#clock = clock;
    this.#realClock = clock instanceof VirtualClock ? systemClock : clock;
  }

  /** How long the line must wait, in milliseconds. */
  waitMs(arrivalMs: number): number {
    if (this.#speed === Infinity) return 0;
    if (this.#firstArrivalMs === undefined) {
      this.#firstArrivalMs = arrivalMs;
      this.#startedMs = this.#realClock.now();
    }
    const dueMs = this.#startedMs + (arrivalMs - this.#firstArrivalMs) / this.#speed;
    const waitMs = dueMs - this.#realClock.now();
    return waitMs < SHORTEST_WAIT_MS ? 0 : waitMs;
  }

  /** The line is played now: moves a virtual clock there. */
  reach(arrivalMs: number): void {
    if (this.#clock instanceof VirtualClock) this.#clock.advanceTo(arrivalMs);
  }

  /** Waits in real time, and no longer than until `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = this.#realClock.setTimer(done, ms);
      signal.addEventListener("abort", done, { once: true });
      function done(): void {
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      }
    });
  }
}
