import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { VenueClock } from "../../../../src/realtime/feed/venue-clock.ts";
import { WireField, WireRecord } from "../../../../src/realtime/feed/wire-record.ts";

const START = 1_700_000_000_000;

function scene() {
  const clock = new VirtualClock(START);
  const venueClock = new VenueClock(clock);
  const { fields } = new WireRecord();
  return {
    clock,
    venueClock,
    /** A message with an event time so far from the local time at which it arrives. */
    message: (differenceMs: number): void => {
      fields[WireField.receivedAt] = clock.now();
      fields[WireField.eventTime] = clock.now() + differenceMs;
      venueClock.observe(fields, WireField.eventTime, WireField.receivedAt);
    },
  };
}

describe("VenueClock", () => {
  it("is the local clock until it has seen messages", () => {
    const { venueClock } = scene();
    expect([venueClock.offsetMs, venueClock.now()]).toEqual([0, START]);
  });

  it("takes the shortest delay as the offset, ahead or behind", () => {
    const { venueClock, message } = scene();
    for (const difference of [-40, -25, -25, -90]) message(difference);
    expect(venueClock.offsetMs).toBe(-25);
    for (const difference of [1_240, 1_230]) message(difference);
    expect(venueClock.offsetMs).toBe(1_230);
  });

  it("does not believe a single wild event time", () => {
    const { venueClock, message } = scene();
    for (const difference of [-20, -20, 3_600_000, -20]) message(difference);
    expect(venueClock.offsetMs).toBe(-20);
  });

  it("forgets an offset after 10 to 20 seconds", () => {
    const { clock, venueClock, message } = scene();
    message(500);
    message(500);
    for (let second = 0; second < 21; second++) {
      clock.advanceBy(1_000);
      message(-30);
    }
    expect(venueClock.offsetMs).toBe(-30);
    expect(venueClock.now()).toBe(START + 21_000 - 30);
  });

  it("ignores messages without an event time", () => {
    const { venueClock, message } = scene();
    message(-20);
    message(-20);
    message(Number.NaN);
    expect(venueClock.offsetMs).toBe(-20);
  });
});
