import { describe, expect, it } from "vitest";
import { systemClock, VirtualClock } from "../../src/clock.ts";

describe("VirtualClock", () => {
  it("stands still until it is advanced", () => {
    const clock = new VirtualClock(1_000);
    expect(clock.now()).toBe(1_000);
    clock.advanceBy(500);
    expect(clock.now()).toBe(1_500);
    clock.advanceTo(1_200);
    clock.advanceBy(-5);
    clock.advanceTo(NaN);
    expect(clock.now()).toBe(1_500);
  });

  it("runs due timers in the order of their times, and at one time in the order they were set", () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const note = (name: string) => () => ran.push(`${name} at ${clock.now()}`);
    clock.setTimer(note("late"), 300);
    clock.setTimer(note("first"), 100);
    clock.setTimer(note("second"), 100);
    clock.setTimer(note("overdue"), -50);
    clock.setTimer(note("not a number"), NaN);
    clock.setTimer(note("never"), Infinity);
    clock.advanceTo(299);
    expect(ran).toEqual(["overdue at 0", "not a number at 0", "first at 100", "second at 100"]);
    clock.advanceBy(1);
    expect(ran.at(-1)).toBe("late at 300");
    clock.advanceBy(1e12);
    expect(ran).toHaveLength(5);
  });

  it("runs timers that a timer sets when they fall due on the way", () => {
    const clock = new VirtualClock();
    const ran: number[] = [];
    const again = () => {
      ran.push(clock.now());
      clock.setTimer(again, 10);
    };
    clock.setTimer(again, 10);
    clock.advanceTo(35);
    expect(ran).toEqual([10, 20, 30]);
    expect(clock.now()).toBe(35);
  });

  it("forgets a cancelled timer, and a second cancel does nothing", () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    const cancelled = clock.setTimer(() => ran.push("cancelled"), 10);
    const kept = clock.setTimer(() => ran.push("kept"), 10);
    cancelled.cancel();
    cancelled.cancel();
    clock.advanceBy(10);
    kept.cancel();
    expect(ran).toEqual(["kept"]);
  });

  it("goes on after a timer that throws", () => {
    const clock = new VirtualClock();
    const ran: string[] = [];
    clock.setTimer(() => {
      throw new Error("broken");
    }, 10);
    clock.setTimer(() => ran.push("next"), 20);
    expect(() => clock.advanceTo(30)).toThrow("broken");
    expect(clock.now()).toBe(10);
    clock.advanceTo(30);
    expect(ran).toEqual(["next"]);
  });
});

describe("systemClock", () => {
  it("tells the machine's time", () => {
    const before = Date.now();
    const now = systemClock.now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it("runs a short timer, but neither a cancelled one nor one beyond what setTimeout can count", async () => {
    const ran: string[] = [];
    const far = systemClock.setTimer(() => ran.push("in 40 days"), 40 * 86_400_000);
    const never = systemClock.setTimer(() => ran.push("never"), Infinity);
    systemClock.setTimer(() => ran.push("cancelled"), 1).cancel();
    // Kept alive by a timer of our own, as those of the clock do not keep the process.
    const alive = setInterval(() => {}, 1_000);
    await new Promise<void>((resolve) => systemClock.setTimer(resolve, 20));
    clearInterval(alive);
    expect(ran).toEqual([]);
    far.cancel();
    never.cancel();
  });
});
