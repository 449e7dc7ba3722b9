import type { BenchLoad } from "./bench-load.ts";
import type { Candidate } from "./candidate.ts";
import type { MemoryReport } from "./memory-probe.ts";
import type { Violations } from "./pair-checks.ts";
import type { LoadResult } from "./run-load.ts";
import type { SideFigures } from "./side-tally.ts";
import { type Spread, spreadOf } from "./spread.ts";
import type { Verdict } from "./verdict.ts";

/** What a bench found. Plain data, safe for JSON. */
export interface BenchReport {
  /** Of this form. */
  readonly version: 1;
  readonly load: BenchLoad;
  readonly rounds: number;
  readonly seed: number;
  readonly candidates: readonly CandidateReport[];
  readonly verdict: Verdict;
}

export interface CandidateReport {
  readonly name: string;
  readonly about: string;
  /** In all rounds, and in the one before them that warms up. */
  readonly violations: Violations;
  /** Absent where the load has no readers. */
  readonly read?: SideReport;
  /** Absent where the load has no writers. */
  readonly write?: SideReport;
  /** Absent where it was not measured. */
  readonly memory?: MemoryReport;
}

/** The figures of a run, each over all rounds. */
export type SideReport = { readonly [Figure in keyof SideFigures]: Spread };

export function candidateReport(
  { name, about }: Candidate,
  load: BenchLoad,
  { warmUp, rounds, memory }: CandidateRuns,
): CandidateReport {
  return {
    name,
    about,
    violations: sumOf([warmUp, ...rounds].map(({ violations }) => violations)),
    ...(load.readers > 0 && { read: sideReport(rounds.map(({ read }) => read)) }),
    ...(load.writers > 0 && { write: sideReport(rounds.map(({ write }) => write)) }),
    ...(memory && { memory }),
  };
}

export interface CandidateRuns {
  readonly warmUp: LoadResult;
  readonly rounds: readonly LoadResult[];
  readonly memory: MemoryReport | undefined;
}

function sideReport(rounds: readonly SideFigures[]): SideReport {
  const over = (figure: keyof SideFigures) => spreadOf(rounds.map((round) => round[figure]));
  return {
    accesses: over("accesses"),
    perSecond: over("perSecond"),
    p50Ms: over("p50Ms"),
    p95Ms: over("p95Ms"),
    p99Ms: over("p99Ms"),
    maxMs: over("maxMs"),
    waitedShare: over("waitedShare"),
    waitedMsPerSecond: over("waitedMsPerSecond"),
    unserved: over("unserved"),
  };
}

function sumOf(all: readonly Violations[]): Violations {
  const sum = (kind: keyof Violations) => all.reduce((total, each) => total + each[kind], 0);
  return {
    tornReads: sum("tornReads"),
    staleReads: sum("staleReads"),
    overlappingWrites: sum("overlappingWrites"),
    lostWrites: sum("lostWrites"),
  };
}
