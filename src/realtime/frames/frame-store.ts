import type pl from "nodejs-polars";
import type { BarSeries } from "../bars/bar-series.ts";
import { BarIpcEncoder } from "./arrow-ipc.ts";
import { FrameView } from "./frame-view.ts";

export interface FrameOptions {
  /**
   * How many of the newest bars, the forming one counted; a whole number above 0.
   * @defaultValue all that are kept
   */
  readonly bars?: number;
}

/** Bars as polars frames, made when they are read. */
export class FrameStore {
  readonly #encoder = new BarIpcEncoder();
  readonly #views = new WeakMap<BarSeries, FrameView>();

  /** The newest bars of a series; the same frame until a change of the series. */
  frame(series: BarSeries, { bars }: FrameOptions = {}): pl.DataFrame {
    return this.view(series).frame(bars);
  }

  /** From here on `frozen` has the frames that were made of `live`, whose next change is about to come. */
  handOver(live: BarSeries, frozen: BarSeries): void {
    this.#views.set(frozen, this.view(live).handOver(frozen));
  }

  /** The frames of one series. Who reads it often keeps it, as the look-up costs more than a read of an unchanged frame. */
  view(series: BarSeries): FrameView {
    let view = this.#views.get(series);
    if (view === undefined) {
      view = new FrameView(series, this.#encoder);
      this.#views.set(series, view);
    }
    return view;
  }
}
