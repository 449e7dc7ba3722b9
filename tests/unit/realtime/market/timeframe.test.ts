import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UnknownTimeframeError } from "../../../../src/errors.ts";
import { Timeframe } from "../../../../src/realtime/market/timeframe.ts";

const iso = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 19);
const openOf = (name: string, time: string) => iso(Timeframe.parse(name).openOf(Date.parse(time)));
const closeOf = (name: string, time: string) => iso(Timeframe.parse(name).closeOf(Date.parse(time)));
const nests = (smaller: string, larger: string) => Timeframe.parse(smaller).nestsIn(Timeframe.parse(larger));

describe("Timeframe.parse", () => {
  it.each([
    ["1s", "1s", 1_000],
    ["15sec", "15s", 15_000],
    ["5m", "5m", 300_000],
    ["5min", "5m", 300_000],
    ["90minute", "90m", 5_400_000],
    ["4h", "4h", 14_400_000],
    ["1hr", "1h", 3_600_000],
    ["1day", "1d", 86_400_000],
    ["1w", "1w", 604_800_000],
    ["1M", "1M", 2_592_000_000],
    ["3mo", "3M", 7_776_000_000],
    ["999999s", "999999s", 999_999_000],
  ])("reads %s as %s", (name, canonical, sizeMs) => {
    const timeframe = Timeframe.parse(name);
    expect(timeframe.name).toBe(canonical);
    expect(String(timeframe)).toBe(canonical);
    expect(timeframe.sizeMs).toBe(sizeMs);
    expect(Timeframe.parse(canonical)).toMatchObject({ unit: timeframe.unit, count: timeframe.count });
  });

  it.each(["", "m", "0m", "-1m", "01m", "1.5m", "1x", "1 m", " 1m", "1m ", "1Mm", "1S", "1000000s", "1e3s"])(
    'refuses "%s"',
    (name) => expect(() => Timeframe.parse(name)).toThrow(UnknownTimeframeError),
  );

  it.each(["1constructor", "5toString", "1valueOf", "1hasOwnProperty"])(
    'refuses "%s", which names a property of every object',
    (name) => expect(() => Timeframe.parse(name)).toThrow(`unknown timeframe "${name}"`),
  );
});

