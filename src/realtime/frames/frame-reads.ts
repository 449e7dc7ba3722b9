import { ClosedError } from "../../errors.ts";
import type pl from "nodejs-polars";
import type { BarSeries } from "../bars/bar-series.ts";
import type { FrameStore } from "./frame-store.ts";
import type { SymbolView } from "./symbol-view.ts";

/** Where frames are read from: the series by name, and the store that makes frames of them. */
export interface FrameSource {
  readonly frames: FrameStore;
  readonly series: {
    readonly timeframes: readonly string[];
    get(symbol: string, timeframe: string): BarSeries;
  };
}

/** The frames of one symbol as of one commit, for as long as a `withRead` lasts. */
export class FrameReads {
  readonly symbol: string;
  readonly #source: FrameSource;
  readonly #view: SymbolView;
  #isReleased = false;

  /** @internal Made by `withRead`. */
  constructor(source: FrameSource, symbol: string, view: SymbolView) {
    this.#source = source;
    this.#view = view;
    this.symbol = symbol;
  }

  /** Number of the commit all frames belong to. */
  get commit(): number {
    this.#checkHeld();
    return this.#view.commit;
  }

  /**
   * The newest bars, all that are kept by default.
   *
   * @throws UnknownTimeframeError, RangeError as `getData` does; ClosedError once the read is over.
   */
  get(timeframe: string, { bars }: { readonly bars?: number } = {}): pl.DataFrame {
    this.#checkHeld();
    const { frames, series } = this.#source;
    return frames.frame(this.#view.of(series.get(this.symbol, timeframe)), { bars });
  }

  /** @internal The read is over: what is read from here on would belong to another commit. */
  release(): void {
    this.#isReleased = true;
  }

  #checkHeld(): void {
    if (this.#isReleased) throw new ClosedError(`the read of ${this.symbol}`);
  }
}

export function newestFrame(
  source: FrameSource,
  symbol: string,
  timeframe: string,
  bars?: number,
): pl.DataFrame {
  return source.frames.frame(source.series.get(symbol, timeframe), { bars });
}

/** Bars that open at `sinceMs` or later. @throws RangeError when it is no time. */
export function frameSince(
  source: FrameSource,
  symbol: string,
  timeframe: string,
  sinceMs: number,
): pl.DataFrame {
  if (Number.isNaN(sinceMs))
    throw new RangeError("since must be a date, or milliseconds since the epoch, was NaN");
  const series = source.series.get(symbol, timeframe);
  const forming = series.formingRow();
  const closed = series.closed.length - series.closed.lowerBound(sinceMs);
  const count = closed + (forming && forming.openTime >= sinceMs ? 1 : 0);
  const frame = source.frames.frame(series, { bars: Math.max(1, count) });
  return count === 0 ? frame.head(0) : frame;
}

/** Whether a series has `minBars` bars, the forming one counted. */
export function isSeriesReady(series: BarSeries, minBars: number): boolean {
  return series.closed.length + (series.formingRow() ? 1 : 0) >= minBars;
}
