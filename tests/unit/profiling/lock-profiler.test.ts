import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock, LockTimeoutError } from "../../../src/locks/index.ts";
import {
  type LockModeReport,
  LockProfiler,
  type LockProfilerOptions,
  type LockReport,
} from "../../../src/profiling/index.ts";

const nothing = { count: 0, meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, p999Ms: 0, maxMs: 0 };
const idle: LockModeReport = {
  acquisitions: 0,
  contended: 0,
  refused: 0,
  timeouts: 0,
  aborts: 0,
  wait: nothing,
  resume: nothing,
  hold: nothing,
};

/** A profiler that times every hold, on the clock of its lock. */
function profiled(
  options: LockProfilerOptions = {},
  name = "BTCUSDT",
): { lock: AsyncRWLock; clock: VirtualClock; profiler: LockProfiler } {
  const clock = new VirtualClock();
  const profiler = new LockProfiler({ timeOneHoldIn: 1, ...options }, { clock });
  return { lock: new AsyncRWLock({ name, observer: profiler }, { clock }), clock, profiler };
}

function only(profiler: LockProfiler): LockReport {
  const reports = profiler.snapshot();
  expect(reports).toHaveLength(1);
  return reports[0];
}

describe("LockProfiler", () => {
  it("reports an unused lock as zeros", () => {
    const { profiler } = profiled();
    expect(profiler.snapshot()).toEqual([
      {
        name: "BTCUSDT",
        level: "sampled",
        locks: 1,
        readers: 0,
        writers: 0,
        queueLength: 0,
        maxReaders: 0,
        maxQueueLength: 0,
        upgrades: 0,
        downgrades: 0,
        contendedMs: 0,
        longestHold: undefined,
        read: idle,
        write: idle,
        sites: [],
        blame: [],
      },
    ]);
  });

  it("keeps apart what was acquired and what had to wait, by mode", async () => {
    const { lock, clock, profiler } = profiled();
    const readers = [await lock.acquireRead(), await lock.acquireRead(), await lock.acquireRead()];
    const writer = lock.acquireWrite();
    expect(only(profiler)).toMatchObject({ readers: 3, writers: 0, queueLength: 1, maxReaders: 3 });
    clock.advanceBy(20);
    for (const guard of readers) guard.release();
    const guard = await writer;
    expect(only(profiler)).toMatchObject({ readers: 0, writers: 1, queueLength: 0, maxQueueLength: 1 });
    clock.advanceBy(4);
    guard.release();

    const { read, write } = only(profiler);
    expect(read).toMatchObject({ acquisitions: 3, contended: 0, wait: nothing });
    expect(read.hold).toMatchObject({ count: 3, meanMs: 20, maxMs: 20 });
    expect(write).toMatchObject({ acquisitions: 1, contended: 1 });
    expect(write.wait).toMatchObject({ count: 1, meanMs: 20, maxMs: 20 });
    expect(write.wait.p99Ms / 20).toBeCloseTo(1, 1);
    expect(write.hold).toMatchObject({ count: 1, meanMs: 4, maxMs: 4 });
  });

  it("counts timeouts, aborts and refusals apart, and what a body throws as none of them", async () => {
    const { lock, clock, profiler } = profiled();
    const holder = await lock.acquireWrite();
    const controller = new AbortController();
    const calls = [
      lock.acquireRead({ timeoutMs: 10 }),
      lock.acquireRead({ timeoutMs: 0 }),
      lock.acquireWrite({ signal: controller.signal }),
    ];
    expect(lock.tryAcquireRead()).toBeUndefined();
    expect(lock.tryAcquireRead()).toBeUndefined();
    clock.advanceBy(10);
    controller.abort();
    await Promise.allSettled(calls);
    holder.release();
    const body = () => Promise.reject(new LockTimeoutError(lock, "read", 1));
    await expect(lock.withRead(body)).rejects.toBeInstanceOf(LockTimeoutError);

    const { read, write, queueLength, readers } = only(profiler);
    expect(read).toMatchObject({ acquisitions: 1, contended: 0, refused: 2, timeouts: 2, aborts: 0 });
    expect(write).toMatchObject({ acquisitions: 1, contended: 0, refused: 0, timeouts: 0, aborts: 1 });
    expect({ queueLength, readers }).toEqual({ queueLength: 0, readers: 0 });
  });

  it("gives a copy that survives JSON and later changes", async () => {
    const { lock, clock, profiler } = profiled();
    await lock.withRead(() => clock.advanceBy(3));
    const before = profiler.report();
    const json = JSON.stringify(before);
    expect(JSON.parse(json)).toEqual(before);
    await lock.withRead(() => clock.advanceBy(9));
    expect(JSON.stringify(before)).toBe(json);
    expect(only(profiler).read.acquisitions).toBe(2);
  });

  it("starts anew after a reset, except for who is inside and who waits", async () => {
    const { lock, clock, profiler } = profiled();
    const first = await lock.acquireRead();
    const second = await lock.acquireRead();
    first.release();
    const writer = lock.acquireWrite();
    clock.advanceBy(5);
    profiler.reset();
    expect(only(profiler)).toEqual({
      name: "BTCUSDT",
      level: "sampled",
      locks: 1,
      readers: 1,
      writers: 0,
      queueLength: 1,
      maxReaders: 1,
      maxQueueLength: 1,
      upgrades: 0,
      downgrades: 0,
      contendedMs: 0,
      longestHold: undefined,
      read: idle,
      write: idle,
      sites: [],
      blame: [],
    });
    second.release();
    (await writer).release();
    expect(only(profiler)).toMatchObject({ readers: 0, writers: 0, queueLength: 0, write: { contended: 1 } });
  });

  it("starts its own cost anew after a reset", async () => {
    const profiler = new LockProfiler({ level: "trace", traceEvents: 1, stacksPerSecond: 1, maxNames: 1 });
    const lock = new AsyncRWLock({ name: "first", observer: profiler });
    const holder = lock.tryAcquireWrite();
    const writers = [1, 2].map(() => lock.withWrite(() => {}));
    holder?.release();
    await Promise.all(writers);
    expect(new AsyncRWLock({ name: "second", observer: profiler }).readers).toBe(0);
    const { profiler: cost } = profiler.report();
    expect(Object.entries(cost).filter(([, count]) => count === 0)).toEqual([["foldedSites", 0]]);
    profiler.reset();
    expect(Object.values(profiler.report().profiler)).toEqual(Object.values(cost).map(() => 0));
  });

  it("tells no more contended time of folded names than there was time", async () => {
    const clock = new VirtualClock();
    const profiler = new LockProfiler({ maxNames: 2 }, { clock });
    const lockOf = (name: string) => new AsyncRWLock({ name, observer: profiler }, { clock });
    const locks = ["a", "b"].map(lockOf);
    const holders = locks.map((lock) => lock.tryAcquireWrite());
    const waiting = locks.map((lock) => lock.withWrite(() => {}));
    clock.advanceBy(100);
    for (const holder of holders) holder?.release();
    await Promise.all(waiting);
    for (const name of ["c", "d"]) lockOf(name);
    expect(profiler.snapshot().map(({ name, contendedMs }) => [name, contendedMs])).toEqual([
      ["c", 0],
      ["d", 0],
      ["other", 100],
    ]);
  });

  it("adds up locks of one name", async () => {
    const profiler = new LockProfiler({ timeOneHoldIn: 1 });
    const locks = [1, 2].map(() => new AsyncRWLock({ name: "cache", observer: profiler }));
    const guards = await Promise.all(locks.map((lock) => lock.acquireRead()));
    expect(only(profiler)).toMatchObject({ name: "cache", locks: 2, readers: 2, maxReaders: 1 });
    for (const guard of guards) guard.release();
    expect(only(profiler)).toMatchObject({ readers: 0, read: { acquisitions: 2, hold: { count: 2 } } });
  });

  it("folds the name that registered longest ago into other, with all it counted and will count", async () => {
    const profiler = new LockProfiler({ timeOneHoldIn: 1, maxNames: 2 });
    const lockOf = (name: string) => new AsyncRWLock({ name, observer: profiler });
    const [a, b] = [lockOf("a"), lockOf("b")];
    const held = await a.acquireRead();
    await b.withRead(() => {});
    lockOf("a");
    lockOf("c");
    expect(profiler.snapshot().map(({ name }) => name)).toEqual(["a", "c", "other"]);
    expect(profiler.report().profiler.foldedNames).toBe(1);
    lockOf("d");
    expect(profiler.report().profiler.foldedNames).toBe(2);
    await b.withRead(() => {});
    held.release();
    const other = profiler.snapshot().find(({ name }) => name === "other");
    expect(other).toMatchObject({ locks: 3, readers: 0, maxReaders: 1 });
    expect(other?.read).toMatchObject({ acquisitions: 3, hold: { count: 3 } });
  });

  it("keeps its memory bounded and its counts whole, however many names there are", async () => {
    const profiler = new LockProfiler({ timeOneHoldIn: 1, maxNames: 8 });
    for (let i = 0; i < 1_000; i++) {
      await new AsyncRWLock({ name: `order ${i}`, observer: profiler }).withWrite(() => {});
    }
    await new AsyncRWLock({ name: "other", observer: profiler }).withWrite(() => {});
    const reports = profiler.snapshot();
    expect(reports).toHaveLength(9);
    expect(profiler.report().profiler.foldedNames).toBe(992);
    expect(reports.reduce((sum, { write }) => sum + write.hold.count, 0)).toBe(1_001);
  });

  it("folds a name however many locks have it", () => {
    const profiler = new LockProfiler({ maxNames: 1 });
    const nobody = { readers: 0, isWriteLocked: false, queueLength: 0 };
    const locks = Array.from({ length: 200_000 }, () => ({ name: "order", ...nobody }));
    for (const lock of locks) profiler.register(lock);
    profiler.register({ name: "position", ...nobody });
    expect(profiler.snapshot().map(({ name, locks: count }) => [name, count])).toEqual([
      ["position", 1],
      ["other", locks.length],
    ]);
  });

  it("times every hold, or one in so many at random, and counts all of them", async () => {
    const acquisitions = 64_000;
    const holdsTimed = (profiler: LockProfiler) => {
      const lock = new AsyncRWLock({ observer: profiler });
      for (let i = 0; i < acquisitions; i++) lock.tryAcquireRead()?.release();
      expect(only(profiler).read.acquisitions).toBe(acquisitions);
      return only(profiler).read.hold.count;
    };
    expect(holdsTimed(new LockProfiler({ timeOneHoldIn: 1 }))).toBe(acquisitions);
    expect(holdsTimed(new LockProfiler({ level: "trace" }))).toBe(acquisitions);
    expect(holdsTimed(new LockProfiler({ level: "counts" }))).toBe(0);
    const random = seededRandom(20_260_101);
    const sampled = holdsTimed(new LockProfiler({ timeOneHoldIn: 64 }, { random }));
    expect(sampled).toBeGreaterThan(850);
    expect(sampled).toBeLessThan(1_150);
  });

  it("samples holds out of step with work that goes in rounds", () => {
    const clock = new VirtualClock();
    const profiler = new LockProfiler({ timeOneHoldIn: 64 }, { random: seededRandom(7) });
    const lock = new AsyncRWLock({ observer: profiler }, { clock });
    for (let i = 0; i < 64_000; i++) {
      const guard = lock.tryAcquireRead();
      clock.advanceBy(i % 64 === 63 ? 65 : 1);
      guard?.release();
    }
    const { meanMs } = only(profiler).read.hold;
    expect(meanMs).toBeGreaterThan(1.5);
    expect(meanMs).toBeLessThan(2.5);
  });

  it("gives quantiles of sampled holds within a tenth of those of all, from 10,000 samples on", () => {
    const clock = { now: () => nowMs, setTimer: () => ({ cancel() {} }) };
    let nowMs = 0;
    const random = seededRandom(2_026);
    const sampled = new LockProfiler({ timeOneHoldIn: 16 }, { clock, random: seededRandom(11) });
    const lock = new AsyncRWLock({ observer: sampled }, { clock });
    const holds: number[] = [];
    for (let i = 0; i < 170_000; i++) {
      const guard = lock.tryAcquireRead();
      // From 0.01 to 10 ms, small ones more often.
      const holdMs = 0.01 * 1_000 ** random();
      nowMs += holdMs;
      holds.push(holdMs);
      guard?.release();
    }
    holds.sort((a, b) => a - b);
    const exact = (q: number) => holds[Math.floor(q * holds.length)];
    const { acquisitions, hold } = only(sampled).read;
    expect(acquisitions).toBe(holds.length);
    expect(hold.count).toBeGreaterThan(10_000);
    expect(Math.abs(hold.p50Ms / exact(0.5) - 1)).toBeLessThan(0.1);
    expect(Math.abs(hold.p99Ms / exact(0.99) - 1)).toBeLessThan(0.1);
  });

  it.each([0, -1, 1.5, NaN, Infinity])("refuses %d as maxNames or timeOneHoldIn", (value) => {
    expect(() => new LockProfiler({ maxNames: value })).toThrow(RangeError);
    expect(() => new LockProfiler({ timeOneHoldIn: value })).toThrow(
      `timeOneHoldIn must be a whole number above 0, was ${value}`,
    );
  });
});

/** A linear congruential generator, uniform in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
