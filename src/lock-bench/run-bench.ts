import type { Clock } from "../clock.ts";
import { SeededRandom, seedFor } from "../realtime/feed/simulated/seeded-random.ts";
import { benchClock } from "./bench-clock.ts";
import { type BenchLoad, checkLoad } from "./bench-load.ts";
import { type BenchReport, candidateReport, type CandidateReport } from "./bench-report.ts";
import { type Candidate, CANDIDATES } from "./candidate.ts";
import { type MemoryReport, probeMemory } from "./memory-probe.ts";
import { type LoadResult, runLoad } from "./run-load.ts";
import { verdictOn } from "./verdict.ts";

export interface BenchOptions {
  readonly load: BenchLoad;
  /** In each, every candidate runs the load once; a whole number of at least {@link LEAST_ROUNDS}. @defaultValue 5 */
  readonly rounds?: number;
  /** Of the order in which callers ask first, and of when accesses come under a rate. @defaultValue 1 */
  readonly seed?: number;
}

export interface BenchParts {
  /** @defaultValue CANDIDATES */
  readonly candidates?: readonly Candidate[];
  /** @defaultValue benchClock */
  readonly clock?: Clock;
  /** Ends the bench: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Collects all garbage; without it memory is not measured. */
  readonly collect?: () => void;
  /** Hears what runs next. */
  readonly onRun?: (candidate: string, round: number) => void;
}

/** Fewer do not show what is noise. */
export const LEAST_ROUNDS = 3;
const WARM_UP_MS = 200;

/**
 * Compares candidates under one load. They take turns, and each round begins with another one, so that a noisy neighbour falls on all
 * alike; in one round all see the same accesses in the same order. A round that does not count warms up.
 */
export async function runBench(options: BenchOptions, parts: BenchParts = {}): Promise<BenchReport> {
  const { load, rounds = 5, seed = 1 } = options;
  const { candidates = CANDIDATES, clock = benchClock, signal, collect, onRun } = parts;
  checkLoad(load);
  if (!(Number.isSafeInteger(rounds) && rounds >= LEAST_ROUNDS)) {
    throw new RangeError(`rounds must be a whole number of at least ${LEAST_ROUNDS}, was ${rounds}`);
  }
  const run = (candidate: Candidate, round: number, durationMs = load.durationMs): Promise<LoadResult> => {
    onRun?.(candidate.name, round);
    const generator = new SeededRandom(seedFor(seed, `round ${round}`));
    return runLoad(
      candidate,
      { ...load, durationMs },
      { clock, signal, random: () => generator.next() / 2 ** 32 },
    );
  };

  const series: { candidate: Candidate; warmUp: LoadResult; rounds: LoadResult[] }[] = [];
  for (const candidate of candidates) {
    const warmUp = await run(candidate, 0, Math.min(load.durationMs, WARM_UP_MS));
    series.push({ candidate, warmUp, rounds: [] });
  }
  for (let round = 1; round <= rounds; round++) {
    for (let i = 0; i < series.length; i++) {
      const { candidate, rounds: results } = series[(round + i) % series.length];
      results.push(await run(candidate, round));
    }
  }
  const reports: CandidateReport[] = [];
  for (const { candidate, ...runs } of series) {
    const memory: MemoryReport | undefined = collect && (await probeMemory(candidate, { collect }));
    reports.push(candidateReport(candidate, load, { ...runs, memory }));
  }
  const verdict = verdictOn(reports, load.ratePerSecond === undefined ? "perSecond" : "p99Ms");
  return { version: 1, load, rounds, seed, candidates: reports, verdict };
}
