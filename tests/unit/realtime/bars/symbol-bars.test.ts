import { describe, expect, it } from "vitest";
import { BarsBench, closedRows, referenceBars, type TestTrade } from "../../../support/trades.ts";
import { SymbolBars } from "../../../../src/realtime/bars/symbol-bars.ts";
import { SymbolTable } from "../../../../src/realtime/market/symbol-table.ts";
import { WideDigitsTable } from "../../../../src/realtime/ring/wide-digits.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

/** A trade `atSeconds` after midnight; its id follows its time unless it is given. */
function trade(atSeconds: number, price: number | string, more: Partial<TestTrade> = {}): TestTrade {
  return {
    id: 1_000 + Math.floor(atSeconds * 10),
    time: START + atSeconds * 1_000,
    price: String(price),
    size: "1",
    takerBought: true,
    ...more,
  };
}

const at = (minutes: number) => START + minutes * MINUTE;
const opens = (bench: BarsBench, timeframe: string) =>
  closedRows(bench.series(timeframe)).map(({ openTime }) => (openTime - START) / MINUTE);

describe("SymbolBars", () => {
  it("makes a bar of the trades of one minute", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    bench.applyAll([
      trade(0, "100.5", { size: "0.1" }),
      trade(10, "101.25", { size: "0.2", takerBought: false }),
      trade(20, "99", { size: "0.3" }),
      trade(59.999, "100", { size: "0.4", takerBought: false }),
      trade(60, "7"),
    ]);
    expect(closedRows(bench.series("1m"))).toEqual([
      {
        openTime: START,
        open: 100.5,
        high: 101.25,
        low: 99,
        close: 100,
        volume: 1,
        quoteVolume: 100,
        trades: 4,
        takerBuyVolume: 0.4,
        firstTradeId: 1_000,
        lastTradeId: 1_599,
        revision: 0,
      },
    ]);
  });

  it("sums to the float64 nearest to the decimal sum, where float64 sums drift", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    for (let i = 0; i < 10; i++) bench.apply(trade(i, "0.1", { size: "0.1" }));
    const [bar] = bench.rows("1m");
    expect([bar.volume, bar.quoteVolume, bar.takerBuyVolume]).toEqual([1, 0.1, 1]);
  });

  it("shows the forming bar of each timeframe with every trade so far in it", () => {
    const bench = new BarsBench({ timeframes: ["1m", "5m", "1h"] });
    for (const name of ["1m", "5m", "1h"]) expect(bench.series(name).formingRow()).toBeUndefined();
    bench.applyAll([trade(0, 10), trade(61, 12), trade(3 * 60, 8), trade(301, 9)]);
    const forming = (name: string) => {
      const { openTime, open, high, low, close, trades, volume } = bench.series(name).formingRow()!;
      return [(openTime - START) / MINUTE, open, high, low, close, trades, volume];
    };
    expect(forming("1m")).toEqual([5, 9, 9, 9, 9, 1, 1]);
    expect(forming("5m")).toEqual([5, 9, 9, 9, 9, 1, 1]);
    expect(forming("1h")).toEqual([0, 10, 12, 8, 9, 4, 4]);
    expect(closedRows(bench.series("5m"))).toMatchObject([
      { open: 10, high: 12, low: 8, close: 8, trades: 3 },
    ]);
  });

  it("closes bars when time passes, once each, smaller timeframes first", () => {
    const told: string[] = [];
    const bench = new BarsBench({
      timeframes: ["1m", "2m"],
      listener: {
        onClosed: (series, row) =>
          told.push(`${series.timeframe.name} ${(series.closed.openTimeAt(row) - START) / MINUTE}`),
        onRevised: () => told.push("revised"),
      },
    });
    expect(bench.bars.nextClose).toBe(Infinity);
    bench.bars.advanceTo(at(5));
    bench.apply(trade(10, 1));
    expect(bench.bars.nextClose).toBe(at(1));
    bench.bars.advanceTo(at(1) - 1);
    expect(told).toEqual([]);
    bench.bars.advanceTo(at(1));
    bench.bars.advanceTo(at(1));
    expect(told).toEqual(["1m 0"]);
    bench.apply(trade(70, 1));
    bench.bars.advanceTo(at(2));
    expect(told).toEqual(["1m 0", "1m 1", "2m 0"]);
    bench.bars.advanceTo(at(60));
    expect(told).toHaveLength(3);
    expect(bench.series("2m").formingRow()).toBeUndefined();
  });

  it("lets a listener read the forming bars, in which no trade is twice", () => {
    const seen: (number | undefined)[] = [];
    const bench = new BarsBench({
      timeframes: ["1m", "5m"],
      listener: {
        onClosed(series) {
          if (series.timeframe.name !== "1m") return;
          seen.push(bench.series("1m").formingRow()?.trades, bench.series("5m").formingRow()?.trades);
        },
        onRevised() {},
      },
    });
    bench.applyAll([trade(0, 1), trade(1, 1), trade(60, 1), trade(120, 1)]);
    expect(seen).toEqual([undefined, 2, undefined, 3]);
  });

  it("leaves the bars right when a listener throws", () => {
    let isBroken = true;
    const bench = new BarsBench({
      timeframes: ["1m", "5m"],
      listener: {
        onClosed() {
          if (isBroken) throw new Error("broken");
        },
        onRevised() {},
      },
    });
    const trades = [trade(0, 1), trade(59, 2)];
    bench.applyAll(trades);
    expect(() => bench.bars.advanceTo(at(5))).toThrow("broken");
    isBroken = false;
    bench.bars.advanceTo(at(5));
    expect(bench.rows("1m")).toEqual(referenceBars(trades, "1m"));
    expect(bench.rows("5m")).toEqual(referenceBars(trades, "5m"));
  });

  it("counts an aggregate as the trades it stands for", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    bench.applyAll([
      trade(0, 5, { id: 14, count: 5 }),
      trade(1, 6, { id: 15 }),
      trade(2, 7, { id: 18, count: 3 }),
    ]);
    expect(bench.rows("1m")).toMatchObject([
      { trades: 9, firstTradeId: 10, lastTradeId: 18, open: 5, close: 7, volume: 3 },
    ]);
  });

  it("opens and closes the open bar by trade id when trades come out of order", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    bench.applyAll([
      trade(5, 3, { id: 5 }),
      trade(6, 9, { id: 6 }),
      trade(3, 1, { id: 3 }),
      trade(4, 2, { id: 4 }),
    ]);
    expect(bench.rows("1m")).toMatchObject([
      { open: 1, high: 9, low: 1, close: 9, firstTradeId: 3, lastTradeId: 6 },
    ]);
  });

  it("builds timeframes that do not nest from the same trades", () => {
    const trades = Array.from({ length: 200 }, (_, i) => trade(i * 37, 100 + ((i * 7) % 13)));
    const timeframes = ["5m", "7m", "15m", "35m"];
    const bench = new BarsBench({ timeframes }).applyAll(trades);
    for (const name of timeframes) expect(bench.rows(name)).toEqual(referenceBars(trades, name));
    expect(bench.bars.nextClose).toBe(Math.min(at(125), at(126)));
  });

  it("moves to smaller units when a trade brings more decimals", () => {
    const trades = [
      trade(0, "1", { size: "1" }),
      trade(61, "1.5", { size: "0.25" }),
      trade(62, "1.00000001", { size: "0.000000001" }),
    ];
    const bench = new BarsBench({ timeframes: ["1m", "5m"] }).applyAll(trades);
    for (const name of ["1m", "5m"]) expect(bench.rows(name)).toEqual(referenceBars(trades, name));
    bench.apply(trade(30, "2.0000000000000000001", { size: "3", id: 1_001 }));
    expect(bench.rows("1m")[0]).toMatchObject({ volume: 4, quoteVolume: 7, high: 2, trades: 2 });
  });

  it.each([
    ["sizes of 10^15", "1000000000000000", "1000000000000000"],
    ["more digits than a float64 has", "0.12345678901234567890123", "98765432109.876543210987"],
    ["30 decimals", "0.000000000000000000000000000001", "0.000000000000000000000000000001"],
    ["sums beyond 2^53 lots of narrow numbers", "99999999.99999999", "12345678.12345678"],
  ])("sums %s exactly", (_, price, size) => {
    const trades = Array.from({ length: 25 }, (_unused, i) =>
      trade(i * 7, price, { size, takerBought: i % 2 === 0 }),
    );
    const bench = new BarsBench({ timeframes: ["1s", "1m", "1h"] }).applyAll(trades);
    for (const name of ["1s", "1m", "1h"]) expect(bench.rows(name)).toEqual(referenceBars(trades, name));
  });

  // A float64 above 2^53 loses each trade of 1 lot that follows, so that one wrong turn shows.
  const small = (from: number, count: number, price: string) =>
    Array.from({ length: count }, (_, i) => trade(from + i / 10, price, { id: 5_000 + 100 * from + i }));
  it.each([
    [
      "the volume",
      [trade(0, "1", { size: "9007199254740900", takerBought: false }), ...small(1, 990, "0.001")],
    ],
    ["the quote volume", [trade(0, "2", { size: "4503599627370400" }), ...small(1, 300, "1")]],
    [
      "the taker's part apart from the volume",
      [
        trade(0, "1", { size: "9007199254740900" }),
        trade(0.1, "1", { size: "100", takerBought: false }),
        ...small(1, 300, "1"),
      ],
    ],
  ])("keeps %s exact when it grows past 2^53 lots", (_, trades) => {
    const bench = new BarsBench({ timeframes: ["1m", "5m"] }).applyAll(trades);
    for (const name of ["1m", "5m"]) expect(bench.rows(name)).toEqual(referenceBars(trades, name));
  });

  it("keeps the digits of a number whose lots are beyond 2^51, as scaling it back would miss them", () => {
    const digits = "88800722980.8787";
    expect(Math.round(Number(digits) * 1e5)).not.toBe(8_880_072_298_087_870);
    const trades = [trade(0, "1.00001"), trade(60, digits)];
    const asPrice = new BarsBench({ timeframes: ["1m"] }).applyAll(trades);
    expect(asPrice.rows("1m")).toEqual(referenceBars(trades, "1m"));
    const sizes = [trade(0, "1", { size: "1.00001" }), trade(60, "1", { size: digits })];
    const asSize = new BarsBench({ timeframes: ["1m"] }).applyAll(sizes);
    expect(asSize.rows("1m")).toEqual(referenceBars(sizes, "1m"));
  });

  it("counts a trade whose taker is not known in no taker volume", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    bench.apply(trade(0, 1, { takerBought: true }));
    bench.applyUnknownSide(trade(1, 1));
    expect(bench.rows("1m")).toMatchObject([{ volume: 2, takerBuyVolume: 1 }]);
  });

  it("forgets the digits of a wide trade once every bar has taken it", () => {
    const bench = new BarsBench({ timeframes: ["1m", "7m"] });
    const wide = trade(0, "1", { size: "12345678901234567.89" });
    bench.apply(wide);
    expect(bench.wide.get(0, wide.id)).toBeUndefined();
    expect(bench.rows("7m")[0].volume).toBe(Number(wide.size));
  });

  it("keeps so many closed bars of each timeframe", () => {
    const bench = new BarsBench({ timeframes: ["1m", "5m"], keepBars: 3 });
    for (let minute = 0; minute <= 30; minute++) bench.apply(trade(minute * 60, minute + 1));
    expect(opens(bench, "1m")).toEqual([27, 28, 29]);
    expect(opens(bench, "5m")).toEqual([15, 20, 25]);
  });

  it("says from when on bars are complete", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    bench.apply(trade(30, 1));
    expect(bench.series("1m").completeFrom).toBe(START + 30_000);
    bench.apply(trade(20, 1));
    expect(bench.series("1m").completeFrom).toBe(START + 20_000);
  });

  it("shares one version among its series", () => {
    const bench = new BarsBench({ timeframes: ["1m", "5m"] });
    bench.bars.version = 7;
    for (const name of ["1m", "5m"]) {
      expect(bench.series(name)).toMatchObject({ version: 7, versioned: { version: 7 }, symbol: "X" });
    }
  });

  it("does not advance to what is no time", () => {
    const bench = new BarsBench({ timeframes: ["1m"] });
    for (const timeMs of [NaN, Infinity, -Infinity])
      expect(() => bench.bars.advanceTo(timeMs)).toThrow(RangeError);
  });

  it("needs a timeframe", () => {
    const parts = {
      table: new SymbolTable(["X"]),
      wide: new WideDigitsTable(),
      listener: { onClosed() {}, onRevised() {} },
      completeFrom: () => 0,
    };
    expect(() => new SymbolBars(0, { plan: [], keepBars: 1, emptyIntervals: "omit" }, parts)).toThrow(
      RangeError,
    );
  });
});

