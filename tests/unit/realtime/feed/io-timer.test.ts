import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { setIoTimer } from "../../../../src/realtime/feed/io-timer.ts";

describe("setIoTimer", () => {
  it("runs once its delay is over and the event loop has turned", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    setIoTimer(clock, run, 100);
    clock.advanceBy(99);
    await nextTurn();
    expect(run).not.toHaveBeenCalled();
    clock.advanceBy(1);
    expect(run).not.toHaveBeenCalled();
    await nextTurn();
    expect(run).toHaveBeenCalledOnce();
  });

  it("can be cancelled before its delay is over and between then and the turn", async () => {
    const clock = new VirtualClock();
    const run = vi.fn();
    setIoTimer(clock, run, 100).cancel();
    const late = setIoTimer(clock, run, 100);
    clock.advanceBy(100);
    late.cancel();
    await nextTurn();
    expect(run).not.toHaveBeenCalled();
  });
});
