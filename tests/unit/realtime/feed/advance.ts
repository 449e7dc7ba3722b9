import { setImmediate as nextTurn } from "node:timers/promises";
import type { VirtualClock } from "../../../../src/clock.ts";

/** Advances in small steps and lets the event loop turn between them, so that sockets and deferred timers keep up. */
export async function advance(clock: VirtualClock, ms: number, stepMs = 250): Promise<void> {
  await nextTurn();
  for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
    clock.advanceBy(Math.min(stepMs, leftMs));
    await nextTurn();
    await nextTurn();
  }
}
