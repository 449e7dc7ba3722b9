import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BarColumns } from "../../../../src/realtime/bars/bar-columns.ts";
import { OpenBar, OpenField } from "../../../../src/realtime/bars/open-bar.ts";
import { WideDigitsTable } from "../../../../src/realtime/ring/wide-digits.ts";
import type { BarRow } from "../../../../src/realtime/bars/bar-row.ts";

const DECIMALS = { price: 2, size: 3, quote: 5 };

interface Values {
  readonly openTime: number;
  readonly price: number;
  readonly trades: number;
  readonly volume: bigint;
}

function openBar({ openTime, price, trades, volume }: Values): OpenBar {
  const bar = new OpenBar(new WideDigitsTable());
  bar.countIn(DECIMALS);
  bar.begin(openTime, openTime + 60_000);
  const f = bar.fields;
  f[OpenField.open] = price;
  f[OpenField.high] = price + 2;
  f[OpenField.low] = price - 2;
  f[OpenField.close] = price + 1;
  f[OpenField.trades] = trades;
  f[OpenField.firstTradeId] = openTime + 1;
  f[OpenField.lastTradeId] = openTime + trades;
  bar.sums.addBig(OpenField.volume, volume);
  bar.sums.addBig(OpenField.quoteVolume, volume * 7n);
  bar.sums.addBig(OpenField.takerBuyVolume, volume / 2n);
  return bar;
}

function rowOf({ openTime, price, trades, volume }: Values, revision: number, flatPrice = NaN): BarRow {
  const isFlat = trades === 0;
  return {
    openTime,
    open: isFlat ? flatPrice : price,
    high: isFlat ? flatPrice : price + 2,
    low: isFlat ? flatPrice : price - 2,
    close: isFlat ? flatPrice : price + 1,
    volume: Number(`${volume}e-3`),
    quoteVolume: Number(`${volume * 7n}e-5`),
    trades,
    takerBuyVolume: Number(`${volume / 2n}e-3`),
    firstTradeId: isFlat ? -1 : openTime + 1,
    lastTradeId: isFlat ? -1 : openTime + trades,
    revision,
  };
}

const minute = (n: number): Values => ({
  openTime: n * 60_000,
  price: 100 + n,
  trades: 1 + (n % 3),
  volume: 10n + BigInt(n),
});
const rowsOf = (columns: BarColumns) => Array.from({ length: columns.length }, (_, i) => columns.rowAt(i));

