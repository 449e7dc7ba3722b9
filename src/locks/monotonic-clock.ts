import type { Clock } from "../clock.ts";

/** Longer delays make `setTimeout` fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * The process's monotonic clock, in ms since the process began. Unlike those of the system clock its timers keep the
 * process alive, because somebody awaits what they end. A timer may fire early, by a fraction of a millisecond or, when
 * its delay is above 24 days, by the rest: who is called looks at the time.
 */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  setTimer(run, delayMs) {
    const handle = setTimeout(run, Math.min(delayMs, MAX_DELAY_MS));
    return { cancel: () => clearTimeout(handle) };
  },
};