describe("Timeframe", () => {
  it.each([
    ["1s", "2024-02-29T12:34:56.789Z", "2024-02-29T12:34:56"],
    ["7s", "1970-01-01T00:00:13.999Z", "1970-01-01T00:00:07"],
    ["1m", "2024-02-29T12:34:59.999Z", "2024-02-29T12:34:00"],
    ["90m", "1970-01-01T04:29:59Z", "1970-01-01T03:00:00"],
    ["4h", "2024-02-29T15:59:59Z", "2024-02-29T12:00:00"],
    ["1d", "2024-02-29T23:59:59.999Z", "2024-02-29T00:00:00"],
    ["3d", "1970-01-06T01:00:00Z", "1970-01-04T00:00:00"],
    ["1w", "2024-03-03T23:59:59.999Z", "2024-02-26T00:00:00"],
    ["1w", "2024-03-04T00:00:00Z", "2024-03-04T00:00:00"],
    ["1w", "1970-01-01T00:00:00Z", "1969-12-29T00:00:00"],
    ["2w", "1970-01-20T00:00:00Z", "1970-01-19T00:00:00"],
    ["1M", "2024-02-29T23:59:59.999Z", "2024-02-01T00:00:00"],
    ["1M", "2024-03-01T00:00:00Z", "2024-03-01T00:00:00"],
    ["3M", "2024-06-30T23:59:59Z", "2024-04-01T00:00:00"],
    ["12M", "2024-06-30T23:59:59Z", "2024-01-01T00:00:00"],
    ["1M", "1969-12-31T23:59:59Z", "1969-12-01T00:00:00"],
    ["1m", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:00"],
  ])("opens the %s bar of %s at %s", (name, time, open) => {
    expect(openOf(name, time)).toBe(open);
    expect(openOf(name, `${open}Z`)).toBe(open);
  });

  it.each([
    ["1m", "2024-02-29T23:59:00Z", "2024-03-01T00:00:00"],
    ["1w", "2024-02-26T00:00:00Z", "2024-03-04T00:00:00"],
    ["1M", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00"],
    ["1M", "2023-02-01T00:00:00Z", "2023-03-01T00:00:00"],
    ["1M", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00"],
    ["5M", "2024-09-01T00:00:00Z", "2025-02-01T00:00:00"],
  ])("closes the %s bar of %s at %s", (name, open, close) => expect(closeOf(name, open)).toBe(close));

  it("counts bars back, months by the calendar", () => {
    const before = (name: string, open: string, bars: number) =>
      iso(Timeframe.parse(name).openBefore(Date.parse(open), bars));
    expect(before("5m", "2024-03-01T00:05:00Z", 3)).toBe("2024-02-29T23:50:00");
    expect(before("1M", "2024-03-01T00:00:00Z", 2)).toBe("2024-01-01T00:00:00");
    expect(before("3M", "2024-01-01T00:00:00Z", 5)).toBe("2022-10-01T00:00:00");
  });

  it.each(["1s", "7s", "1m", "90m", "5h", "1d", "3d", "1w", "3w", "1M", "5M"])(
    "puts every time into exactly one %s bar, and the bars next to each other",
    (name) => {
      const timeframe = Timeframe.parse(name);
      const anyTime = fc.oneof(
        fc.integer({ min: -4e12, max: 4e12 }),
        fc.double({ min: 0, max: 4e12, noNaN: true }),
        // Around the edges of bars.
        fc
          .tuple(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(-1, -0.001, 0, 0.001, 1))
          .map(([timeMs, offset]) => timeframe.openOf(timeMs) + offset),
      );
      fc.assert(
        fc.property(anyTime, (timeMs) => {
          const open = timeframe.openOf(timeMs);
          expect(open).toBeLessThanOrEqual(timeMs);
          expect(timeframe.closeOf(open)).toBeGreaterThan(timeMs);
          expect(timeframe.openOf(open)).toBe(open);
          expect(timeframe.openOf(timeframe.closeOf(open))).toBe(timeframe.closeOf(open));
          expect(timeframe.openBefore(timeframe.closeOf(open), 1)).toBe(open);
        }),
      );
    },
  );

  it.each([
    ["1s", "1m"],
    ["60s", "1m"],
    ["1m", "5m"],
    ["5m", "1h"],
    ["1h", "1d"],
    ["12h", "1w"],
    ["1d", "1w"],
    ["1w", "2w"],
    ["2d", "2w"],
    ["4d", "4w"],
    ["1d", "1M"],
    ["6h", "1M"],
    ["1M", "3M"],
    ["3M", "12M"],
  ])("nests %s in %s", (smaller, larger) => expect(nests(smaller, larger)).toBe(true));

  it.each([
    ["5m", "7m"],
    ["7m", "1h"],
    ["1h", "90m"],
    ["5m", "1m"],
    ["7h", "1d"],
    ["2d", "1w"],
    ["1w", "1M"],
    ["7d", "1w"],
    ["1w", "7d"],
    ["1w", "14d"],
    ["2d", "1M"],
    ["7h", "1M"],
    ["2M", "3M"],
    ["1M", "30d"],
    ["1M", "1w"],
  ])("does not nest %s in %s", (smaller, larger) => expect(nests(smaller, larger)).toBe(false));

  it("nests only where every bar lies within one larger bar", () => {
    const names = [
      "1s",
      "7s",
      "1m",
      "5m",
      "7m",
      "90m",
      "1h",
      "7h",
      "1d",
      "2d",
      "3d",
      "7d",
      "1w",
      "2w",
      "1M",
      "2M",
      "6M",
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        fc.integer({ min: 0, max: 4e12 }),
        (small, large, timeMs) => {
          fc.pre(nests(small, large));
          const [smaller, larger] = [Timeframe.parse(small), Timeframe.parse(large)];
          const open = smaller.openOf(timeMs);
          const container = larger.openOf(open);
          expect(smaller.closeOf(open)).toBeLessThanOrEqual(larger.closeOf(container));
        },
      ),
    );
  });
});
