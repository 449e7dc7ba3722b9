import { describe, expect, it } from "vitest";
import type { BenchLoad } from "../../../src/lock-bench/bench-load.ts";
import { type Candidate, CANDIDATES } from "../../../src/lock-bench/candidate.ts";
import { runLoad } from "../../../src/lock-bench/run-load.ts";
import { SteppingClock } from "./stepping-clock.ts";
import { NO_LOCK, OLD_NEWS } from "./wrong-locks.ts";

const NOTHING_WRONG = { tornReads: 0, staleReads: 0, overlappingWrites: 0, lostWrites: 0 };
/** Leaves callers in the order in which they are made: readers, then writers. */
const inOrder = () => 1 - Number.EPSILON;
/** Makes each gap between accesses as long as the mean. */
const evenly = () => 1 - 1 / Math.E;

const MIX: BenchLoad = { readers: 2, writers: 1, holdMs: { read: 10, write: 20 }, durationMs: 80 };

function named(name: string): Candidate {
  return CANDIDATES.find((candidate) => candidate.name === name)!;
}

function run(candidate: Candidate, load: BenchLoad, random = inOrder) {
  const clock = new SteppingClock();
  return clock.runThrough(runLoad(candidate, load, { clock, random }));
}

describe("runLoad, where each caller asks again at once", () => {
  it("makes everyone wait for everyone behind a mutex", async () => {
    // Reads: 0-10, 10-20, 40-50, 50-60, 80-90, 90-100. Writes: 20-40, 60-80.
    const { read, write, violations } = await run(named("mutex"), MIX);
    expect(violations).toEqual(NOTHING_WRONG);
    expect(read).toMatchObject({ accesses: 6, perSecond: 50, waitedShare: 5 / 6, waitedMsPerSecond: 1_625 });
    expect(read).toMatchObject({ maxMs: 40, unserved: 0 });
    expect(write).toMatchObject({
      accesses: 2,
      perSecond: 25,
      waitedShare: 1,
      waitedMsPerSecond: 500,
      maxMs: 40,
    });
  });

  it("lets readers share behind a readers-writer lock", async () => {
    // Both readers: 0-10, 30-40, 60-70, 90-100. Writes: 10-30, 40-60, 70-90.
    const { read, write, violations } = await run(named("rwlock"), MIX);
    expect(violations).toEqual(NOTHING_WRONG);
    expect(read).toMatchObject({
      accesses: 8,
      perSecond: 75,
      waitedShare: 0.75,
      waitedMsPerSecond: 1_500,
      maxMs: 30,
    });
    expect(write).toMatchObject({
      accesses: 3,
      perSecond: 25,
      waitedShare: 1,
      waitedMsPerSecond: 375,
      maxMs: 30,
    });
  });

  it("keeps writers from waiting for readers of snapshots", async () => {
    // Writes: 0-20, 20-40, 40-60, 60-80. Both readers: 0-10, 20-30, 40-50, 60-70, 80-90.
    const { read, write, violations } = await run(named("snapshot"), MIX);
    expect(violations).toEqual(NOTHING_WRONG);
    expect(read).toMatchObject({
      accesses: 10,
      perSecond: 100,
      waitedShare: 0.8,
      waitedMsPerSecond: 1_000,
      maxMs: 20,
    });
    expect(write).toMatchObject({
      accesses: 4,
      perSecond: 50,
      waitedShare: 0,
      waitedMsPerSecond: 0,
      maxMs: 20,
    });
  });

  it("gives quantiles within 1.6 % of the waits there were", async () => {
    const { read } = await run(named("mutex"), MIX);
    for (const [figure, exact] of [
      ["p50Ms", 40],
      ["p95Ms", 40],
      ["p99Ms", 40],
    ] as const) {
      expect(Math.abs(read[figure] / exact - 1)).toBeLessThan(0.016);
    }
  });

  it("counts no contention where there is none", async () => {
    const { read, write } = await run(named("rwlock"), { ...MIX, writers: 0 });
    expect(read).toMatchObject({
      accesses: 16,
      perSecond: 200,
      waitedShare: 0,
      waitedMsPerSecond: 0,
      maxMs: 10,
    });
    expect(write).toMatchObject({ accesses: 0, perSecond: 0, waitedShare: 0, maxMs: 0 });
  });
});

