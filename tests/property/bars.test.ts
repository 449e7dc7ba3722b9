import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BarsBench, closedRows, referenceBars, type TestTrade } from "../support/trades.ts";

const START = Date.UTC(2024, 1, 28, 23, 58, 30);

/** Decimal texts of every width, up to far more digits than a float64 holds. */
const decimal = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.integer({ min: 0, max: 8 }))
  .map(([mantissa, decimals]) => placePoint(mantissa, decimals));
const wideDecimal = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 24n }), fc.integer({ min: 0, max: 18 }))
  .map(([mantissa, decimals]) => placePoint(mantissa, decimals));

function placePoint(mantissa: bigint, decimals: number): string {
  const digits = mantissa.toString().padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function tradesOf(number: fc.Arbitrary<string>, maxStepMs: number): fc.Arbitrary<TestTrade[]> {
  return fc
    .array(
      fc.record({
        stepMs: fc.integer({ min: 0, max: maxStepMs }),
        price: number,
        size: number,
        takerBought: fc.boolean(),
        count: fc.integer({ min: 1, max: 3 }),
      }),
      { minLength: 1, maxLength: 120 },
    )
    .map((steps) => {
      let time = START;
      let id = 1_000;
      return steps.map(({ stepMs, ...trade }) => ({
        ...trade,
        time: (time += stepMs),
        id: (id += trade.count),
      }));
    });
}

const TIMEFRAMES = ["1s", "7s", "1m", "5m", "90m", "1h", "1d", "1w", "1M"];
const steps = [20, 5_000, 400_000, 80_000_000];
const anyTrades = fc.oneof(...steps.map((step) => tradesOf(decimal, step)), tradesOf(wideDecimal, 5_000));

describe("SymbolBars", () => {
  it("gives the bars of a plain reckoning for any trades", () => {
    fc.assert(
      fc.property(anyTrades, (trades) => {
        const bench = new BarsBench({ timeframes: TIMEFRAMES }).applyAll(trades);
        for (const timeframe of TIMEFRAMES)
          expect(bench.rows(timeframe)).toEqual(referenceBars(trades, timeframe));
      }),
      { numRuns: 150 },
    );
  });

  it("rolls up to the same bits as building each timeframe by itself", () => {
    fc.assert(
      fc.property(anyTrades, (trades) => {
        const rolledUp = new BarsBench({ timeframes: TIMEFRAMES }).applyAll(trades);
        for (const timeframe of TIMEFRAMES) {
          const direct = new BarsBench({ timeframes: [timeframe] }).applyAll(trades);
          expect(rolledUp.rows(timeframe)).toEqual(direct.rows(timeframe));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("gives the bars of the sorted trades for any order of arrival", () => {
    const shuffled = anyTrades.chain((trades) =>
      fc.tuple(fc.constant(trades), fc.shuffledSubarray(trades, { minLength: trades.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.constantFrom("omit", "flat"), ([sorted, arrived], emptyIntervals) => {
        const timeframes = ["1s", "1m", "5m", "1M"];
        const keepSmall = sorted.at(-1)!.time - sorted[0].time < 600_000;
        const setup = { timeframes: keepSmall ? timeframes : ["1d", "1M"], emptyIntervals } as const;
        const expected = new BarsBench(setup).applyAll(sorted);
        const actual = new BarsBench(setup).applyAll(arrived);
        for (const timeframe of setup.timeframes)
          expect(actual.rows(timeframe)).toEqual(expected.rows(timeframe));
        expect(actual.bars.late.tooLate).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("closes each bar once, in the order of time, whatever the timers say in between", () => {
    fc.assert(
      fc.property(anyTrades, fc.array(fc.nat(120)), (trades, advanceAfter) => {
        const closed: string[] = [];
        const bench = new BarsBench({
          timeframes: ["1m", "5m", "1h"],
          listener: {
            onClosed: (series, row) =>
              closed.push(`${series.timeframe.name} ${series.closed.openTimeAt(row)}`),
            onRevised() {
              throw new Error("no trade was late");
            },
          },
        });
        trades.forEach((trade, i) => {
          bench.apply(trade);
          if (advanceAfter.includes(i)) bench.bars.advanceTo(trades[i + 1]?.time ?? trade.time + 3_600_000);
        });
        bench.bars.advanceTo(trades.at(-1)!.time + 2 * 3_600_000);
        const expected = ["1m", "5m", "1h"].map((name) =>
          referenceBars(trades, name).map(({ openTime }) => `${name} ${openTime}`),
        );
        expect(closed.toSorted()).toEqual(expected.flat().toSorted());
        for (const name of ["1m", "5m", "1h"]) {
          const own = closed
            .filter((key) => key.startsWith(`${name} `))
            .map((key) => Number(key.split(" ")[1]));
          expect(own).toEqual(own.toSorted((a, b) => a - b));
          expect(closedRows(bench.series(name)).map(({ openTime }) => openTime)).toEqual(own);
        }
      }),
      { numRuns: 100 },
    );
  });
});