describe("late trades", () => {
  it("amend every closed bar of theirs and raise its revision", () => {
    const revised: string[] = [];
    const bench = new BarsBench({
      timeframes: ["1m", "5m", "1h"],
      listener: {
        onClosed() {},
        onRevised: (series, row) =>
          revised.push(`${series.timeframe.name} ${row} r${series.closed.rowAt(row).revision}`),
      },
    });
    const trades = [
      trade(0, 10),
      trade(61, 11),
      trade(400, 12),
      trade(30, 99),
      trade(31, 1),
      trade(50, 50, { id: 900 }),
    ];
    bench.applyAll(trades);
    for (const name of ["1m", "5m", "1h"]) expect(bench.rows(name)).toEqual(referenceBars(trades, name));
    expect(revised).toEqual(["1m 0 r1", "5m 0 r1", "1m 0 r2", "5m 0 r2", "1m 0 r3", "5m 0 r3"]);
    expect(bench.bars.late).toEqual({ amended: 3, tooLate: 0 });
    expect(closedRows(bench.series("1m"))[0]).toMatchObject({
      open: 50,
      high: 99,
      low: 1,
      close: 1,
      revision: 3,
    });
  });

  it("make the bar that was missing", () => {
    const bench = new BarsBench({ timeframes: ["1m", "5m"] });
    const trades = [trade(0, 10), trade(180, 11), trade(241, 12), trade(61, 9), trade(125, 8)];
    bench.applyAll(trades);
    expect(bench.rows("1m")).toEqual(referenceBars(trades, "1m"));
    expect(bench.rows("5m")).toEqual(referenceBars(trades, "5m"));
    expect(closedRows(bench.series("1m")).map(({ revision }) => revision)).toEqual([0, 1, 1, 0]);
    expect(bench.bars.late).toEqual({ amended: 2, tooLate: 0 });
  });

  it("are counted when a timeframe no longer keeps their bar, and amend those that do", () => {
    const bench = new BarsBench({ timeframes: ["1m", "5m"], keepBars: 2 });
    for (let minute = 0; minute < 7; minute++) bench.apply(trade(minute * 60, 10));
    bench.apply(trade(1, 99));
    expect(bench.bars.late).toEqual({ amended: 0, tooLate: 1 });
    expect(opens(bench, "1m")).toEqual([4, 5]);
    expect(closedRows(bench.series("5m"))).toMatchObject([{ high: 99, trades: 6, revision: 1 }]);
  });

  it("before the first bar make one, as long as the window has room", () => {
    const bench = new BarsBench({ timeframes: ["1m"], keepBars: 2 });
    bench.applyAll([trade(300, 1), trade(360, 2), trade(60, 3)]);
    expect(opens(bench, "1m")).toEqual([1, 5]);
    bench.apply(trade(0, 4));
    expect(opens(bench, "1m")).toEqual([1, 5]);
    expect(bench.bars.late).toEqual({ amended: 1, tooLate: 1 });
  });

  it("in the middle of a full window push the oldest bar out, and tell the right row", () => {
    const told: number[] = [];
    const bench = new BarsBench({
      timeframes: ["1m"],
      keepBars: 3,
      listener: { onClosed() {}, onRevised: (series, row) => told.push(series.closed.openTimeAt(row)) },
    });
    bench.applyAll([trade(0, 1), trade(60, 1), trade(240, 1), trade(300, 1), trade(180, 1)]);
    expect(opens(bench, "1m")).toEqual([1, 3, 4]);
    expect(told).toEqual([at(3)]);
  });

  it("enter bars that are still open, in the larger timeframes", () => {
    const bench = new BarsBench({ timeframes: ["5m", "7m"] });
    // The 5m bar of 5..10 is open, and the 7m bar of 0..7.
    const trades = [trade(0, 1), trade(301, 2), trade(200, 9)];
    bench.applyAll(trades);
    for (const name of ["5m", "7m"]) expect(bench.rows(name)).toEqual(referenceBars(trades, name));
    expect(bench.bars.late).toEqual({ amended: 1, tooLate: 0 });
    bench.apply(trade(310, 3));
    expect(bench.bars.late).toEqual({ amended: 1, tooLate: 0 });
  });
});
