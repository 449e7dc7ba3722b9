import type { Clock } from "../clock.ts";

/**
 * The monotonic clock, with timers that are never early and know fractions of a millisecond: what is left of a whole one
 * passes in turns of the event loop. A delay of 0 is one turn.
 */
export const benchClock: Clock = {
  now: () => performance.now(),
  setTimer(run, delayMs) {
    const dueMs = performance.now() + delayMs;
    let isCancelled = false;
    const look = () => {
      if (isCancelled) return;
      if (performance.now() >= dueMs) run();
      else setImmediate(look);
    };
    const wholeMs = Math.floor(delayMs);
    if (wholeMs > 0) setTimeout(look, wholeMs);
    else setImmediate(look);
    return { cancel: () => void (isCancelled = true) };
  },
};
