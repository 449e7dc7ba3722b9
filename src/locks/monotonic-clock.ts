import type { Clock } from "../clock.ts";

/** Longer delays make `setTimeout` fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * The process's monotonic clock, in ms since the process began. Unlike those of the system clock its timers keep the
 * process alive, because somebody awaits what they end. A delay beyond 24 days fires after 24 days: look at the time.
 */
export const monotonicClock: Clock = {
  now: () => performance.now(),
  setTimer(run, delayMs) {
    // Rounded up, because `setTimeout` drops the fraction and would fire early.
    const handle = setTimeout(run, Math.min(Math.ceil(delayMs), MAX_DELAY_MS));
    return { cancel: () => clearTimeout(handle) };
  },
};