describe("runLoad, under a rate", () => {
  const load: BenchLoad = {
    readers: 0,
    writers: 1,
    holdMs: { read: 0, write: 30 },
    ratePerSecond: 50,
    durationMs: 100,
  };

  it("measures from when an access was due, and counts those that never began", async () => {
    // Due at 20, 40, 60 and 80; made at 20-50, 50-80 and 80-110.
    const { write } = await run(named("mutex"), load, evenly);
    expect(write).toMatchObject({ accesses: 3, perSecond: 20, waitedShare: 0, unserved: 1 });
    expect(write.maxMs).toBeCloseTo(50, 9);
    // Of 20 for the one that never began, 30, 40 and 50.
    expect(write.p50Ms / 30).toBeCloseTo(1, 1);
  });

  it("tells what waits at the lock apart from what waits for its caller", async () => {
    // Both are due at 40 and 80; made at 40-70, 70-100, and 100-130, which was asked for at 80. The other one of 80 never began.
    const { write } = await run(named("mutex"), { ...load, writers: 2, durationMs: 95 }, evenly);
    expect(write).toMatchObject({ accesses: 3, waitedShare: 2 / 3, unserved: 1 });
    expect(write.waitedMsPerSecond).toBeCloseTo((1_000 * (30 + 20)) / 95, 6);
    expect(write.maxMs).toBeCloseTo(60, 9);
  });

  it("asks as often as the rate says, at random", async () => {
    let state = 7;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    const steady = { ...load, readers: 4, writers: 0, ratePerSecond: 400, durationMs: 10_000 };
    const { read } = await run(named("rwlock"), steady, random);
    expect(read.accesses).toBeGreaterThan(3_800);
    expect(read.accesses).toBeLessThan(4_200);
  });
});

describe("runLoad, on a lock that is wrong", () => {
  it("finds out that nobody is excluded", async () => {
    const { violations } = await run(NO_LOCK, { ...MIX, writers: 2 });
    expect(violations.tornReads).toBeGreaterThan(0);
    expect(violations.overlappingWrites).toBeGreaterThan(0);
  });

  it("finds out that readers miss commits", async () => {
    const { violations } = await run(OLD_NEWS, { ...MIX, readers: 1 });
    // Asked at 0, 10, 20, …, 70; commits end at 20, 40, 60 and 80.
    expect(violations).toEqual({ ...NOTHING_WRONG, staleReads: 6 });
  });
});

describe("runLoad", () => {
  it("ends by its signal, also for callers that wait", async () => {
    const clock = new SteppingClock();
    const controller = new AbortController();
    clock.setTimer(() => controller.abort(new Error("enough")), 35);
    const running = runLoad(named("mutex"), MIX, { clock, random: inOrder, signal: controller.signal });
    await expect(clock.runThrough(running)).rejects.toThrow("enough");
    expect(clock.now()).toBe(35);
  });

  it.each([
    [{ readers: 0, writers: 0 }, "a load needs at least 1 reader or writer, got 0"],
    [{ readers: 1.5 }, "readers must be a whole number of at least 0, was 1.5"],
    [{ holdMs: { read: -1, write: 0 } }, "a read must hold for at least 0 ms, was -1"],
    [{ ratePerSecond: 0 }, "ratePerSecond must be above 0, was 0"],
    [{ durationMs: NaN }, "durationMs must be above 0, was NaN"],
  ])("refuses %j", async (change, message) => {
    await expect(run(named("mutex"), { ...MIX, ...change })).rejects.toThrow(new RangeError(message));
  });
});
