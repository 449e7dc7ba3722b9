import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock, type LockGuard, type LockMode } from "../../../src/locks/index.ts";
import { LockProfiler, type LockProfilerOptions, type LockReport } from "../../../src/profiling/index.ts";

class Scene {
  readonly clock = new VirtualClock();
  readonly profiler: LockProfiler;
  readonly lock: AsyncRWLock;

  constructor(options: LockProfilerOptions = {}) {
    this.profiler = new LockProfiler(
      { timeOneHoldIn: 1, stacksPerSecond: 0, ...options },
      { clock: this.clock },
    );
    this.lock = new AsyncRWLock({ name: "frames", observer: this.profiler }, { clock: this.clock });
  }

  get report(): LockReport {
    return this.profiler.snapshot()[0];
  }

  acquire(mode: LockMode, site?: string): Promise<LockGuard> {
    return mode === "read" ? this.lock.acquireRead({ site }) : this.lock.acquireWrite({ site });
  }
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

describe("blame", () => {
  it("charges a wait to those who held the lock during it, in equal parts", async () => {
    const scene = new Scene();
    const [long, short] = await Promise.all([scene.acquire("read", "long"), scene.acquire("read", "short")]);
    const writing = scene.acquire("write", "writer");
    scene.clock.advanceBy(10);
    short.release();
    scene.clock.advanceBy(30);
    long.release();
    (await writing).release();
    expect(scene.report.blame).toEqual([
      { waiter: "writer", holder: "long", waitMs: 35 },
      { waiter: "writer", holder: "short", waitMs: 5 },
    ]);
    expect(scene.report).toMatchObject({
      contendedMs: 40,
      longestHold: { mode: "read", site: "long", holdMs: 40 },
      write: { wait: { count: 1, maxMs: 40 } },
    });
  });

  it("charges those who come later with their own part, and gives a wait that was given up too", async () => {
    const scene = new Scene();
    const first = await scene.acquire("write", "a");
    const second = scene.acquire("write", "b");
    scene.clock.advanceBy(4);
    const impatient = scene.lock.acquireRead({ site: "c", timeoutMs: 10 });
    scene.clock.advanceBy(4);
    first.release();
    const guard = await second;
    scene.clock.advanceBy(6);
    await expect(impatient).rejects.toThrow("was not granted");
    guard.release();
    expect(scene.report.blame).toEqual([
      { waiter: "b", holder: "a", waitMs: 8 },
      { waiter: "c", holder: "b", waitMs: 6 },
      { waiter: "c", holder: "a", waitMs: 4 },
    ]);
    expect(scene.report.sites.find(({ site }) => site === "c")).toMatchObject({ timeouts: 1, contended: 0 });
  });

  it("says unknown where no place is known, instead of guessing", async () => {
    const scene = new Scene();
    const holders = await Promise.all([
      scene.acquire("read"),
      scene.acquire("read"),
      scene.acquire("read", "c"),
    ]);
    const writing = scene.acquire("write");
    scene.clock.advanceBy(30);
    for (const holder of holders) holder.release();
    (await writing).release();
    expect(scene.report.blame).toEqual([
      { waiter: "unknown", holder: "unknown", waitMs: 20 },
      { waiter: "unknown", holder: "c", waitMs: 10 },
    ]);
  });

  it("charges a hold with what it made wait before it became one of the other mode", async () => {
    const scene = new Scene();
    const guard = await scene.acquire("read", "holder");
    const writing = scene.acquire("write", "writer");
    scene.clock.advanceBy(10);
    await guard.upgrade();
    const reading = scene.acquire("read", "reader");
    scene.clock.advanceBy(20);
    guard.downgrade();
    guard.release();
    (await writing).release();
    (await reading).release();
    expect(scene.report.blame).toEqual([
      { waiter: "writer", holder: "holder", waitMs: 30 },
      { waiter: "reader", holder: "holder", waitMs: 20 },
    ]);
  });

  it("keeps the wait for the lock and that for the event loop apart", async () => {
    const scene = new Scene();
    const holder = await scene.acquire("write", "holder");
    const waiting = scene.acquire("write", "waiter");
    scene.clock.advanceBy(3);
    holder.release();
    // Granted, but a busy loop does not get to it.
    scene.clock.advanceBy(50);
    (await waiting).release();
    expect(scene.report.write).toMatchObject({ wait: { maxMs: 3 }, resume: { maxMs: 50 } });
    expect(scene.report.blame).toEqual([{ waiter: "waiter", holder: "holder", waitMs: 3 }]);
  });

  it("adds up to all waits, whoever comes, goes, gives up, upgrades and downgrades", async () => {
    const step = fc.record({
      kind: fc.constantFrom("read", "write", "release", "release", "abort", "upgrade", "downgrade"),
      pick: fc.nat(),
      site: fc.constantFrom("a", "b", "c", undefined),
      ms: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const scene = new Scene();
        const guards: LockGuard[] = [];
        const pending: { readonly controller: AbortController; readonly done: Promise<unknown> }[] = [];
        const waits: number[] = [];
        const follow = (acquiring: (signal: AbortSignal) => Promise<LockGuard>): void => {
          const controller = new AbortController();
          const sinceMs = scene.clock.now();
          const done = acquiring(controller.signal).then(
            (guard) => void (guards.includes(guard) || guards.push(guard)),
            () => {},
          );
          pending.push({ controller, done: done.then(() => waits.push(scene.clock.now() - sinceMs)) });
        };
        for (const { kind, pick, site, ms } of steps) {
          scene.clock.advanceBy(ms);
          const guard = guards[pick % guards.length] as LockGuard | undefined;
          if (kind === "read") follow((signal) => scene.lock.acquireRead({ site, signal }));
          else if (kind === "write") follow((signal) => scene.lock.acquireWrite({ site, signal }));
          else if (kind === "upgrade" && guard) follow((signal) => guard.upgrade({ site, signal }));
          else if (kind === "downgrade") guard?.downgrade();
          else if (kind === "release" && guard) guards.splice(guards.indexOf(guard), 1)[0].release();
          else if (kind === "abort") pending[pick % pending.length]?.controller.abort();
          await new Promise(setImmediate);
        }
        scene.clock.advanceBy(1);
        for (const { controller } of pending) controller.abort();
        await Promise.all(pending.map(({ done }) => done));
        const { blame, contendedMs, read, write } = scene.report;
        expect(sumOf(blame.map(({ waitMs }) => waitMs))).toBeCloseTo(sumOf(waits), 6);
        expect(contendedMs).toBeLessThanOrEqual(scene.clock.now());
        expect(read.resume.maxMs + write.resume.maxMs).toBe(0);
        for (const guard of guards) guard.release();
        expect(scene.report).toMatchObject({ readers: 0, writers: 0, queueLength: 0 });
      }),
      { numRuns: 150, seed: 20_261_125 },
    );
  });
});
