import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coverWithBars,
  servedTimeframes,
  sourceOfHistory,
} from "../../../../src/realtime/bars/history-cover.ts";
import { Timeframe } from "../../../../src/realtime/market/timeframe.ts";

const SPOT = [
  "1s",
  "1m",
  "3m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "3d",
  "1w",
  "1M",
];
const FUTURES = SPOT.slice(1);
const NOON = Date.UTC(2026, 6, 18, 12);
const MINUTE = 60_000;

describe("coverWithBars", () => {
  it("takes the largest whole bars, and small ones at the edges", () => {
    const parts = coverWithBars(NOON - 2 * MINUTE, NOON + 67 * MINUTE, servedTimeframes(FUTURES));
    expect(parts).toEqual([
      { interval: "1m", from: NOON - 2 * MINUTE, to: NOON, count: 2 },
      { interval: "1h", from: NOON, to: NOON + 60 * MINUTE, count: 1 },
      { interval: "5m", from: NOON + 60 * MINUTE, to: NOON + 65 * MINUTE, count: 1 },
      { interval: "1m", from: NOON + 65 * MINUTE, to: NOON + 67 * MINUTE, count: 2 },
    ]);
  });

  it("covers any span between minutes exactly once, with few requests", () => {
    const span = fc.record({
      from: fc.integer({ min: 0, max: 1_000_000 }),
      minutes: fc.integer({ min: 0, max: 45_000 }),
    });
    fc.assert(
      fc.property(span, fc.constantFrom(SPOT, FUTURES), ({ from, minutes }, intervals) => {
        const start = NOON + from * MINUTE;
        const parts = coverWithBars(start, start + minutes * MINUTE, servedTimeframes(intervals));
        let reached = start;
        for (const { interval, from: partFrom, to, count } of parts) {
          expect(partFrom).toBe(reached);
          expect((to - partFrom) / Timeframe.parse(interval).sizeMs).toBe(count);
          expect(Timeframe.parse(interval).openOf(partFrom)).toBe(partFrom);
          reached = to;
        }
        expect(reached).toBe(start + minutes * MINUTE);
        expect(parts.length).toBeLessThan(24);
      }),
    );
  });

  it("leaves uncovered what is smaller than the smallest bar", () => {
    expect(coverWithBars(NOON, NOON + 30_000, servedTimeframes(FUTURES))).toEqual([]);
  });
});

describe("sourceOfHistory", () => {
  it.each([
    ["1m", "1m"],
    ["7m", "1m"],
    ["45m", "15m"],
    ["90m", "30m"],
    ["1h", "1h"],
    ["1w", "1w"],
    ["2w", "1d"],
    ["1M", "1M"],
    ["3M", "1d"],
    ["10s", "1s"],
  ])("of %s on a venue with seconds is %s", (timeframe, source) => {
    expect(sourceOfHistory(Timeframe.parse(timeframe), SPOT)?.name).toBe(source);
  });

  it("is none where the venue serves nothing small enough", () => {
    expect(sourceOfHistory(Timeframe.parse("10s"), FUTURES)).toBeUndefined();
  });
});
