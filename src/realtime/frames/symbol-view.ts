import type { Guarded } from "../../locks/frame-guard.ts";
import type { BarSeries, LiveSeries } from "../bars/bar-series.ts";
import type { SymbolBars } from "../bars/symbol-bars.ts";
import type { FrameStore } from "./frame-store.ts";
import { FrozenSeries } from "./frozen-series.ts";

/** The bars of one symbol as those see them who read one commit: the live series, or what those were before they went on. */
export class SymbolView {
  /** Number of the commit. */
  readonly commit: number;
  #frozen: ReadonlyMap<BarSeries, FrozenSeries> | undefined;

  constructor(commit: number) {
    this.commit = commit;
  }

  /** `live` as of this commit. */
  of(live: BarSeries): BarSeries {
    return this.#frozen?.get(live) ?? live;
  }

  freeze(series: readonly LiveSeries[], frames: FrameStore): void {
    this.#frozen = new Map(
      series.map((live) => {
        const frozen = new FrozenSeries(live);
        frames.handOver(live, frozen);
        return [live, frozen] as const;
      }),
    );
  }

  release(): void {
    for (const frozen of this.#frozen?.values() ?? []) frozen.closed.release();
  }
}

/** What a guard needs of a symbol's bars. */
export class GuardedBars implements Guarded<SymbolView> {
  readonly #bars: SymbolBars;
  readonly #frames: FrameStore;

  constructor(bars: SymbolBars, frames: FrameStore) {
    this.#bars = bars;
    this.#frames = frames;
  }

  view(): SymbolView {
    return new SymbolView(this.#bars.version);
  }

  freeze(view: SymbolView): void {
    view.freeze(this.#bars.series, this.#frames);
  }

  release(view: SymbolView): void {
    view.release();
  }
}
