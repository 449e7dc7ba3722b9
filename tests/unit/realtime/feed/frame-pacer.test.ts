import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { FramePacer } from "../../../../src/realtime/feed/frame-pacer.ts";
import { advance } from "./advance.ts";

/** Asks for `count` turns at once; `times[i]` is when turn i came. */
function takeTurns(pacer: FramePacer, clock: VirtualClock, count: number): number[] {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    pacer.turn().then(
      () => times.push(clock.now()),
      () => {},
    );
  }
  return times;
}

describe("FramePacer", () => {
  it("lets the first frame go at once and spaces the others evenly", async () => {
    const clock = new VirtualClock();
    const times = takeTurns(new FramePacer(4, clock), clock, 4);
    await advance(clock, 2_000, 50);
    expect(times).toEqual([0, 250, 500, 750]);
  });

  it("never lets more frames go in a second than are allowed, wherever the second begins", async () => {
    const clock = new VirtualClock();
    const pacer = new FramePacer(5, clock);
    const times = takeTurns(pacer, clock, 30);
    await advance(clock, 7_000, 50);
    times.push(...takeTurns(pacer, clock, 1));
    expect(times).toHaveLength(30);
    for (const start of times) {
      expect(times.filter((time) => time >= start && time < start + 1_000).length).toBeLessThanOrEqual(5);
    }
  });

  it("does not save up turns while nothing is sent", async () => {
    const clock = new VirtualClock();
    const pacer = new FramePacer(2, clock);
    await pacer.turn();
    await advance(clock, 10_000);
    const times = takeTurns(pacer, clock, 2);
    await advance(clock, 1_000);
    expect(times).toEqual([10_000, 10_500]);
  });

  it("rejects the waiting turns when it is cancelled, and leaves no timer", async () => {
    const clock = new VirtualClock();
    const pacer = new FramePacer(1, clock);
    await pacer.turn();
    const waiting = pacer.turn();
    pacer.cancel(new Error("gone"));
    await expect(waiting).rejects.toThrow("gone");
  });

  it.each([0, -1, NaN])("refuses %d frames a second", (framesPerSecond) => {
    expect(() => new FramePacer(framesPerSecond, new VirtualClock())).toThrow(
      new RangeError(`controlFramesPerSecond must be above 0, was ${framesPerSecond}`),
    );
  });
});
