import { describe, expect, it } from "vitest";
import { setImmediate as nextTurn } from "node:timers/promises";
import { benchClock } from "../../../src/lock-bench/bench-clock.ts";
import { TurnCounter } from "../../../src/lock-bench/turn-counter.ts";

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => void benchClock.setTimer(resolve, ms));
}

describe("benchClock", () => {
  it.each([0.3, 1, 1.7, 3])("is never early, also by less than a millisecond: %d ms", async (ms) => {
    for (let i = 0; i < 5; i++) {
      const beganMs = benchClock.now();
      await sleep(ms);
      expect(benchClock.now() - beganMs).toBeGreaterThanOrEqual(ms);
    }
  });

  it("calls nobody who has cancelled", async () => {
    let calls = 0;
    benchClock.setTimer(() => calls++, 0).cancel();
    await sleep(0);
    await nextTurn();
    expect(calls).toBe(0);
  });
});

describe("TurnCounter", () => {
  it("goes up with the turns of the event loop, and not within one", async () => {
    const turns = new TurnCounter();
    const first = turns.now;
    await Promise.resolve();
    expect(turns.now).toBe(first);
    await nextTurn();
    expect(turns.now).toBeGreaterThan(first);
  });

  it("counts a turn as over before a hold that began in it is", async () => {
    const turns = new TurnCounter();
    const begun = turns.now;
    await sleep(0);
    expect(turns.now).toBeGreaterThan(begun);
  });
});
