import type { Clock } from "../clock.ts";

export interface BackOffOptions {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/**
 * How long to wait before retry number `retry`, counted from 1: any time up to a bound that doubles from
 * `firstDelayMs` to `maxDelayMs`, so that those who met once do not meet again. `random` is uniform in [0, 1).
 */
export function backOffMs(
  retry: number,
  { firstDelayMs, maxDelayMs }: BackOffOptions,
  random: () => number,
): number {
  // Past 2 ** 1023 a first delay of 0 would be multiplied by Infinity, which is NaN.
  return random() * Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(retry - 1, 1_023));
}

/** Resolves after `delayMs`, at once for 0; rejects with the signal's reason as soon as that aborts. */
export async function pause(delayMs: number, clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (delayMs === 0) return;
  await new Promise<void>((resolve, reject) => {
    const timer = clock.setTimer(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", giveUp, { once: true });
    function giveUp(): void {
      timer.cancel();
      reject(signal?.reason);
    }
  });
}
