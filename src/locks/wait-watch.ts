import type { Clock } from "../clock.ts";
import { AbortWatch } from "./abort-watch.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import type { WaitLimits } from "./wait-limits.ts";

/** Ends waits whose time is over or whose signal aborted. Serves any number of locks of one clock. */
export class WaitWatch {
  readonly #deadlines: DeadlineWatch<WaitLimits>;
  readonly #aborts = new AbortWatch<WaitLimits>((limits) => limits.aborted());

  constructor(clock: Clock) {
    this.#deadlines = new DeadlineWatch(clock, (limits) => limits.timedOut());
  }

  watch(limits: WaitLimits): void {
    if (limits.timeoutMs !== Infinity) this.#deadlines.watch(limits);
    if (limits.signal !== undefined) this.#aborts.watch(limits, limits.signal);
  }

  forget(limits: WaitLimits): void {
    if (limits.timeoutMs !== Infinity) this.#deadlines.forget(limits);
    if (limits.signal !== undefined) this.#aborts.forget(limits);
  }
}
