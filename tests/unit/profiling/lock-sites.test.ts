import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock } from "../../../src/locks/index.ts";
import { LockProfiler, type LockProfilerOptions } from "../../../src/profiling/index.ts";

function profiled(options: LockProfilerOptions = {}) {
  const clock = new VirtualClock();
  const profiler = new LockProfiler({ timeOneHoldIn: 1, ...options }, { clock });
  const lock = new AsyncRWLock({ name: "frames", observer: profiler }, { clock });
  return { clock, profiler, lock, sites: () => profiler.snapshot()[0].sites };
}

/** Holds the lock for `ms` while `wait` waits for it. */
async function contend(
  { clock, lock }: ReturnType<typeof profiled>,
  ms: number,
  wait: () => Promise<unknown>,
) {
  const holder = await lock.acquireWrite();
  const waiting = wait();
  clock.advanceBy(ms);
  holder.release();
  await waiting;
}

describe("places in the code", () => {
  it("are those that callers give, with all they had of the lock, waited for or not", async () => {
    const scene = profiled();
    const { lock, clock } = scene;
    await lock.withRead(() => clock.advanceBy(2), { site: "strategy" });
    await lock.withRead(() => clock.advanceBy(4), { site: "strategy" });
    await contend(scene, 7, () => lock.withRead(() => {}, { site: "strategy" }));
    expect(scene.sites()).toMatchObject([
      {
        site: "strategy",
        mode: "read",
        acquisitions: 3,
        contended: 1,
        wait: { maxMs: 7 },
        hold: { count: 3, maxMs: 4 },
      },
    ]);
  });

  it("are found by the stacks of those who wait, and not of those who do not", async () => {
    const scene = profiled();
    async function theStrategy(): Promise<void> {
      await scene.lock.withRead(() => {});
    }
    await theStrategy();
    expect(scene.sites()).toEqual([]);
    await contend(scene, 5, theStrategy);
    expect(scene.sites()).toHaveLength(1);
    expect(scene.sites()[0].site).toMatch(/^theStrategy .*lock-sites\.test\.ts:\d+:\d+$/);
    expect(scene.profiler.report().profiler).toMatchObject({ stacks: 1, droppedStacks: 0 });
  });

  it("are found after a long wait where the budget allowed no stack before it", async () => {
    const scene = profiled({ stacksPerSecond: 1, slowWaitMs: 500 });
    const { lock } = scene;
    await contend(scene, 1, () => lock.withRead(() => {}));
    async function theSlowOne(): Promise<void> {
      await lock.withWrite(() => {});
    }
    // A second later there is a stack again, when the wait has ended.
    await contend(scene, 2_000, theSlowOne);
    expect(scene.sites()[0].site).toMatch(/^theSlowOne .*lock-sites\.test\.ts/);
    expect(scene.sites()[0]).toMatchObject({ mode: "write", contended: 1, wait: { maxMs: 2_000 } });
  });

  it("are looked for as often as the budget says, and what it refuses is counted", async () => {
    const scene = profiled({ stacksPerSecond: 3 });
    for (let i = 0; i < 10; i++) await contend(scene, 0, () => scene.lock.withRead(() => {}));
    expect(scene.profiler.report().profiler).toMatchObject({ stacks: 3, droppedStacks: 7 });
    expect(scene.profiler.snapshot()[0].read.contended).toBe(10);
  });

  it("are as many as fit, and what was folded away stays counted", async () => {
    const scene = profiled();
    for (let i = 0; i < 1_000; i++) await scene.lock.withRead(() => {}, { site: `order ${i}` });
    const sites = scene.sites();
    expect(sites.length).toBeLessThan(200);
    expect(sites.reduce((sum, { acquisitions }) => sum + acquisitions, 0)).toBe(1_000);
    expect(scene.profiler.report().profiler.foldedSites).toBeGreaterThan(800);
    for (let i = 0; i < 50; i++) {
      await contend(scene, 1, () => scene.lock.withRead(() => {}, { site: `late ${i}` }));
      scene.profiler.report({ since: "last" });
    }
    expect(scene.sites().length).toBeLessThan(200);
  });
});

