import { describe, expect, it } from "vitest";
import { type BenchOptions, type BenchParts, runBench } from "../../../src/lock-bench/run-bench.ts";
import { CANDIDATES } from "../../../src/lock-bench/candidate.ts";
import { SteppingClock } from "./stepping-clock.ts";
import { NO_LOCK } from "./wrong-locks.ts";

const LOAD = { readers: 3, writers: 2, holdMs: { read: 10, write: 20 }, durationMs: 500 };

function bench(options: Partial<BenchOptions> = {}, parts: BenchParts = {}) {
  const clock = new SteppingClock();
  return clock.runThrough(runBench({ load: LOAD, rounds: 3, ...options }, { clock, ...parts }));
}

describe("runBench", () => {
  it("lets candidates take turns, each round beginning with another one", async () => {
    const runs: string[] = [];
    await bench({}, { onRun: (candidate, round) => runs.push(`${round} ${candidate}`) });
    expect(runs).toEqual(
      [
        ["0 mutex", "0 rwlock", "0 snapshot"],
        ["1 rwlock", "1 snapshot", "1 mutex"],
        ["2 snapshot", "2 mutex", "2 rwlock"],
        ["3 mutex", "3 rwlock", "3 snapshot"],
      ].flat(),
    );
  });

  it("finds every candidate of its own right, and snapshots ahead of locks that readers hold", async () => {
    const { candidates, verdict } = await bench();
    expect(candidates.map(({ name }) => name)).toEqual(["mutex", "rwlock", "snapshot"]);
    for (const { violations } of candidates) {
      expect(violations).toEqual({ tornReads: 0, staleReads: 0, overlappingWrites: 0, lostWrites: 0 });
    }
    expect(verdict.choice).toBe("snapshot");
  });

  it("makes the same load of the same seed, and another of another", async () => {
    const load = { ...LOAD, ratePerSecond: 100 };
    const [first, again, other] = await Promise.all([
      bench({ load, seed: 4 }),
      bench({ load, seed: 4 }),
      bench({ load, seed: 5 }),
    ]);
    expect(again).toEqual(first);
    expect(other.candidates).not.toEqual(first.candidates);
  });

  it("catches a lock that excludes nobody, and does not recommend it", async () => {
    const { candidates, verdict } = await bench({}, { candidates: [CANDIDATES[0], NO_LOCK] });
    const [mutex, none] = candidates;
    expect(none.read!.perSecond.median).toBeGreaterThan(mutex.read!.perSecond.median);
    expect(none.violations.tornReads).toBeGreaterThan(0);
    expect(verdict.choice).toBe("mutex");
    expect(verdict.reason).toMatch(/^none is wrong and out of the question: \d+ torn reads/);
  });

  it("finds no difference where there is nobody to exclude", async () => {
    const { candidates, verdict } = await bench({ load: { ...LOAD, readers: 1, writers: 0 } });
    expect(candidates.map(({ write }) => write)).toEqual([undefined, undefined, undefined]);
    expect(verdict.choice).toBe("mutex");
    expect(verdict.reason).toContain("no difference beyond the noise");
  });

  it("measures no memory without a way to collect garbage", async () => {
    const { candidates } = await bench();
    expect(candidates.some((candidate) => "memory" in candidate)).toBe(false);
  });

  it("refuses rounds that are too few to tell what is noise", async () => {
    await expect(bench({ rounds: 2 })).rejects.toThrow(
      new RangeError("rounds must be a whole number of at least 3, was 2"),
    );
  });
});
