import type { Timeframe } from "../market/timeframe.ts";
import type { BarColumns } from "./bar-columns.ts";
import type { BarRow } from "./bar-row.ts";
import type { BarRows } from "./bar-rows.ts";

/** The bars of one symbol in one timeframe, as readers see them: closed ones in columns, the forming one beside them. */
export interface BarSeries {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly closed: BarRows;
  /** The bar that is still forming, made on demand; `undefined` when there is none. */
  formingRow(): BarRow | undefined;
  /** Raised by every change a reader could see; never below 0. */
  readonly version: number;
  /** Whose `version` that is, for who reads it all the time: a plain field costs less than a getter. */
  readonly versioned: { readonly version: number };
  /** Bars that open before this time (ms) are partial: the feed did not see all of them. */
  readonly completeFrom: number;
}

/** A series that goes on growing. */
export interface LiveSeries extends BarSeries {
  readonly closed: BarColumns;
}
