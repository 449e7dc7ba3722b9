import { setImmediate as nextTurn } from "node:timers/promises";
import { type Clock, type Timer, VirtualClock } from "../../../src/clock.ts";

/** A clock that goes from one timer to the next, so that everything happens at the moment it is due. */
export class SteppingClock implements Clock {
  readonly #clock = new VirtualClock();
  readonly #dueMs: number[] = [];

  now(): number {
    return this.#clock.now();
  }

  setTimer(run: () => void, delayMs: number): Timer {
    this.#dueMs.push(this.now() + delayMs);
    this.#dueMs.sort((a, b) => a - b);
    return this.#clock.setTimer(run, delayMs);
  }

  /** Lets time pass until `work` is done. */
  async runThrough<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const follow = async (): Promise<void> => {
      await Promise.allSettled([work]);
      isDone = true;
    };
    void follow();
    for (;;) {
      // What a timer began goes on in the turn after it, and what that began in the next one.
      await nextTurn();
      await nextTurn();
      if (isDone) return work;
      const dueMs = this.#dueMs.shift();
      if (dueMs === undefined) throw new Error("nobody waits for time to pass, and the work is not done");
      this.#clock.advanceTo(dueMs);
    }
  }
}
