import { Timeframe } from "../market/timeframe.ts";
import type { RollupStep } from "./rollup-plan.ts";

/** Bars of one interval that a venue serves, from `from` (open time of the first, ms) to `to` (exclusive). */
export interface CoverPart {
  readonly interval: string;
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** The timeframes a venue serves, ascending, that divide days: months and weeks are left to those that do. */
export function servedTimeframes(intervals: readonly string[]): readonly Timeframe[] {
  return intervals
    .filter((name) => !/[wM]$/.test(name))
    .map((name) => Timeframe.parse(name))
    .sort((a, b) => a.sizeMs - b.sizeMs);
}

/** Covers `[from, to)` with the largest whole bars there are; what is smaller than the smallest is left uncovered. */
export function coverWithBars(from: number, to: number, served: readonly Timeframe[]): readonly CoverPart[] {
  const parts: CoverPart[] = [];
  for (let at = from; at < to;) {
    const timeframe = served.findLast((each) => each.openOf(at) === at && each.closeOf(at) <= to);
    if (!timeframe) break;
    const end = timeframe.closeOf(at);
    const last = parts.at(-1);
    if (last?.interval === timeframe.name)
      parts[parts.length - 1] = { ...last, to: end, count: last.count + 1 };
    else parts.push({ interval: timeframe.name, from: at, to: end, count: 1 });
    at = end;
  }
  return parts;
}

/** The largest served timeframe whose bars nest in `timeframe`; `undefined` where none does. */
export function sourceOfHistory(timeframe: Timeframe, intervals: readonly string[]): Timeframe | undefined {
  const exact = intervals.find((name) => Timeframe.parse(name).name === timeframe.name);
  if (exact) return timeframe;
  return servedTimeframes(intervals).findLast((each) => each.nestsIn(timeframe));
}

/**
 * The latest time at or before `timeMs` from which trades must be taken one by one, so that the open bar of every step is
 * covered by whole bars before it and by its source's open bar. It is `timeMs` itself, unless a timeframe begins between
 * two bars that the venue serves.
 */
export function alignSeam(timeMs: number, plan: readonly RollupStep[], served: readonly Timeframe[]): number {
  for (let seam = timeMs; ;) {
    let covered = seam;
    for (const { timeframe, source } of plan) {
      const from = timeframe.openOf(seam);
      const to = source < 0 ? seam : plan[source].timeframe.openOf(seam);
      const reached = coverWithBars(from, to, served).at(-1)?.to ?? from;
      if (reached < to) covered = Math.min(covered, reached);
    }
    if (covered === seam) return seam;
    seam = covered;
  }
}
