import type { Clock, Timer } from "../../clock.ts";
import type { RollupStep } from "../bars/rollup-plan.ts";
import type { VenueClock } from "../feed/venue-clock.ts";

/** The estimate of the venue's time may move while a timer runs, so none runs longer. */
const LONGEST_SLEEP_MS = 1_000;
/** A local clock that gained or lost more than this against the monotonic one was set. */
const CLOCK_STEP_MS = 500;

export interface BarCloseTimerOptions {
  readonly plan: readonly RollupStep[];
  /** How long after its end a bar waits for trades that are on their way, in ms. */
  readonly closeDelayMs: number;
}

/** Calls `closeEnded` at the end of each bar by the venue's time, so that a quiet market's bars close on time. */
export class BarCloseTimer {
  readonly #options: BarCloseTimerOptions;
  readonly #clock: Clock;
  readonly #venueClock: VenueClock;
  readonly #closeEnded: (timeMs: number) => void;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(
    options: BarCloseTimerOptions,
    parts: {
      readonly clock: Clock;
      readonly venueClock: VenueClock;
      /** Bars that end at or before `timeMs` are over. */
      readonly closeEnded: (timeMs: number) => void;
    },
  ) {
    this.#options = options;
    this.#clock = parts.clock;
    this.#venueClock = parts.venueClock;
    this.#closeEnded = parts.closeEnded;
  }

  start(): void {
    if (this.#isStopped) return;
    const now = this.#now();
    const ends = this.#options.plan.map(({ timeframe }) => timeframe.closeOf(timeframe.openOf(now)));
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(1, Math.min(...ends) - now));
    const beganAt = this.#clock.now();
    const beganMonotonic = this.#monotonic();
    this.#timer = this.#clock.setTimer(() => {
      const setByMs = this.#clock.now() - beganAt - (this.#monotonic() - beganMonotonic);
      // Otherwise a step of the clock would close every bar up to its new time.
      if (Math.abs(setByMs) > CLOCK_STEP_MS) this.#venueClock.localClockWasSet(setByMs);
      this.#closeEnded(this.#now());
      this.start();
    }, sleepMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #monotonic(): number {
    return this.#clock.monotonic?.() ?? this.#clock.now();
  }

  /** The venue's time less what bars wait. */
  #now(): number {
    return this.#venueClock.now() - this.#options.closeDelayMs;
  }
}
