import type { Clock } from "../clock.ts";
import { AbortWatch } from "./abort-watch.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import type { LockWait } from "./lock-wait.ts";

/** Ends waits whose time is over or whose signal aborted. Serves any number of locks of one clock. */
export class WaitWatch {
  readonly #deadlines: DeadlineWatch<LockWait>;
  readonly #aborts = new AbortWatch<LockWait>((wait) => wait.keeper.aborted(wait));

  constructor(clock: Clock) {
    this.#deadlines = new DeadlineWatch(clock, (wait) => wait.keeper.timedOut(wait));
  }

  watch(wait: LockWait): void {
    if (wait.timeoutMs !== Infinity) this.#deadlines.watch(wait);
    if (wait.signal !== undefined) this.#aborts.watch(wait, wait.signal);
  }

  forget(wait: LockWait): void {
    this.#deadlines.forget(wait);
    this.#aborts.forget(wait);
  }
}
