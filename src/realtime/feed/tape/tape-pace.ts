import { setImmediate as nextTurn } from "node:timers/promises";
import { VirtualClock, type Clock } from "../../../clock.ts";

/** Waits shorter than this are not worth a timer, which is no finer. */
const SHORTEST_WAIT_MS = 1;

/**
 * Says when a recorded line is due. On a virtual clock time jumps to each line; on a real one lines keep their recorded
 * distances, divided by `speed`.
 */
export class TapePace {
  readonly #clock: Clock;
  readonly #speed: number;
  #firstArrivalMs: number | undefined = undefined;
  #startedMs = 0;

  /** @throws RangeError when `speed` is not above 0. */
  constructor(speed: number, clock: Clock) {
    if (!(speed > 0)) throw new RangeError(`speed must be above 0, was ${speed}`);
    this.#speed = speed;
    this.#clock = clock;
  }

  /** How long the line must wait, in milliseconds. A virtual clock is moved to the line, which then never waits. */
  waitMs(arrivalMs: number): number {
    if (this.#clock instanceof VirtualClock) {
      this.#clock.advanceTo(arrivalMs);
      return 0;
    }
    if (this.#speed === Infinity) return 0;
    if (this.#firstArrivalMs === undefined) {
      this.#firstArrivalMs = arrivalMs;
      this.#startedMs = this.#clock.now();
    }
    const dueMs = this.#startedMs + (arrivalMs - this.#firstArrivalMs) / this.#speed;
    const waitMs = dueMs - this.#clock.now();
    return waitMs < SHORTEST_WAIT_MS ? 0 : waitMs;
  }

  /** Waits on the clock, and no longer than until `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.setTimer(done, ms);
      signal.addEventListener("abort", done, { once: true });
      function done(): void {
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      }
    });
  }

  /** Lets everything else that is due run. */
  async yield(): Promise<void> {
    await nextTurn();
  }
}
