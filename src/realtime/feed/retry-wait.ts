import type { Clock } from "../../clock.ts";
import { MAX_TIMER_MS } from "./io-timer.ts";

/** Resolves after `delayMs`, or as soon as `signal` aborts. Keeps the process alive meanwhile, as an open socket does. */
export async function waitToRetry(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (delayMs === 0 || signal.aborted) return;
  // The clock's own timers let the process end, and between two sockets nothing else would hold it.
  const keepAlive = setInterval(() => {}, MAX_TIMER_MS);
  await new Promise<void>((resolve) => {
    const timer = clock.setTimer(finish, delayMs);
    signal.addEventListener("abort", finish, { once: true });
    function finish(): void {
      timer.cancel();
      signal.removeEventListener("abort", finish);
      resolve();
    }
  });
  clearInterval(keepAlive);
}
