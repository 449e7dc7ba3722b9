import { describe, expect, it } from "vitest";
import { BarsBench, closedRows, referenceBars, type TestTrade } from "../../../support/trades.ts";
import { lotsOf } from "../../../../src/realtime/bars/exact-sums.ts";
import { parseDecimal } from "../../../../src/realtime/market/decimal.ts";
import type { SeedBar } from "../../../../src/realtime/bars/symbol-bars.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;
const PRICE_DECIMALS = 2;
const SIZE_DECIMALS = 3;

const trades: TestTrade[] = Array.from({ length: 400 }, (_, i) => ({
  id: 1 + i,
  time: START + i * 17_000,
  price: `${100 + ((i * 31) % 17)}.${10 + (i % 83)}`,
  size: `0.${100 + ((i * 7) % 900)}`,
  takerBought: i % 3 === 0,
}));

/** The bars of `some` trades as history would serve them. */
function seedsOf(some: readonly TestTrade[], timeframe: string): SeedBar[] {
  return referenceBars(some, timeframe).map((row) => ({
    ...row,
    volume: lotsOf(parseDecimal(row.volume.toFixed(SIZE_DECIMALS))!, SIZE_DECIMALS),
    quoteVolume: lotsOf(parseDecimal(row.quoteVolume.toFixed(5))!, PRICE_DECIMALS + SIZE_DECIMALS),
    takerBuyVolume: lotsOf(parseDecimal(row.takerBuyVolume.toFixed(SIZE_DECIMALS))!, SIZE_DECIMALS),
  }));
}

const withoutIds = (rows: readonly object[]) =>
  rows.map((row) => ({ ...row, firstTradeId: 0, lastTradeId: 0 }));

/** Bars of which everything before the open minute came from history, and the rest as trades. */
function seeded(timeframes: readonly string[], seamTrade: number): BarsBench {
  const seam = Math.floor(trades[seamTrade].time / MINUTE) * MINUTE;
  const past = trades.filter(({ time }) => time < seam);
  const bench = new BarsBench({ timeframes });
  bench.table.raisePrecision(0, PRICE_DECIMALS, SIZE_DECIMALS);
  const openOf = (k: number) => bench.bars.series[k].timeframe.openOf(seam);
  const openParts = timeframes.map((_, k) => {
    // What is neither in a closed bar of this timeframe nor in the open bar of the one that feeds it.
    const until = k === 0 ? seam : openOf(k - 1);
    return seedsOf(
      past.filter(({ time }) => time >= openOf(k) && time < until),
      "1m",
    );
  });
  bench.bars.seedOpen(seam, openParts);
  timeframes.forEach((name, k) =>
    bench.bars.seedClosed(
      k,
      seedsOf(
        past.filter(({ time }) => time < openOf(k)),
        name,
      ),
    ),
  );
  return bench.applyAll(trades.filter(({ time }) => time >= seam));
}

describe("SymbolBars with history", () => {
  it.each([1, 30, 77, 212, 399])(
    "equals all trades from scratch when history ends before trade %i",
    (seamTrade) => {
      const timeframes = ["1m", "5m", "1h"];
      const bench = seeded(timeframes, seamTrade);
      for (const name of timeframes)
        expect(withoutIds(bench.rows(name))).toEqual(withoutIds(referenceBars(trades, name)));
    },
  );

  it("does not know the trade ids of history", () => {
    const bench = seeded(["1m", "1h"], 100);
    expect(bench.rows("1m")[0]).toMatchObject({ firstTradeId: -1, lastTradeId: -1 });
    expect(bench.rows("1h")).toMatchObject([
      { firstTradeId: -1, lastTradeId: 212 },
      { firstTradeId: 213, lastTradeId: 400 },
    ]);
  });

  it("joins parts of an open bar in their order, as no id tells it", () => {
    const bench = new BarsBench({ timeframes: ["1m", "5m"] });
    bench.table.raisePrecision(0, PRICE_DECIMALS, SIZE_DECIMALS);
    const past = trades.slice(0, 14);
    bench.bars.seedOpen(START + 4 * MINUTE, [[], seedsOf(past, "1m")]);
    expect(bench.series("1m").formingRow()).toBeUndefined();
    const [expected] = referenceBars(past, "5m");
    expect(bench.series("5m").formingRow()).toEqual({
      ...expected,
      firstTradeId: -1,
      lastTradeId: -1,
      revision: 0,
    });
  });

  it("forms no bar before one is open", () => {
    const bench = new BarsBench({ timeframes: ["1m"], emptyIntervals: "flat" });
    bench.table.raisePrecision(0, PRICE_DECIMALS, SIZE_DECIMALS);
    bench.bars.seedClosed(0, seedsOf(trades.slice(0, 9), "1m"));
    expect(bench.series("1m").closed.length).toBe(3);
    expect(bench.series("1m").formingRow()).toBeUndefined();
  });

  it("tells nobody of bars from history", () => {
    const told: string[] = [];
    const bench = new BarsBench({
      timeframes: ["1m"],
      emptyIntervals: "flat",
      listener: { onClosed: () => told.push("closed"), onRevised: () => told.push("revised") },
    });
    bench.table.raisePrecision(0, PRICE_DECIMALS, SIZE_DECIMALS);
    bench.bars.seedOpen(START + 10 * MINUTE, [[]]);
    const some = [{ ...trades[0] }, { ...trades[1], time: START + 4 * MINUTE, id: 9 }];
    bench.bars.seedClosed(0, seedsOf(some, "1m"));
    expect(told).toEqual([]);
    const rows = closedRows(bench.series("1m"));
    expect(rows.map(({ openTime }) => (openTime - START) / MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rows.map(({ close }) => close)).toEqual([
      100.1,
      100.1,
      100.1,
      100.1,
      ...Array<number>(6).fill(114.11),
    ]);
    expect(rows.map(({ trades: count }) => count)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
    bench.apply({ ...trades[0], id: 10, time: START + 11 * MINUTE });
    expect(told).toEqual(["closed"]);
  });
});
