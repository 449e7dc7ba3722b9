import { createHook } from "node:async_hooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { VirtualClock } from "../../src/clock.ts";
import {
  AsyncRWLock,
  AtomicCounter,
  LockManager,
  type LockMode,
  LockReentryError,
  LockTimeoutError,
  LockUpgradeError,
} from "../../src/locks/index.ts";
import { LockProfiler } from "../../src/profiling/index.ts";
import { plainColumns } from "../../src/realtime/ring/tick-queue.ts";
import { type RingOverflow, TickRing } from "../../src/realtime/ring/tick-ring.ts";

/**
 * What was found wrong in the lock module of project-x-py, a Python SDK of the same shape, and what its tests ask of a
 * lock. One row a fault: each body shows that it is not here.
 */
interface Row {
  readonly fault: string;
  readonly absent: () => void | Promise<void>;
}

function turn(): Promise<void> {
  return new Promise(setImmediate);
}

function profiled(): { lock: AsyncRWLock; profiler: LockProfiler; clock: VirtualClock } {
  const profiler = new LockProfiler({ timeOneHoldIn: 1 });
  const clock = new VirtualClock();
  return { lock: new AsyncRWLock({ name: "data", observer: profiler }, { clock }), profiler, clock };
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

/** The order in which calls of these modes enter that arrive one after the other while a writer is inside. */
async function orderOf(modes: readonly LockMode[]): Promise<readonly string[]> {
  const lock = new AsyncRWLock();
  const holder = await lock.acquireWrite();
  const entered: string[] = [];
  const seen: Record<LockMode, number> = { read: 0, write: 0 };
  const calls = modes.map((mode) => {
    const name = `${mode[0]}${++seen[mode]}`;
    const work = async () => {
      entered.push(name);
      await turn();
    };
    return mode === "read" ? lock.withRead(work) : lock.withWrite(work);
  });
  holder.release();
  await Promise.all(calls);
  return entered;
}

/** Entries of each mode in a thousand turns of callers that ask again as soon as they left. */
async function entriesOf(readers: number, writers: number): Promise<Record<LockMode, number>> {
  const lock = new AsyncRWLock();
  const entries: Record<LockMode, number> = { read: 0, write: 0 };
  const ending = new AbortController();
  const loop = async (mode: LockMode): Promise<void> => {
    while (!ending.signal.aborted) {
      const guard = await (mode === "read" ? lock.acquireRead() : lock.acquireWrite());
      entries[mode]++;
      await turn();
      guard.release();
    }
  };
  const loops = [
    ...Array.from({ length: readers }, () => loop("read")),
    ...Array.from({ length: writers }, () => loop("write")),
  ];
  for (let i = 0; i < 1_000; i++) await turn();
  ending.abort();
  await Promise.all(loops);
  return entries;
}

afterEach(() => {
  vi.useRealTimers();
});

const LOCK: readonly Row[] = [
  {
    fault: "readers enter while a writer is inside",
    async absent() {
      const lock = new AsyncRWLock();
      const writer = await lock.acquireWrite();
      expect(lock.tryAcquireRead()).toBeUndefined();
      let hasEntered = false;
      const reader = lock.withRead(() => {
        hasEntered = true;
      });
      await turn();
      expect(hasEntered).toBe(false);
      writer.release();
      await reader;
    },
  },
  {
    fault: "a writer enters while readers are inside",
    async absent() {
      const lock = new AsyncRWLock();
      const guards = await Promise.all([lock.acquireRead(), lock.acquireRead()]);
      expect(lock.readers).toBe(2);
      const writer = lock.acquireWrite();
      for (const guard of guards) {
        expect(lock.isWriteLocked).toBe(false);
        guard.release();
      }
      expect((await writer).release()).toBe(true);
    },
  },
  {
    fault: "overlapping readers keep a writer out",
    async absent() {
      const { read, write } = await entriesOf(2, 1);
      expect(write).toBeGreaterThan(400);
      expect(read).toBeGreaterThan(400);
    },
  },
  {
    fault: "ten readers and two writers: one side gets next to nothing",
    async absent() {
      const { read, write } = await entriesOf(10, 2);
      expect(write).toBeGreaterThan(300);
      expect(read).toBeGreaterThan(3_000);
    },
  },
  {
    fault: "two writers back to back keep a reader out",
    async absent() {
      const { read } = await entriesOf(1, 2);
      expect(read).toBeGreaterThan(300);
    },
  },
  {
    fault: "callers do not enter in the order of their arrival",
    async absent() {
      expect(await orderOf(["read", "write", "read", "write", "read"])).toEqual([
        "r1",
        "w1",
        "r2",
        "w2",
        "r3",
      ]);
      expect(await orderOf(["read", "write", "read", "read", "write", "read"])).toEqual([
        "r1",
        "w1",
        "r2",
        "r3",
        "w2",
        "r4",
      ]);
    },
  },
  {
    fault: "a read in front of a waiting writer does not keep later reads behind that",
    async absent() {
      const lock = new AsyncRWLock();
      const reader = await lock.acquireRead();
      const writer = lock.acquireWrite();
      expect(lock.tryAcquireRead()).toBeUndefined();
      reader.release();
      (await writer).release();
    },
  },
  ...(
    [
      ["write", "write"],
      ["write", "read"],
      ["read", "write"],
    ] as const
  ).map(([outer, inner]) => ({
    fault: `${inner} inside one's own ${outer} hangs without a word`,
    async absent() {
      const lock = new AsyncRWLock({ trackOwners: true });
      const ask = (mode: LockMode, work: () => Promise<unknown>) =>
        mode === "read" ? lock.withRead(work) : lock.withWrite(work);
      const error = await errorOf(ask(outer, () => ask(inner, turn)));
      expect(error).toBeInstanceOf(LockReentryError);
      expect(lock.readers + lock.queueLength + Number(lock.isWriteLocked)).toBe(0);
    },
  })),
  {
    fault: "read inside one's own read, behind a waiting writer, hangs without a word",
    async absent() {
      const lock = new AsyncRWLock({ trackOwners: true });
      let goOn!: () => void;
      const isWriterWaiting = new Promise<void>((resolve) => (goOn = resolve));
      const reader = errorOf(lock.withRead(() => isWriterWaiting.then(() => lock.withRead(turn))));
      const writer = lock.withWrite(turn);
      goOn();
      expect(await reader).toBeInstanceOf(LockReentryError);
      await writer;
    },
  },
  {
    fault: "a read that wants to become a write hangs without a word",
    async absent() {
      const lock = new AsyncRWLock();
      const [first, second] = await Promise.all([lock.acquireRead(), lock.acquireRead()]);
      const upgraded = first.upgrade();
      await expect(second.upgrade()).rejects.toBeInstanceOf(LockUpgradeError);
      second.release();
      expect((await upgraded).mode).toBe("write");
      first.release();
      expect(lock.isWriteLocked).toBe(false);
    },
  },
  {
    fault: "the timeout of an acquisition ends the body",
    async absent() {
      const { lock, clock } = profiled();
      const result = lock.withWrite(
        async () => {
          clock.advanceBy(60_000);
          await turn();
          return "done";
        },
        { timeoutMs: 10 },
      );
      await expect(result).resolves.toBe("done");
    },
  },
  {
    fault: "a timeout of 0 waits for ever",
    async absent() {
      const lock = new AsyncRWLock();
      const guard = await lock.acquireRead();
      await expect(lock.acquireWrite({ timeoutMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
      guard.release();
      (await lock.acquireWrite({ timeoutMs: 0 })).release();
    },
  },
  {
    fault: "a read that timed out is counted out though it never was in",
    async absent() {
      const { lock, clock } = profiled();
      const reader = await lock.acquireRead();
      const writer = lock.acquireWrite();
      const late = errorOf(lock.acquireRead({ timeoutMs: 5 }));
      clock.advanceBy(5);
      expect(await late).toBeInstanceOf(LockTimeoutError);
      expect({ readers: lock.readers, isWriteLocked: lock.isWriteLocked }).toEqual({
        readers: 1,
        isWriteLocked: false,
      });
      reader.release();
      (await writer).release();
    },
  },
  ...(["times out", "aborts"] as const).map((how) => ({
    fault: `a writer that ${how} leaves the readers behind it asleep`,
    async absent() {
      const { lock, clock } = profiled();
      const reader = await lock.acquireRead();
      const aborter = new AbortController();
      const writer = errorOf(lock.acquireWrite({ timeoutMs: 50, signal: aborter.signal }));
      const behind = lock.acquireRead();
      if (how === "aborts") aborter.abort();
      else clock.advanceBy(50);
      expect(lock.readers).toBe(2);
      expect(await writer).toBeDefined();
      (await behind).release();
      reader.release();
    },
  })),
  {
    fault: "an abort during the release leaves the lock held",
    async absent() {
      const lock = new AsyncRWLock();
      const aborter = new AbortController();
      const { signal } = aborter;
      const reader = await lock.acquireRead({ signal });
      aborter.abort();
      // The release awaits nothing, so there is no moment in which it could be cut short.
      reader.release();
      expect(lock.readers).toBe(0);
      expect(lock.tryAcquireWrite()?.release()).toBe(true);
    },
  },
  {
    fault: "a body that is aborted keeps its hold",
    async absent() {
      const lock = new AsyncRWLock();
      const aborter = new AbortController();
      const error = errorOf(
        lock.withWrite(async () => {
          aborter.abort(new Error("cancelled"));
          aborter.signal.throwIfAborted();
        }),
      );
      expect(await error).toMatchObject({ message: "cancelled" });
      expect(lock.isWriteLocked).toBe(false);
    },
  },
  {
    fault: "a release is noticed by polling, later",
    async absent() {
      const { lock } = profiled();
      const reader = await lock.acquireRead();
      const writer = lock.acquireWrite();
      reader.release();
      expect(lock.isWriteLocked).toBe(true);
      (await writer).release();
    },
  },
  {
    fault: "every release wakes every waiter, and all but one go back to sleep",
    async absent() {
      const lock = new AsyncRWLock();
      const holder = await lock.acquireWrite();
      const waiting = Array.from({ length: 100 }, () => lock.acquireWrite());
      let settled = 0;
      const counter = createHook({ promiseResolve: () => settled++ }).enable();
      holder.release();
      counter.disable();
      expect([settled, lock.queueLength]).toEqual([1, 99]);
      for (const guard of waiting) (await guard).release();
    },
  },
  {
    fault: "a reader that is aborted stays counted, be it in line or inside",
    async absent() {
      const lock = new AsyncRWLock();
      const writer = await lock.acquireWrite();
      const aborter = new AbortController();
      const { signal } = aborter;
      const inLine = errorOf(lock.withRead(turn, { signal }));
      aborter.abort("enough");
      expect([await inLine, lock.queueLength]).toEqual(["enough", 0]);
      writer.release();
      const inside = lock.withRead(async () => {
        expect(lock.readers).toBe(1);
        signal.throwIfAborted();
      });
      expect([await errorOf(inside), lock.readers]).toEqual(["enough", 0]);
    },
  },
  {
    fault: "the message of a timeout names no time",
    async absent() {
      const { lock } = profiled();
      const guard = await lock.acquireWrite();
      const error = await errorOf(lock.acquireRead({ timeoutMs: 0 }));
      expect(String(error)).toContain('lock "data" was not granted for read within 0 ms: a writer inside');
      guard.release();
    },
  },
];

const REPORT: readonly Row[] = [
  {
    fault: "acquisitions with a time limit are not counted",
    async absent() {
      const { lock, profiler } = profiled();
      for (let i = 0; i < 3; i++) await lock.withRead(() => i, { timeoutMs: 5_000 });
      expect(profiler.snapshot()[0].read.acquisitions).toBe(3);
    },
  },
  {
    fault: "times depend on a clock that can be set",
    async absent() {
      const profiler = new LockProfiler({ timeOneHoldIn: 1 });
      const lock = new AsyncRWLock({ observer: profiler });
      vi.useFakeTimers({ toFake: ["Date"], now: 0 });
      const guard = await lock.acquireWrite();
      const waiting = lock.withRead(() => 1);
      vi.setSystemTime(86_400_000);
      guard.release();
      await waiting;
      const [{ read, write }] = profiler.snapshot();
      expect(read.wait.maxMs).toBeLessThan(60_000);
      expect(write.hold.maxMs).toBeLessThan(60_000);
    },
  },
  {
    fault: "a lock that was never taken reports what JSON cannot hold",
    absent() {
      const { profiler } = profiled();
      const reports = profiler.snapshot();
      expect(JSON.parse(JSON.stringify(reports))).toEqual(reports);
    },
  },
  {
    fault: "readers that left stay counted, and the most at once is not known",
    async absent() {
      const { lock, profiler } = profiled();
      const guards = await Promise.all([lock.acquireRead(), lock.acquireRead(), lock.acquireRead()]);
      expect(profiler.snapshot()[0].readers).toBe(3);
      for (const guard of guards) guard.release();
      expect(profiler.snapshot()[0]).toMatchObject({ readers: 0, maxReaders: 3 });
    },
  },
  {
    fault: "a timeout error of the body counts as one of the lock",
    async absent() {
      const { lock, profiler } = profiled();
      const own = new LockTimeoutError(
        { name: "other", readers: 0, isWriteLocked: false, queueLength: 0 },
        "read",
        1,
      );
      expect(await errorOf(lock.withWrite(() => Promise.reject(own), { timeoutMs: 5 }))).toBe(own);
      expect(profiler.snapshot()[0].write.timeouts).toBe(0);
    },
  },
  {
    fault: "a stall of the event loop counts as contention",
    async absent() {
      const { lock, profiler, clock } = profiled();
      const call = lock.acquireRead();
      clock.advanceBy(500);
      (await call).release();
      expect(profiler.snapshot()[0].read).toMatchObject({ acquisitions: 1, contended: 0 });
    },
  },
  {
    fault: "a report changes after it was read",
    async absent() {
      const { lock, profiler } = profiled();
      const before = profiler.snapshot();
      await lock.withRead(() => 1);
      expect(before[0].read.acquisitions).toBe(0);
    },
  },
  {
    fault: "a reset forgets who is inside",
    async absent() {
      const { lock, profiler } = profiled();
      const guard = await lock.acquireRead();
      profiler.reset();
      expect(profiler.snapshot()[0].readers).toBe(1);
      guard.release();
      expect(profiler.snapshot()[0].readers).toBe(0);
    },
  },
  {
    fault: "profiled locks wait for each other",
    async absent() {
      const profiler = new LockProfiler({ timeOneHoldIn: 1 });
      const [a, b] = ["a", "b"].map((name) => new AsyncRWLock({ name, observer: profiler }));
      const guards = [a.tryAcquireWrite(), b.tryAcquireWrite()];
      expect(guards.every((guard) => guard?.isHeld)).toBe(true);
      for (const guard of guards) guard?.release();
    },
  },
  {
    fault: "a lock that always times out looks as if nothing was wrong",
    async absent() {
      const { lock, profiler } = profiled();
      const guard = await lock.acquireWrite();
      for (let i = 0; i < 5; i++) await errorOf(lock.acquireRead({ timeoutMs: 0 }));
      const [{ read }] = profiler.snapshot();
      expect(read).toMatchObject({ acquisitions: 0, timeouts: 5 });
      expect(Number.isFinite(read.wait.maxMs)).toBe(true);
      guard.release();
    },
  },
  {
    fault:
      "neither how long a lock was held nor how the waits are spread is known, nor who waits and gave up",
    async absent() {
      const { lock, profiler, clock } = profiled();
      const writer = await lock.acquireWrite();
      const reader = lock.acquireRead();
      const aborter = new AbortController();
      const aborted = errorOf(lock.acquireWrite({ signal: aborter.signal }));
      expect(profiler.snapshot()[0].queueLength).toBe(2);
      aborter.abort();
      await aborted;
      clock.advanceBy(40);
      writer.release();
      (await reader).release();
      const [{ read, write, queueLength }] = profiler.snapshot();
      expect(write).toMatchObject({ aborts: 1, hold: { count: 1, maxMs: 40 } });
      expect(read.wait).toMatchObject({ count: 1, maxMs: 40 });
      for (const quantile of [read.wait.p50Ms, read.wait.p99Ms, write.hold.p99Ms]) {
        expect(Math.abs(quantile - 40)).toBeLessThan(40 * 0.016);
      }
      expect(queueLength).toBe(0);
    },
  },
  {
    fault: "every lock name there ever was stays in memory",
    absent() {
      const profiler = new LockProfiler({ maxNames: 10 });
      const locks = Array.from(
        { length: 1_000 },
        (_, i) => new AsyncRWLock({ name: `lock ${i}`, observer: profiler }),
      );
      expect(locks[999].readers).toBe(0);
      expect(profiler.snapshot()).toHaveLength(11);
    },
  },
];

const BUFFER: readonly Row[] = [
  {
    fault: "a refused tick is not counted",
    absent() {
      const ring = new TickRing({ capacitySlots: 2, overflow: "drop" });
      ring.reader();
      const source = plainColumns(1);
      expect([1, 2, 3].map(() => ring.push(source, 0))).toEqual([true, true, false]);
      expect(ring.dropped).toBe(1);
    },
  },
  {
    fault: "the newest 0 are all, and the newest -1 are some",
    absent() {
      const ring = new TickRing({ capacitySlots: 4 });
      ring.push(plainColumns(1), 0);
      const into = { price: new Float64Array(4) };
      expect([ring.recent(0), ring.copyRecent(0, into)]).toEqual([[], 0]);
      expect(() => ring.recent(-1)).toThrow(RangeError);
      expect(() => ring.copyRecent(-1, into)).toThrow(RangeError);
    },
  },
  {
    fault: "the oldest 0 are all, and the oldest -1 are some",
    absent() {
      const ring = new TickRing({ capacitySlots: 4 });
      ring.push(plainColumns(1), 0);
      const reader = ring.reader({ from: "oldest" });
      expect([reader.drain(() => {}, 0), reader.available]).toEqual([0, 1]);
      expect(() => reader.drain(() => {}, -1)).toThrow(RangeError);
    },
  },
  {
    fault: "the newest few are cut from a copy of everything",
    absent() {
      const ring = new TickRing({ capacitySlots: 1_000 });
      const source = plainColumns(1);
      for (let id = 1; id <= 1_500; id++) {
        source.tradeId[0] = id;
        ring.push(source, 0);
      }
      // There is no room for more than is asked for.
      const into = { tradeId: new Float64Array(2) };
      expect(ring.copyRecent(2, into)).toBe(2);
      expect([...into.tradeId]).toEqual([1_499, 1_500]);
      expect(ring.recent(2)).toHaveLength(2);
    },
  },
  {
    fault: "a buffer of size 0 accepts what it cannot hold",
    absent() {
      expect(() => new TickRing({ capacitySlots: 0 })).toThrow(RangeError);
    },
  },
  {
    fault: "an unknown overflow mode is taken for another",
    absent() {
      const overflow = "dorp" as RingOverflow;
      expect(() => new TickRing({ capacitySlots: 4, overflow })).toThrow('was "dorp"');
    },
  },
];

const COUNTER: readonly Row[] = [
  {
    fault: "the counter takes a lock, and other threads cannot have it",
    absent() {
      const counter = new AtomicCounter();
      const elsewhere = new AtomicCounter({ buffer: counter.buffer, byteOffset: counter.byteOffset });
      expect(counter.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect([counter.increment(), elsewhere.increment(), counter.exchange(0n)]).toEqual([1n, 2n, 2n]);
    },
  },
];

const MANAGER: readonly Row[] = [
  {
    fault: "the time limit of several keys is ignored, or starts anew with each",
    async absent() {
      const clock = new VirtualClock();
      const manager = new LockManager({}, { clock });
      const releases = ["a", "b"].map((key) => {
        let release!: () => void;
        void manager.withWrite(key, () => new Promise<void>((resolve) => (release = resolve)));
        return () => release();
      });
      const requests = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
      const error = errorOf(manager.withAll(requests, () => 1, { timeoutMs: 100 }));
      clock.advanceBy(90);
      releases[0]();
      await turn();
      clock.advanceBy(10);
      expect(await error).toBeInstanceOf(LockTimeoutError);
      releases[1]();
    },
  },
  {
    fault: "a key named twice waits for itself",
    async absent() {
      const requests = ["a", "b", "a"].map((key) => ({ key, mode: "write" }) as const);
      await expect(new LockManager().withAll(requests, () => "entered")).resolves.toBe("entered");
    },
  },
  {
    fault: "a key that is taken again inside hangs without a word",
    async absent() {
      const manager = new LockManager({ trackOwners: true });
      const requests = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
      const again = manager.withAll(requests, () => manager.withWrite("a", turn));
      expect(await errorOf(again)).toBeInstanceOf(LockReentryError);
      expect(manager.collectIdle()).toBe(2);
    },
  },
  {
    fault: "several keys are always taken for writing",
    async absent() {
      const manager = new LockManager();
      const requests = ["a", "b"].map((key) => ({ key, mode: "read" }) as const);
      const inside = await manager.withAll(requests, () =>
        manager.withAll(requests, () => [manager.find("a")?.readers, manager.find("b")?.readers]),
      );
      expect(inside).toEqual([2, 2]);
    },
  },
  {
    fault: "the cleanup removes a held lock and so lets a second holder in",
    async absent() {
      const clock = new VirtualClock();
      const manager = new LockManager({ maxIdleMs: 1 }, { clock });
      const result = manager.withWrite("a", async () => {
        clock.advanceBy(3_600_000);
        manager.collectIdle();
        return errorOf(manager.withWrite("a", () => "second holder", { timeoutMs: 0 }));
      });
      expect(await result).toBeInstanceOf(LockTimeoutError);
    },
  },
  {
    fault: "the cleanup does not know of a lock that was handed out",
    async absent() {
      const clock = new VirtualClock();
      const manager = new LockManager({ maxIdleMs: 1_000 }, { clock });
      const guard = await manager.acquireWrite("a");
      clock.advanceBy(10_000);
      expect([manager.collectIdle(), manager.tryAcquireRead("a")]).toEqual([0, undefined]);
      guard.release();
      expect(manager.tryAcquireRead("a")?.release()).toBe(true);
    },
  },
  {
    fault: "nothing ever calls the cleanup",
    async absent() {
      const clock = new VirtualClock();
      const manager = new LockManager({ maxIdleMs: 1_000 }, { clock });
      await manager.withRead("a", () => 1);
      clock.advanceBy(2_000);
      expect(manager.size).toBe(0);
    },
  },
];

describe.each([
  { part: "lock", rows: LOCK },
  { part: "report", rows: REPORT },
  { part: "buffer", rows: BUFFER },
  { part: "counter", rows: COUNTER },
  { part: "manager", rows: MANAGER },
])("of the faults of the $part, it is not so that", ({ rows }) => {
  it.each(rows)("$fault", async ({ absent }) => {
    await absent();
  });
});