describe("levels", () => {
  it("count without timing or looking, at counts", async () => {
    const scene = profiled({ level: "counts" });
    await contend(scene, 5, () => scene.lock.withRead(() => {}));
    const [{ read, write, sites, level }] = scene.profiler.snapshot();
    expect(level).toBe("counts");
    expect(read).toMatchObject({ acquisitions: 1, contended: 1, wait: { maxMs: 5 }, hold: { count: 0 } });
    expect(write).toMatchObject({ acquisitions: 1, hold: { count: 0 } });
    expect(sites).toEqual([]);
    expect(scene.profiler.report().profiler).toMatchObject({ stacks: 0, droppedStacks: 0, timedHolds: 0 });
  });

  it("can be switched while locks are in use, for one name or for all", async () => {
    const { clock, profiler, lock } = profiled();
    const other = new AsyncRWLock({ name: "orders", observer: profiler }, { clock });
    const held = await lock.acquireRead();
    profiler.setLevel("off", "frames");
    profiler.setLevel("trace");
    clock.advanceBy(5);
    await other.withRead(() => {});
    held.release();
    await lock.withRead(() => {});
    expect(lock.tryAcquireRead()?.release()).toBe(true);
    const [frames, orders] = profiler.snapshot();
    expect(frames).toMatchObject({ level: "off", read: { acquisitions: 1, hold: { count: 1, maxMs: 5 } } });
    expect(orders).toMatchObject({ level: "trace", read: { acquisitions: 1 } });
    expect(profiler.events().map(({ lock: name }) => name)).toEqual(["orders", "orders"]);
    profiler.setLevel("counts", "frames");
    await lock.withRead(() => {});
    expect(profiler.snapshot()[0].read.acquisitions).toBe(2);
    expect(() => profiler.setLevel("loud" as "trace")).toThrow(
      'level must be one of off, counts, sampled, trace, was "loud"',
    );
  });

  it("keep each event at trace, the newest of them, whole callers by one number", async () => {
    const scene = profiled({ level: "trace", traceEvents: 100 });
    const { lock, profiler } = scene;
    await contend(scene, 5, () => lock.withRead(() => {}, { site: "strategy" }));
    expect(profiler.events()).toEqual([
      { atMs: 0, lock: "frames", number: 1, kind: "granted", mode: "write", caller: 1, site: undefined },
      { atMs: 0, lock: "frames", number: 1, kind: "queued", mode: "read", caller: 2, site: "strategy" },
      { atMs: 5, lock: "frames", number: 1, kind: "released", mode: "write", caller: 1, site: undefined },
      { atMs: 5, lock: "frames", number: 1, kind: "granted", mode: "read", caller: 2, site: "strategy" },
      { atMs: 5, lock: "frames", number: 1, kind: "resumed", mode: "read", caller: 2, site: "strategy" },
      { atMs: 5, lock: "frames", number: 1, kind: "released", mode: "read", caller: 2, site: "strategy" },
    ]);
    for (let i = 0; i < 100; i++) await lock.withRead(() => {});
    expect(profiler.events()).toHaveLength(100);
    expect(profiler.report().profiler.droppedEvents).toBe(106);
  });
});

describe("intervals", () => {
  it("give what came since the last, and lose nothing of the whole", async () => {
    const scene = profiled();
    const { profiler, lock, clock } = scene;
    await contend(scene, 5, () => lock.withRead(() => {}, { site: "a" }));
    const first = profiler.report({ since: "last" });
    expect(first).toMatchObject({
      spanMs: 5,
      locks: [{ contendedMs: 5, read: { acquisitions: 1, wait: { maxMs: 5 } } }],
    });
    clock.advanceBy(10);
    await contend(scene, 3, () => lock.withRead(() => {}, { site: "a" }));
    const second = profiler.report({ since: "last" });
    expect(second).toMatchObject({
      spanMs: 13,
      locks: [
        {
          contendedMs: 3,
          read: { acquisitions: 1, wait: { count: 1, maxMs: 3 } },
          sites: [{ acquisitions: 1 }],
        },
      ],
    });
    expect(profiler.report({ since: "last" })).toMatchObject({
      spanMs: 0,
      locks: [{ read: { acquisitions: 0 }, sites: [] }],
    });
    expect(profiler.report()).toMatchObject({
      spanMs: 18,
      locks: [
        {
          contendedMs: 8,
          read: { acquisitions: 2, wait: { count: 2, maxMs: 5 } },
          sites: [{ acquisitions: 2 }],
        },
      ],
    });
  });

  it("share out a wait that is going on, so that contended time is never more than the span", async () => {
    const { profiler, lock, clock } = profiled();
    const holder = await lock.acquireWrite();
    const waiting = [lock.acquireRead(), lock.acquireRead()];
    clock.advanceBy(8);
    expect(profiler.report({ since: "last" })).toMatchObject({
      spanMs: 8,
      locks: [{ contendedMs: 8, queueLength: 2 }],
    });
    clock.advanceBy(2);
    holder.release();
    for (const guard of await Promise.all(waiting)) guard.release();
    expect(profiler.report({ since: "last" })).toMatchObject({
      spanMs: 2,
      locks: [{ contendedMs: 2, maxQueueLength: 2 }],
    });
    expect(profiler.report()).toMatchObject({ spanMs: 10, locks: [{ contendedMs: 10 }] });
  });
});
