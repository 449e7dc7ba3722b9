import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  klineInterval,
  type KlineInterval,
} from "../../../../../src/realtime/feed/simulated/kline-interval.ts";
import {
  KlineRows,
  MAX_PRODUCT,
  type ExactKline,
  type KlineRange,
} from "../../../../../src/realtime/feed/simulated/kline-rows.ts";

const interval = (name: string): KlineInterval => klineInterval(name, true)!;
const MINUTE = 60_000;
const START = Date.UTC(2024, 1, 28, 23, 58);
const all: KlineRange = { startTime: undefined, endTime: Infinity, limit: 10_000 };

interface Trade {
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly takerBought: boolean;
}

const trades = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.nat({ max: 2_000 }), fc.nat({ max: 400_000 })),
      price: fc.integer({ min: 1, max: 2 ** 26 }),
      size: fc.integer({ min: 1, max: 2 ** 26 }),
      takerBought: fc.boolean(),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((steps) => {
    let time = START;
    return steps.map(({ gap, ...trade }): Trade => ({ ...trade, time: (time += gap) }));
  });

/** The same, counted one by one in BigInt; ids count from 0. */
function counted(list: readonly Trade[], of: KlineInterval, openTime: number, flatAt: number): ExactKline {
  const end = of.nextOpen(openTime);
  const inside = list
    .map((trade, id) => ({ ...trade, id }))
    .filter(({ time }) => time >= openTime && time < end);
  const prices = inside.map(({ price }) => price);
  const sum = (value: (trade: Trade) => bigint) => inside.reduce((total, trade) => total + value(trade), 0n);
  const bought = (trade: Trade, value: bigint) => (trade.takerBought ? value : 0n);
  return {
    openTime,
    closeTime: end - 1,
    open: prices.at(0) ?? flatAt,
    high: prices.length > 0 ? Math.max(...prices) : flatAt,
    low: prices.length > 0 ? Math.min(...prices) : flatAt,
    close: prices.at(-1) ?? flatAt,
    trades: inside.length,
    firstTradeId: inside.at(0)?.id ?? -1,
    lastTradeId: inside.at(-1)?.id ?? -1,
    volume: sum(({ size }) => BigInt(size)),
    takerVolume: sum((trade) => bought(trade, BigInt(trade.size))),
    quoteVolume: sum(({ price, size }) => BigInt(price) * BigInt(size)),
    takerQuoteVolume: sum((trade) => bought(trade, BigInt(trade.price) * BigInt(trade.size))),
  };
}

function rowsOf(list: readonly Trade[], lengthMs = MINUTE): KlineRows {
  const rows = new KlineRows(lengthMs, Infinity);
  list.forEach(({ time, price, size, takerBought }, id) => rows.add(id, time, price, size, takerBought));
  return rows;
}

describe("KlineRows", () => {
  it("counts what a count in BigInt over all trades counts, for every interval, empty ones flat", () => {
    fc.assert(
      fc.property(trades, fc.constantFrom("1m", "3m", "5m", "1h", "1d", "3d", "1w", "1M"), (list, name) => {
        const of = interval(name);
        const expected: ExactKline[] = [];
        const lastTime = list.at(-1)!.time + 3 * MINUTE;
        for (let open = of.openOf(list[0].time); open <= lastTime; open = of.nextOpen(open)) {
          expected.push(counted(list, of, open, expected.at(-1)?.close ?? 0));
        }
        expect(rowsOf(list).klines(of, all, lastTime)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("adds products up to the limit without a rounding", () => {
    const rows = new KlineRows(MINUTE, Infinity);
    for (let id = 0; id < 5_000; id++) rows.add(id, START, 2 ** 26, 2 ** 26, true);
    expect(2 ** 26 * 2 ** 26).toBe(MAX_PRODUCT);
    expect(rows.kline(interval("1m"), START)!.quoteVolume).toBe(5_000n * 2n ** 52n);
  });

  it("serves the newest without a start, the oldest from a start, and none beyond an end", () => {
    const list = [0, 1, 4].map((minute): Trade => ({
      time: START + minute * MINUTE,
      price: minute + 1,
      size: 1,
      takerBought: true,
    }));
    const rows = rowsOf(list);
    const opens = (range: Partial<KlineRange>) =>
      rows
        .klines(interval("1m"), { ...all, ...range }, START + 5 * MINUTE)
        .map(({ openTime }) => (openTime - START) / MINUTE);
    expect(opens({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(opens({ limit: 2 })).toEqual([4, 5]);
    expect(opens({ limit: 2, endTime: START + 3 * MINUTE })).toEqual([2, 3]);
    expect(opens({ limit: 2, startTime: START + 1 })).toEqual([1, 2]);
    expect(opens({ startTime: START - 10 * MINUTE, limit: 1 })).toEqual([0]);
    expect(opens({ startTime: START + 6 * MINUTE })).toEqual([]);
    expect(opens({ endTime: START - 1 })).toEqual([]);
  });

  it("has nothing before the first trade, and flat klines after it", () => {
    const rows = new KlineRows(MINUTE, Infinity);
    expect(rows.kline(interval("1m"), START)).toBeUndefined();
    expect(rows.klines(interval("1m"), all, START)).toEqual([]);
    rows.add(7, START, 5, 1, false);
    expect(rows.kline(interval("1m"), START - MINUTE)).toBeUndefined();
    expect(rows.kline(interval("1m"), START + MINUTE)).toMatchObject({
      open: 5,
      close: 5,
      trades: 0,
      firstTradeId: -1,
    });
  });

  it("forgets old rows of a bounded book, and keeps at least as many as asked", () => {
    const rows = new KlineRows(1_000, 100);
    for (let id = 0; id < 10_000; id++) rows.add(id, START + id * 1_000, id + 1, 1, true);
    const kept = rows.klines(interval("1s"), all, START + 9_999_000);
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept.length).toBeLessThanOrEqual(201);
    expect(kept.at(-1)).toMatchObject({ open: 10_000, lastTradeId: 9_999 });
  });
});

describe("klineInterval", () => {
  it.each([
    ["1w", "2024-02-29", "2024-02-26", "2024-03-04"],
    ["1M", "2024-02-29", "2024-02-01", "2024-03-01"],
    ["1M", "2024-12-31", "2024-12-01", "2025-01-01"],
    ["3d", "1970-01-05", "1970-01-04", "1970-01-07"],
  ])("aligns %s of %s from %s to %s", (name, day, open, next) => {
    const of = interval(name);
    expect(of.openOf(Date.parse(day))).toBe(Date.parse(open));
    expect(of.nextOpen(Date.parse(open))).toBe(Date.parse(next));
  });

  it("knows seconds on spot only, and no other names", () => {
    expect(klineInterval("1s", true)).toBeDefined();
    expect(klineInterval("1s", false)).toBeUndefined();
    for (const name of ["7m", "1y", "", "constructor", "__proto__"])
      expect(klineInterval(name, true)).toBeUndefined();
  });
});
