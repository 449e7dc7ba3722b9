import pl from "nodejs-polars";
import { BAR_FIELDS } from "../../src/realtime/frames/bar-schema.ts";
import type { BarRow } from "../../src/realtime/bars/bar-row.ts";
import type { BarSeries } from "../../src/realtime/bars/bar-series.ts";
import { BarsBench, closedRows, type BarsSetup } from "./trades.ts";

const START = Date.UTC(2024, 1, 28, 23, 59, 0);

/** A series of one-second bars that grows a trade a bar, and counts a version for each change. */
export class GrowingSeries {
  readonly bench: BarsBench;
  readonly series: BarSeries;
  #seconds = 0;
  #lateIds = 0;

  constructor(setup: Omit<BarsSetup, "timeframes"> = {}) {
    this.bench = new BarsBench({ ...setup, timeframes: ["1s"] });
    this.series = this.bench.series("1s");
  }

  /** After `bars` bars in all, one is forming and the others are closed. */
  grow(bars: number): this {
    for (let i = 0; i < bars; i++) this.#trade(this.#seconds++, 2 ** 40 + 1_000 * this.#seconds);
    return this.#commit();
  }

  /** Leaves an interval without a trade, so that a late one can make a bar there. */
  skip(): this {
    this.#seconds++;
    return this;
  }

  /** A trade that comes late, into the interval `second` of those so far. */
  late(second: number): this {
    this.#trade(second, 2 ** 40 + 1_000 * (second + 1) + ++this.#lateIds);
    return this.#commit();
  }

  /** The feed saw everything from `second` on. */
  completeFrom(second: number): this {
    this.bench.completeFrom = START + 1_000 * second;
    return this.#commit();
  }

  #trade(second: number, id: number): void {
    const cents = (id * 7919) % 10_000;
    this.bench.apply({
      id,
      time: START + 1_000 * second + 250,
      price: `${100 + (cents % 90)}.${String(cents % 100).padStart(2, "0")}`,
      size: `0.${String(cents + 1).padStart(5, "0")}`,
      takerBought: cents % 3 === 0,
    });
  }

  #commit(): this {
    this.bench.bars.version++;
    return this;
  }
}

/** The frame that a series should give, made through the public interface of polars from one bar after the other. */
export function expectedFrame(series: BarSeries, bars = Infinity): pl.DataFrame {
  const forming = series.formingRow();
  const all = [...closedRows(series), ...(forming ? [forming] : [])];
  const rows = bars === Infinity ? all : all.slice(-bars);
  const valuesOf = (source: keyof BarRow) => Float64Array.from(rows, (row) => row[source]);
  const columns = BAR_FIELDS.map(({ name, type, source }) => {
    switch (type) {
      case "timestamp":
        return pl.Series(name, valuesOf(source)).cast(pl.Int64).cast(pl.Datetime("ms", "UTC"));
      case "float64":
        return pl.Series(name, valuesOf(source));
      case "int64":
        return pl.Series(name, valuesOf(source)).cast(pl.Int64);
      case "int32":
        return pl.Series(name, Int32Array.from(valuesOf(source)));
      case "boolean":
        return pl.Series(
          name,
          rows.map((row) => (name === "closed" ? row !== forming : row.openTime < series.completeFrom)),
          pl.Bool,
        );
    }
  });
  return pl.DataFrame(columns);
}
