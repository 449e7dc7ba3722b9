import type { LockMode } from "../../locks/lock-observer.ts";
import { UNKNOWN_SITE } from "../held-shares.ts";
import type { DurationReport, LockReport } from "../lock-report.ts";

/** What a stack cost. Its places have the innermost first. */
export interface PprofSample {
  readonly sites: readonly string[];
  /** `undefined` where a figure is of both modes. */
  readonly mode: LockMode | undefined;
  readonly contentions: number;
  readonly delayNs: number;
  readonly holdNs: number;
  readonly blameNs: number;
}

type Costs = Pick<PprofSample, "contentions" | "delayNs" | "holdNs">;

/** All that a lock cost, by place, and what it cost besides by no place that is known; none that cost nothing. */
export function pprofSamples(lock: LockReport): PprofSample[] {
  const samples = [...modeSamples(lock, "read"), ...modeSamples(lock, "write"), ...blameSamples(lock)];
  return samples.filter(
    ({ contentions, delayNs, holdNs, blameNs }) => contentions + delayNs + holdNs + blameNs > 0,
  );
}

function modeSamples(lock: LockReport, mode: LockMode): PprofSample[] {
  const sample = (site: string, costs: Costs): PprofSample => ({ sites: [site], mode, ...costs, blameNs: 0 });
  const samples: PprofSample[] = [];
  let rest = costsOf(lock[mode]);
  for (const site of lock.sites) {
    if (site.mode !== mode) continue;
    const costs = costsOf(site);
    samples.push(sample(site.site, costs));
    rest = less(rest, costs);
  }
  return [...samples, sample(UNKNOWN_SITE, rest)];
}

function blameSamples({ blame }: LockReport): PprofSample[] {
  return blame.map(({ waiter, holder, waitMs }) => ({
    sites: [holder, waiter],
    mode: undefined,
    contentions: 0,
    delayNs: 0,
    holdNs: 0,
    blameNs: nanoseconds(waitMs),
  }));
}

export function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}

function costsOf(of: {
  readonly contended: number;
  readonly wait: DurationReport;
  readonly hold: DurationReport;
}): Costs {
  return { contentions: of.contended, delayNs: sumNs(of.wait), holdNs: sumNs(of.hold) };
}

function sumNs({ count, meanMs }: DurationReport): number {
  return nanoseconds(count * meanMs);
}

/** A place may be ahead of its mode: a wait that a reset came into is told by place only. */
function less(a: Costs, b: Costs): Costs {
  return {
    contentions: Math.max(0, a.contentions - b.contentions),
    delayNs: Math.max(0, a.delayNs - b.delayNs),
    holdNs: Math.max(0, a.holdNs - b.holdNs),
  };
}
