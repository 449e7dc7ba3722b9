import type { SideReport } from "../../lock-bench/bench-report.ts";
import { violationCount } from "../../lock-bench/pair-checks.ts";
import { counted, duration, grouped } from "../number-format.ts";
import type { MeasuredBench } from "./measured-bench.ts";

/** One side of one candidate, as reports show it: the median of the rounds, and for what the verdict looks at also their range. */
export interface BenchRow {
  readonly candidate: string;
  readonly side: "read" | "write";
  readonly figures: SideReport;
}

export function benchRows({ candidates }: MeasuredBench): readonly BenchRow[] {
  return candidates.flatMap(({ name, read, write }) => [
    ...(read ? [{ candidate: name, side: "read" as const, figures: read }] : []),
    ...(write ? [{ candidate: name, side: "write" as const, figures: write }] : []),
  ]);
}

export const BENCH_TITLES: readonly string[] = [
  "a second",
  "rounds",
  "p50",
  "p95",
  "p99",
  "waited",
  "waited a second",
  "unserved",
];

/** In the order of {@link BENCH_TITLES}. */
export function benchCells({ figures }: BenchRow): readonly string[] {
  const { perSecond, p50Ms, p95Ms, p99Ms, waitedShare, waitedMsPerSecond, unserved } = figures;
  return [
    grouped(perSecond.median),
    `${grouped(perSecond.low)}–${grouped(perSecond.high)}`,
    duration(p50Ms.median),
    duration(p95Ms.median),
    duration(p99Ms.median),
    `${(100 * waitedShare.median).toFixed(1)} %`,
    duration(waitedMsPerSecond.median),
    grouped(unserved.median),
  ];
}

export function loadLine({ load, rounds, seed }: MeasuredBench): string {
  const { readers, writers, holdMs, ratePerSecond, durationMs } = load;
  const callers = [
    `${counted(readers, "reader")} holding on for ${holdOf(holdMs.read)}`,
    `${counted(writers, "writer")} for ${holdOf(holdMs.write)}`,
  ];
  const pace =
    ratePerSecond === undefined ? "each asks again at once" : `${grouped(ratePerSecond)} accesses a second`;
  return `${callers.join(", ")}; ${pace}; ${rounds} rounds of ${duration(durationMs)} each, seed ${seed}`;
}

export function machineLine({ takenAt, node, machine }: MeasuredBench): string {
  return `Node ${node}, ${machine}, ${takenAt.slice(0, 10)}`;
}

/** What the columns mean; the same for every candidate. */
export function legend({ load }: MeasuredBench): string {
  const due = load.ratePerSecond === undefined ? "asking" : "when an access was due";
  return (
    `Latency is from ${due} to the end of the access; medians of the rounds. An access waited when it was not inside by the end ` +
    "of the turn of the event loop in which it was asked for; all callers' waits are summed."
  );
}

export function correctnessLines({ candidates, rounds }: MeasuredBench): readonly string[] {
  return candidates.map(({ name, violations, read, write }) => {
    const accesses = rounds * ((read?.accesses.median ?? 0) + (write?.accesses.median ?? 0));
    if (violationCount(violations) === 0) return `${name}: right, in about ${grouped(accesses)} accesses`;
    const { tornReads, staleReads, overlappingWrites, lostWrites } = violations;
    return (
      `${name}: WRONG: ${grouped(tornReads)} torn and ${grouped(staleReads)} stale reads, ` +
      `${grouped(overlappingWrites)} writes that were not alone, ${grouped(lostWrites)} lost`
    );
  });
}

export function memoryLines({ candidates }: MeasuredBench): readonly string[] {
  return candidates.map(({ name, memory }) =>
    memory === undefined
      ? `${name}: not measured; start Node with --expose-gc`
      : `${name}: ${Math.round(memory.waitingBytes)} bytes for a read that waits, ` +
        `${Math.round(memory.leftBytes)} kept for each once it was served (${grouped(memory.callers)} at once)`,
  );
}

/** What the figures leave out. */
export const CAVEAT =
  "The state here is two numbers. Where readers keep snapshots, a commit that finds readers inside also pays for freezing what " +
  "they see, which is as dear as your state makes it.";

function holdOf(ms: number): string {
  return ms === 0 ? "a turn" : duration(ms);
}
