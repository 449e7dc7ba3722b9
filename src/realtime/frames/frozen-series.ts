import type { BarRow } from "../bars/bar-row.ts";
import type { BarSeries, LiveSeries } from "../bars/bar-series.ts";
import type { FrozenBars } from "../bars/frozen-bars.ts";
import type { Timeframe } from "../market/timeframe.ts";

/** A series as it was at one commit: its closed bars where they lie, and a copy of the forming one. */
export class FrozenSeries implements BarSeries {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly closed: FrozenBars;
  readonly version: number;
  readonly completeFrom: number;
  readonly #forming: BarRow | undefined;

  constructor(live: LiveSeries) {
    this.symbol = live.symbol;
    this.timeframe = live.timeframe;
    this.version = live.version;
    this.completeFrom = live.completeFrom;
    this.#forming = live.formingRow();
    this.closed = live.closed.freeze();
  }

  get versioned(): { readonly version: number } {
    return this;
  }

  formingRow(): BarRow | undefined {
    return this.#forming;
  }
}
