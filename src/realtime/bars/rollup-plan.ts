import type { Timeframe } from "../market/timeframe.ts";

/** One timeframe and the one it is rolled up from. */
export interface RollupStep {
  readonly timeframe: Timeframe;
  /** Index of the step whose closed bars feed this one; -1 when it is built from the trades themselves. */
  readonly source: number;
}

/**
 * Decides which timeframe is rolled up from which: each from the largest smaller one that nests in it, so that a trade
 * touches as few bars as possible. Steps come with the smallest first, and so every source before what it feeds.
 */
export function planRollup(timeframes: readonly Timeframe[]): readonly RollupStep[] {
  const ascending = [...new Map(timeframes.map((timeframe) => [timeframe.name, timeframe])).values()].sort(
    (a, b) => a.sizeMs - b.sizeMs,
  );
  return ascending.map((timeframe, i) => {
    let source = i - 1;
    while (source >= 0 && !ascending[source].nestsIn(timeframe)) source--;
    return { timeframe, source };
  });
}
