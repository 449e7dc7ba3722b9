import type { BarRow } from "../bars/bar-row.ts";
import type { BarSeries } from "../bars/bar-series.ts";

/** Prices and volume of one bar. */
export interface Ohlc {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Over the newest bars, the forming one counted. */
export interface PriceRange {
  readonly high: number;
  readonly low: number;
  /** `high - low`. */
  readonly range: number;
  /** Mean of each bar's own high minus low. */
  readonly averageRange: number;
  /** Bars looked at; fewer than asked for while there are fewer. */
  readonly bars: number;
}

/** Over the newest bars, the forming one counted. */
export interface VolumeStats {
  readonly total: number;
  readonly average: number;
  /** Volume of the newest bar, which may be forming. */
  readonly current: number;
  /** `current` over `average`; 0 when nothing was traded. */
  readonly relative: number;
  /** Bars looked at; fewer than asked for while there are fewer. */
  readonly bars: number;
}

/** The newest bar; `undefined` before the first trade. */
export function newestOhlc(series: BarSeries): Ohlc | undefined {
  const row = newestRows(series, 1).at(0);
  return row && { open: row.open, high: row.high, low: row.low, close: row.close, volume: row.volume };
}

/** Over the newest `count` bars, the forming one counted; `undefined` while there is none. */
export function priceRange(series: BarSeries, count: number): PriceRange | undefined {
  const rows = newestRows(series, count);
  if (rows.length === 0) return undefined;
  const high = rows.reduce((most, row) => Math.max(most, row.high), -Infinity);
  const low = rows.reduce((least, row) => Math.min(least, row.low), Infinity);
  const averageRange = rows.reduce((sum, row) => sum + row.high - row.low, 0) / rows.length;
  return { high, low, range: high - low, averageRange, bars: rows.length };
}

/** Over the newest `count` bars, the forming one counted; `undefined` while there is none. */
export function volumeStats(series: BarSeries, count: number): VolumeStats | undefined {
  const rows = newestRows(series, count);
  if (rows.length === 0) return undefined;
  const total = rows.reduce((sum, row) => sum + row.volume, 0);
  const average = total / rows.length;
  const current = rows.at(-1)!.volume;
  return { total, average, current, relative: average > 0 ? current / average : 0, bars: rows.length };
}

/** @throws RangeError when `count` is no whole number above 0. */
function newestRows(series: BarSeries, count: number): BarRow[] {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`bars must be a whole number above 0, was ${count}`);
  }
  const { closed } = series;
  const forming = series.formingRow();
  const fromClosed = Math.min(closed.length, forming ? count - 1 : count);
  const rows = Array.from({ length: fromClosed }, (_, i) => closed.rowAt(closed.length - fromClosed + i));
  return forming ? [...rows, forming] : rows;
}
