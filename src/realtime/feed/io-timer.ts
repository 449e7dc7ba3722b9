import type { Clock, Timer } from "../../clock.ts";

/** Longest delay of one timer: Node runs a longer one at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `run` `delayMs` from now, but not before the sockets had their turn. After a stretch of blocked event loop a
 * timer runs ahead of what arrived meanwhile; a time limit on the network must look at that first.
 */
export function setIoTimer(clock: Clock, run: () => void, delayMs: number): Timer {
  let immediate: NodeJS.Immediate | undefined;
  const timer = clock.setTimer(() => {
    immediate = setImmediate(run);
  }, delayMs);
  return {
    cancel() {
      timer.cancel();
      clearImmediate(immediate);
    },
  };
}
