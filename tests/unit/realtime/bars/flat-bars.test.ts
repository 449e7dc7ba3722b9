import { describe, expect, it } from "vitest";
import { BarsBench, closedRows, type TestTrade } from "../../../support/trades.ts";

const START = Date.UTC(2024, 0, 1);
const MINUTE = 60_000;

const trade = (minute: number, price: number, id = 1_000 + minute): TestTrade => ({
  id,
  time: START + minute * MINUTE,
  price: String(price),
  size: "1",
  takerBought: true,
});

/** `minute:close` of each closed bar, with `*` where it has trades and its revision where it has one. */
function shape(bench: BarsBench, timeframe = "1m"): string {
  return closedRows(bench.series(timeframe))
    .map(({ openTime, close, trades, revision }) => {
      return `${(openTime - START) / MINUTE}:${close}${trades > 0 ? "*" : ""}${revision > 0 ? `r${revision}` : ""}`;
    })
    .join(" ");
}

describe("SymbolBars with flat bars for empty intervals", () => {
  it("closes a flat bar for each interval without a trade, in the order of time", () => {
    const told: number[] = [];
    const bench = new BarsBench({
      timeframes: ["1m", "2m"],
      emptyIntervals: "flat",
      listener: {
        onClosed(series, row) {
          if (series.timeframe.name === "1m") told.push((series.closed.openTimeAt(row) - START) / MINUTE);
        },
        onRevised() {},
      },
    });
    bench.applyAll([trade(0, 10), trade(4, 12)]);
    expect(shape(bench)).toBe("0:10* 1:10 2:10 3:10");
    expect(shape(bench, "2m")).toBe("0:10* 2:10");
    expect(told).toEqual([0, 1, 2, 3]);
    expect(closedRows(bench.series("1m"))[1]).toEqual({
      openTime: START + MINUTE,
      open: 10,
      high: 10,
      low: 10,
      close: 10,
      volume: 0,
      quoteVolume: 0,
      trades: 0,
      takerBuyVolume: 0,
      firstTradeId: -1,
      lastTradeId: -1,
      revision: 0,
    });
  });

  it("begins with the first trade, and forms a flat bar while none comes", () => {
    const bench = new BarsBench({ timeframes: ["1m"], emptyIntervals: "flat" });
    bench.apply(trade(3, 10));
    expect(bench.rows("1m")).toHaveLength(1);
    bench.bars.advanceTo(START + 6 * MINUTE);
    expect(shape(bench)).toBe("3:10* 4:10 5:10");
    expect(bench.series("1m").formingRow()).toMatchObject({
      openTime: START + 6 * MINUTE,
      open: 10,
      close: 10,
      trades: 0,
      firstTradeId: -1,
    });
  });

  it("turns the flat bar of a late trade into a real one, and moves the flat bars behind it", () => {
    const revised: number[] = [];
    const bench = new BarsBench({
      timeframes: ["1m"],
      emptyIntervals: "flat",
      listener: {
        onClosed() {},
        onRevised: (series, row) => revised.push((series.closed.openTimeAt(row) - START) / MINUTE),
      },
    });
    bench.applyAll([trade(0, 10), trade(4, 12), trade(6, 13)]);
    bench.apply(trade(1, 11));
    expect(shape(bench)).toBe("0:10* 1:11*r1 2:11r1 3:11r1 4:12* 5:12");
    expect(revised).toEqual([1, 2, 3]);
    expect(bench.bars.late).toEqual({ amended: 1, tooLate: 0 });
  });

  it("leaves the flat bars behind an amended bar alone when its close stays", () => {
    const revised: number[] = [];
    const bench = new BarsBench({
      timeframes: ["1m"],
      emptyIntervals: "flat",
      listener: { onClosed() {}, onRevised: (_series, row) => revised.push(row) },
    });
    bench.applyAll([trade(0, 10), trade(3, 12), trade(0, 99, 1)]);
    expect(shape(bench)).toBe("0:10*r1 1:10 2:10");
    expect(revised).toEqual([0]);
  });

  it("moves the flat forming bar with a late trade", () => {
    const bench = new BarsBench({ timeframes: ["1m"], emptyIntervals: "flat" });
    bench.apply(trade(0, 10));
    bench.bars.advanceTo(START + 3 * MINUTE);
    bench.apply(trade(1, 15));
    expect(shape(bench)).toBe("0:10* 1:15*r1 2:15r1");
    expect(bench.series("1m").formingRow()).toMatchObject({ open: 15, close: 15, trades: 0 });
  });

  it("fills the gap between a late trade and the first bar", () => {
    const bench = new BarsBench({ timeframes: ["1m"], emptyIntervals: "flat" });
    bench.applyAll([trade(5, 10), trade(6, 11), trade(2, 8)]);
    expect(shape(bench)).toBe("2:8*r1 3:8r1 4:8r1 5:10*");
    const before = new BarsBench({ timeframes: ["1m"], emptyIntervals: "flat" });
    before.applyAll([trade(5, 10), trade(2, 8)]);
    expect(shape(before)).toBe("2:8*r1 3:8r1 4:8r1");
  });

  it("keeps the newest bars over a long gap, and tells no bar that would leave at once", () => {
    let told = 0;
    const bench = new BarsBench({
      timeframes: ["1m"],
      keepBars: 4,
      emptyIntervals: "flat",
      listener: { onClosed: () => told++, onRevised() {} },
    });
    bench.applyAll([trade(0, 10), trade(1_000_000, 12)]);
    expect(shape(bench)).toBe("999996:10 999997:10 999998:10 999999:10");
    expect(told).toBe(1 + 4);
  });

  it("keeps months without a hole, though they differ in length", () => {
    const bench = new BarsBench({ timeframes: ["1M"], keepBars: 100, emptyIntervals: "flat" });
    bench.apply({ ...trade(0, 10), time: Date.UTC(2015, 0, 1) });
    bench.apply({ ...trade(0, 12, 2_000), time: Date.UTC(2027, 0, 1) });
    const opens = closedRows(bench.series("1M")).map(({ openTime }) =>
      new Date(openTime).toISOString().slice(0, 7),
    );
    expect(opens).toHaveLength(100);
    expect([opens[0], opens.at(-1)]).toEqual(["2018-09", "2026-12"]);
  });

  it("counts a trade as too late when the flat bars behind it fill the window", () => {
    const bench = new BarsBench({ timeframes: ["1m"], keepBars: 5, emptyIntervals: "flat" });
    bench.applyAll([trade(1_000, 10), trade(1_001, 10)]);
    bench.apply(trade(995, 9));
    expect(shape(bench)).toBe("1000:10*");
    bench.apply(trade(996, 9));
    expect(shape(bench)).toBe("996:9*r1 997:9r1 998:9r1 999:9r1 1000:10*");
    expect(bench.bars.late).toEqual({ amended: 1, tooLate: 1 });
  });
});