describe("BarColumns", () => {
  it.each([1, 2, 30, 31, 32, 33, 63, 64, 65, 100, 500, Infinity])("keeps the newest %d bars", (keepBars) => {
    const columns = new BarColumns(keepBars);
    const all: BarRow[] = [];
    for (let n = 0; n < 1_300; n++) {
      columns.append(openBar(minute(n)));
      all.push(rowOf(minute(n), 0));
      expect(columns.length).toBe(Math.min(n + 1, keepBars));
      expect(columns.trimmed).toBe(n + 1 - columns.length);
      expect(columns.rowAt(columns.length - 1)).toEqual(all[n]);
      expect(columns.openTimeAt(0)).toBe(all[columns.trimmed].openTime);
    }
    expect(rowsOf(columns)).toEqual(all.slice(-Math.min(keepBars, all.length)));
    expect(columns.arrays.capacity).toBeLessThanOrEqual(
      keepBars === Infinity ? 2_048 : Math.max(64, 2 * (keepBars + 1)),
    );
  });

  it.each([0, -1, 1.5, NaN])("refuses to keep %d bars", (keepBars) => {
    expect(() => new BarColumns(keepBars)).toThrow(
      `keepBars must be a whole number above 0, or Infinity, was ${keepBars}`,
    );
  });

  it("keeps times and ids of up to 2^53 and sums beyond", () => {
    const columns = new BarColumns(4);
    const huge = { openTime: 2 ** 53 - 100, price: 1e15, trades: 99, volume: 10n ** 24n + 1n };
    columns.append(openBar(huge));
    expect(columns.rowAt(0)).toEqual(rowOf(huge, 0));
    expect(columns.rowAt(0).lastTradeId).toBe(2 ** 53 - 1);
    const loaded = new OpenBar(new WideDigitsTable());
    loaded.countIn(DECIMALS);
    columns.load(0, loaded);
    expect(loaded.sums.total(OpenField.volume)).toBe(huge.volume);
    expect(loaded.sums.total(OpenField.quoteVolume)).toBe(huge.volume * 7n);
    expect(loaded.toRow()).toEqual(rowOf(huge, 0));
  });

  it("logs each row that was written again, by its number from the first bar ever", () => {
    const columns = new BarColumns(3);
    for (let n = 0; n < 5; n++) columns.append(openBar(minute(2 * n)));
    const { now } = columns.rewrites;
    expect(columns.rewrites.lowestSince(0)).toBe(Infinity);
    columns.store(1, openBar(minute(6)), 1);
    expect(columns.rewrites.lowestSince(now)).toBe(3);
    columns.reflatten(0, 5);
    expect(columns.rewrites.lowestSince(now)).toBe(2);
    const later = columns.rewrites.now;
    columns.insert(2, openBar(minute(7)), 1);
    expect(columns.rewrites.lowestSince(later)).toBe(4);
  });

  it("behaves as an array of rows does, whatever is appended, inserted, amended and rescaled", () => {
    const step = fc.record({
      do: fc.constantFrom(
        "append",
        "append",
        "append",
        "gap",
        "flat",
        "insert",
        "store",
        "reflatten",
        "load",
      ),
      at: fc.nat(200),
      trades: fc.integer({ min: 1, max: 5 }),
      volume: fc.oneof(fc.bigInt({ min: 0n, max: 1_000n }), fc.bigInt({ min: 0n, max: 10n ** 22n })),
    });
    const keep = fc.oneof(fc.integer({ min: 1, max: 80 }), fc.constant(Infinity));
    fc.assert(
      fc.property(keep, fc.array(step, { maxLength: 200 }), (keepBars, steps) => {
        const columns = new BarColumns(keepBars);
        let rows: BarRow[] = [];
        const exact = new Map<number, bigint>();
        let next = 0;
        for (const { do: what, at, trades, volume } of steps) {
          const row = rows.length === 0 ? 0 : at % rows.length;
          if (what === "append" || what === "flat") {
            const values = {
              openTime: (next += 60_000),
              price: next,
              trades: what === "flat" ? 0 : trades,
              volume: what === "flat" ? 0n : volume,
            };
            columns.append(openBar(values), what === "flat" ? 42 : undefined);
            rows.push(rowOf(values, 0, 42));
            exact.set(values.openTime, values.volume);
          } else if (what === "gap") {
            next += 120_000;
          } else if (rows.length === 0) {
            continue;
          } else if (what === "insert") {
            const openTime = rows[row].openTime - 60_000;
            const isTaken = rows[row - 1]?.openTime === openTime || (row === 0 && rows.length >= keepBars);
            if (isTaken) continue;
            columns.insert(row, openBar({ openTime, price: 9, trades, volume }), 1);
            rows.splice(row, 0, rowOf({ openTime, price: 9, trades, volume }, 1));
            exact.set(openTime, volume);
          } else if (what === "store") {
            const values = { openTime: rows[row].openTime, price: 8, trades, volume };
            columns.store(row, openBar(values), columns.revisionAt(row) + 1);
            rows[row] = rowOf(values, rows[row].revision + 1);
            exact.set(values.openTime, volume);
          } else if (what === "reflatten") {
            if (rows[row].trades > 0) continue;
            columns.reflatten(row, at);
            rows[row] = {
              ...rows[row],
              open: at,
              high: at,
              low: at,
              close: at,
              revision: rows[row].revision + 1,
            };
          } else {
            const bar = new OpenBar(new WideDigitsTable());
            bar.countIn(DECIMALS);
            columns.load(row, bar);
            expect(bar.sums.total(OpenField.volume)).toBe(exact.get(rows[row].openTime));
            expect(bar.toRow()).toEqual({ ...rows[row], revision: 0 });
          }
          rows = rows.slice(-Math.min(keepBars, rows.length));
          expect(columns.length).toBe(rows.length);
        }
        expect(rowsOf(columns)).toEqual(rows);
        rows.forEach(({ openTime, close, trades: count, revision }, i) => {
          expect(columns.lowerBound(openTime)).toBe(i);
          expect(columns.lowerBound(openTime + 1)).toBe(i + 1);
          expect([columns.closeAt(i), columns.tradesAt(i), columns.revisionAt(i)]).toEqual([
            close,
            count,
            revision,
          ]);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("counts every kept sum in smaller units", () => {
    const columns = new BarColumns(2);
    for (let n = 0; n < 70; n++) columns.append(openBar({ ...minute(n), volume: 10n ** 16n + BigInt(n) }));
    columns.rescale(2, 3);
    const bar = new OpenBar(new WideDigitsTable());
    for (const [i, n] of [68n, 69n].entries()) {
      columns.load(i, bar);
      expect(bar.sums.total(OpenField.volume)).toBe((10n ** 16n + n) * 100n);
      expect(bar.sums.total(OpenField.quoteVolume)).toBe((10n ** 16n + n) * 7_000n);
    }
  });
});
