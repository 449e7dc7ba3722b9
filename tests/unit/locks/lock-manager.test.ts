import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import {
  LockLimitError,
  LockManager,
  type LockManagerOptions,
  type LockMode,
  LockReentryError,
  LockTimeoutError,
} from "../../../src/locks/index.ts";
import { LockProfiler } from "../../../src/profiling/index.ts";

const HOUR_MS = 3_600_000;

function managed(options?: LockManagerOptions): { manager: LockManager; clock: VirtualClock } {
  const clock = new VirtualClock();
  return { manager: new LockManager(options, { clock }), clock };
}

/** Holds `key` until the returned function is called. */
function hold(manager: LockManager, key: string, mode: LockMode = "write"): () => Promise<void> {
  let finish!: () => void;
  const work = () =>
    new Promise<void>((resolve) => {
      finish = resolve;
    });
  const run = mode === "read" ? manager.withRead(key, work) : manager.withWrite(key, work);
  return () => {
    finish();
    return run;
  };
}

async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.catch((reason: unknown) => reason);
}

function settled(): Promise<void> {
  return new Promise(setImmediate);
}

describe("LockManager", () => {
  it("lets readers of a key in together, keeps its writers apart, and other keys out of it", async () => {
    const { manager } = managed();
    const log: string[] = [];
    const task = (name: string) => async () => {
      log.push(`${name} in`);
      await settled();
      log.push(`${name} out`);
    };
    await Promise.all([
      manager.withRead("a", task("r1")),
      manager.withRead("a", task("r2")),
      manager.withWrite("a", task("w")),
      manager.withWrite("b", task("b")),
    ]);
    expect(log.slice(0, 3)).toEqual(["r1 in", "r2 in", "b in"]);
    expect(log.filter((line) => !line.startsWith("b"))).toEqual([
      "r1 in",
      "r2 in",
      "r1 out",
      "r2 out",
      "w in",
      "w out",
    ]);
  });

  it("settles as the work does, and is free again", async () => {
    const { manager } = managed();
    await expect(manager.withRead("a", () => 1)).resolves.toBe(1);
    const error = new Error("work");
    await expect(manager.withWrite("a", () => Promise.reject(error))).rejects.toBe(error);
    await expect(
      manager.withWrite("a", () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(manager.find("a")).toMatchObject({ readers: 0, isWriteLocked: false, queueLength: 0 });
  });

  it("names a lock by manager and key, also in the reports of its observer", async () => {
    const observer = new LockProfiler();
    const { manager } = managed({ name: "frames", observer });
    const release = hold(manager, "BTCUSDT");
    const error = await outcome(manager.withRead("BTCUSDT", () => 1, { timeoutMs: 0 }));
    expect(error).toMatchObject({ lock: "frames:BTCUSDT", timeoutMs: 0 });
    expect(observer.snapshot()).toMatchObject([{ name: "frames:BTCUSDT", writers: 1 }]);
    await release();
  });

  it.each([0, -1, 1.5, NaN, Infinity])("refuses maxLocks of %d", (maxLocks) => {
    expect(() => new LockManager({ maxLocks })).toThrow(RangeError);
  });

  it.each([0, -1, NaN])("refuses maxIdleMs of %d", (maxIdleMs) => {
    expect(() => new LockManager({ maxIdleMs })).toThrow(`maxIdleMs must be above 0, was ${maxIdleMs}`);
  });
});

describe("guards of a key", () => {
  it("are granted in the order of arrival, and keep out whom those of a lock keep out", async () => {
    const { manager } = managed();
    const reader = await manager.acquireRead("a");
    expect(manager.tryAcquireRead("a")?.release()).toBe(true);
    expect(manager.tryAcquireWrite("a")).toBeUndefined();
    const writer = manager.acquireWrite("a");
    expect(manager.tryAcquireRead("a")).toBeUndefined();
    expect(manager.tryAcquireWrite("b")?.release()).toBe(true);
    reader.release();
    const held = await writer;
    expect([held.mode, held.release(), held.release()]).toEqual(["write", true, false]);
  });

  it("are those of the same lock as the with forms", async () => {
    const { manager } = managed();
    const guard = manager.tryAcquireWrite("a");
    const call = manager.withRead("a", () => "entered");
    expect(manager.find("a")).toMatchObject({ isWriteLocked: true, queueLength: 1 });
    guard?.release();
    await expect(call).resolves.toBe("entered");
  });

  it("end a wait as a lock does: by time, by a signal, or not at all", async () => {
    const { manager, clock } = managed();
    const guard = await manager.acquireRead("a");
    const late = outcome(manager.acquireWrite("a", { timeoutMs: 5 }));
    clock.advanceBy(5);
    expect(await late).toMatchObject({ code: "LOCK_TIMEOUT", lock: "locks:a", mode: "write", timeoutMs: 5 });
    const reason = new Error("enough");
    expect(await outcome(manager.acquireRead("a", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(await outcome(manager.acquireRead("a", { timeoutMs: -1 }))).toBeInstanceOf(RangeError);
    guard.release();
    expect(manager.collectIdle()).toBe(1);
  });

  it.each(["read", "write"] as const)("keep their lock for as long as they are held for %s", async (mode) => {
    const { manager, clock } = managed({ maxIdleMs: 1_000 });
    const guard = mode === "read" ? await manager.acquireRead("a") : await manager.acquireWrite("a");
    clock.advanceBy(HOUR_MS);
    expect(manager.collectIdle()).toBe(0);
    expect(manager.tryAcquireWrite("a")).toBeUndefined();
    guard.release();
    expect(manager.collectIdle()).toBe(1);
  });

  it("keep their lock through an upgrade and a downgrade", async () => {
    const { manager } = managed();
    const [guard, other] = await Promise.all([manager.acquireRead("a"), manager.acquireRead("a")]);
    const upgraded = guard.upgrade();
    other.release();
    expect((await upgraded).downgrade()).toBe(true);
    expect(manager.collectIdle()).toBe(0);
    expect(manager.find("a")?.readers).toBe(1);
    guard.release();
  });

  it("are refused with a LockLimitError where every lock there may be is in use", async () => {
    const { manager } = managed({ maxLocks: 1 });
    const guard = manager.tryAcquireRead("a");
    expect(() => manager.tryAcquireRead("b")).toThrow(LockLimitError);
    expect(() => manager.tryAcquireWrite("b")).toThrow(LockLimitError);
    expect(await outcome(manager.acquireRead("b"))).toBeInstanceOf(LockLimitError);
    expect(await outcome(manager.acquireWrite("b"))).toBeInstanceOf(LockLimitError);
    guard?.release();
    expect(manager.tryAcquireWrite("b")?.release()).toBe(true);
  });
});

describe("idle locks", () => {
  it("go after maxIdleMs without use, and at the latest after twice as long", async () => {
    const { manager, clock } = managed({ maxIdleMs: 1_000 });
    await manager.withRead("a", () => 1);
    clock.advanceTo(1_000);
    expect(manager.size).toBe(1);
    clock.advanceTo(2_000);
    expect(manager.size).toBe(0);
  });

  it("stay for maxIdleMs after their last use, whenever that was", async () => {
    for (let usedAtMs = 0; usedAtMs < 3_000; usedAtMs += 250) {
      const { manager, clock } = managed({ maxIdleMs: 1_000 });
      await manager.withRead("a", () => 1);
      clock.advanceTo(usedAtMs);
      await manager.withRead("a", () => 1);
      clock.advanceTo(usedAtMs + 999);
      expect(manager.find("a")).toBeDefined();
      expect(manager.size).toBe(1);
      clock.advanceTo(usedAtMs + 2_000);
      expect(manager.find("a")).toBeUndefined();
    }
  });

  it.each([9_500, 10_500])("count from the end of a long hold, at %d", async (endMs) => {
    const { manager, clock } = managed({ maxIdleMs: 1_000 });
    const release = hold(manager, "a");
    clock.advanceTo(endMs);
    await release();
    clock.advanceTo(endMs + 999);
    expect(manager.size).toBe(1);
    clock.advanceTo(endMs + 2_000);
    expect(manager.size).toBe(0);
  });

  it("are never those that are held or awaited, so no second holder gets in", async () => {
    const { manager, clock } = managed({ maxIdleMs: 1 });
    const releaseRead = hold(manager, "read", "read");
    const releaseWrite = hold(manager, "write");
    const waiting = manager.withRead("write", () => "entered");
    clock.advanceBy(HOUR_MS);
    expect(manager.collectIdle()).toBe(0);
    await expect(manager.withWrite("read", () => 1, { timeoutMs: 0 })).rejects.toThrow(LockTimeoutError);
    await expect(manager.withRead("write", () => 1, { timeoutMs: 0 })).rejects.toThrow(LockTimeoutError);
    await Promise.all([releaseRead(), releaseWrite()]);
    await expect(waiting).resolves.toBe("entered");
    expect(manager.collectIdle()).toBe(2);
  });

  it("are never those a call of several keys has yet to reach", async () => {
    const { manager, clock } = managed({ maxIdleMs: 1 });
    const release = hold(manager, "a");
    let isInside = false;
    const both = manager.withAll(
      [
        { key: "a", mode: "write" },
        { key: "b", mode: "write" },
      ],
      async () => {
        isInside = true;
        await settled();
        isInside = false;
      },
    );
    clock.advanceBy(HOUR_MS);
    expect(manager.collectIdle()).toBe(0);
    // A lock of "b" that was made now would let this in beside the call above.
    const other = manager.withWrite("b", async () => {
      await release();
      await settled();
      expect(isInside).toBe(false);
    });
    await Promise.all([both, other]);
    expect(manager.collectIdle()).toBe(2);
  });

  it("are never those another call has yet to reach, when one that wanted the same gives up", async () => {
    const { manager, clock } = managed();
    const release = hold(manager, "a");
    const requests = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
    const patient = manager.withAll(requests, () => "entered");
    const short = outcome(manager.withAll(requests, () => 1, { timeoutMs: 5 }));
    clock.advanceBy(5);
    expect(await short).toBeInstanceOf(LockTimeoutError);
    expect([manager.collectIdle(), manager.size]).toEqual([0, 2]);
    await release();
    await expect(patient).resolves.toBe("entered");
    expect(manager.collectIdle()).toBe(2);
  });

  it("are never those whose first use after a sweep still lasts", async () => {
    const { manager, clock } = managed({ maxIdleMs: 1_000 });
    await manager.withRead("a", () => 1);
    clock.advanceTo(1_000);
    const release = hold(manager, "a");
    clock.advanceTo(5_000);
    expect(manager.find("a")?.isWriteLocked).toBe(true);
    await release();
    clock.advanceTo(7_000);
    expect(manager.size).toBe(0);
  });

  it("go at once on demand", async () => {
    const { manager } = managed();
    await manager.withRead("a", () => 1);
    await manager.withRead("b", () => 1);
    expect(manager.collectIdle()).toBe(2);
    expect(manager.size).toBe(0);
    expect(manager.find("a")).toBeUndefined();
  });

  it("of a manager in use leave no timer that keeps the process alive", async () => {
    const before = process.getActiveResourcesInfo().length;
    await new LockManager().withRead("a", () => 1);
    expect(process.getActiveResourcesInfo().length).toBe(before);
  });
});

describe("trackOwners", () => {
  const ab = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);

  it("tells a task that it would wait for a key of its own, whichever way it took it", async () => {
    const { manager } = managed({ name: "frames", trackOwners: true });
    const ways: readonly ((inner: () => Promise<unknown>) => Promise<unknown>)[] = [
      (inner) => manager.withWrite("b", inner),
      (inner) => manager.withAll(ab, inner),
    ];
    const inners: readonly (() => Promise<unknown>)[] = [
      () => manager.withRead("b", () => 1),
      () => manager.acquireWrite("b", { timeoutMs: 5 }),
      () => manager.withAll(ab, () => 1),
    ];
    for (const outer of ways) {
      for (const inner of inners) {
        const error = await outcome(outer(inner));
        expect(error).toBeInstanceOf(LockReentryError);
        expect(error).toMatchObject({ held: "write" });
      }
    }
    expect(manager.collectIdle()).toBe(2);
  });

  it("holds after a wait too, and not for other keys or once the call is over", async () => {
    const { manager } = managed({ trackOwners: true });
    const release = hold(manager, "b");
    let later: Promise<unknown> | undefined;
    const call = manager.withAll(ab, async () => {
      later = new Promise(setImmediate).then(() => manager.withWrite("a", () => "later"));
      expect(await manager.withWrite("c", () => "other")).toBe("other");
      return outcome(manager.withRead("a", () => 1));
    });
    await release();
    expect(await call).toBeInstanceOf(LockReentryError);
    expect(await later).toBe("later");
  });
});

describe("maxLocks", () => {
  it("makes idle locks go for a new key", async () => {
    const { manager } = managed({ maxLocks: 2 });
    const release = hold(manager, "a");
    for (let i = 0; i < 100; i++) await manager.withRead(`key ${i}`, () => i);
    expect(manager.size).toBe(2);
    expect(manager.find("a")?.isWriteLocked).toBe(true);
    await release();
  });

  it("refuses a new key when every lock is held or awaited, and serves the known ones", async () => {
    const { manager } = managed({ name: "frames", maxLocks: 1 });
    const release = hold(manager, "a", "read");
    const error = await outcome(manager.withWrite("b", () => 1));
    expect(error).toBeInstanceOf(LockLimitError);
    expect(error).toMatchObject({
      code: "LOCK_LIMIT",
      manager: "frames",
      key: "b",
      maxLocks: 1,
      message: 'no lock for key "b" of "frames": all 1 locks it may have are held or awaited',
    });
    await expect(manager.withRead("a", () => 2)).resolves.toBe(2);
    await release();
    await expect(manager.withWrite("b", () => 3)).resolves.toBe(3);
  });

  it("refuses several keys before one of them is waited for, and keeps no claim on the others", async () => {
    const { manager } = managed({ maxLocks: 2 });
    const release = hold(manager, "a");
    const requests = ["a", "b", "c"].map((key) => ({ key, mode: "write" }) as const);
    await expect(manager.withAll(requests, () => 1)).rejects.toThrow(LockLimitError);
    expect(manager.find("a")?.queueLength).toBe(0);
    expect(manager.collectIdle()).toBe(1);
    await release();
    expect(manager.collectIdle()).toBe(1);
  });

  it("refuses several keys as a whole, before any of them is waited for", async () => {
    const { manager } = managed({ maxLocks: 2 });
    const release = hold(manager, "z");
    const requests = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
    await expect(manager.withAll(requests, () => 1)).rejects.toThrow(LockLimitError);
    expect(manager.collectIdle()).toBe(1);
    await release();
    await expect(manager.withAll(requests, () => 1)).resolves.toBe(1);
  });
});

describe("withAll", () => {
  it("takes each key in its mode and gives all back", async () => {
    const { manager } = managed();
    const seen = await manager.withAll(
      [
        { key: "b", mode: "read" },
        { key: "a", mode: "write" },
        { key: "b", mode: "read" },
      ],
      () => ["a", "b"].map((key) => [manager.find(key)?.isWriteLocked, manager.find(key)?.readers]),
    );
    expect(seen).toEqual([
      [true, 0],
      [false, 1],
    ]);
    expect(manager.collectIdle()).toBe(2);
  });

  it("enters at once when all keys are free, before it gives control away", async () => {
    const { manager } = managed();
    let isEntered = false;
    const call = manager.withAll([{ key: "a", mode: "write" }], () => {
      isEntered = true;
    });
    expect(isEntered).toBe(true);
    await call;
  });

  it("of no keys runs at once", async () => {
    await expect(managed().manager.withAll([], () => 1)).resolves.toBe(1);
  });

  it("rejects as the work does, and gives all back", async () => {
    const { manager } = managed();
    const error = new Error("work");
    const call = manager.withAll([{ key: "a", mode: "write" }], () => {
      throw error;
    });
    await expect(call).rejects.toBe(error);
    expect(manager.collectIdle()).toBe(1);
  });

  it("does not deadlock with a call that names the same keys the other way round", async () => {
    const { manager } = managed();
    const ab = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
    const order: string[] = [];
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        manager.withAll(i % 2 === 0 ? ab : ab.toReversed(), async () => {
          order.push(`${i} in`);
          await settled();
          order.push(`${i} out`);
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 20 }, (_, i) => [`${i} in`, `${i} out`]).flat());
  });

  it("has one deadline for all waits, and names the whole of it", async () => {
    const { manager, clock } = managed();
    const releaseA = hold(manager, "a");
    const releaseB = hold(manager, "b");
    const call = outcome(
      manager.withAll(
        [
          { key: "a", mode: "read" },
          { key: "b", mode: "read" },
        ],
        () => 1,
        { timeoutMs: 100 },
      ),
    );
    clock.advanceTo(60);
    await releaseA();
    await settled();
    expect(manager.find("a")?.readers).toBe(1);
    clock.advanceTo(99);
    expect(manager.find("b")?.queueLength).toBe(1);
    clock.advanceTo(100);
    const error = await call;
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toMatchObject({ lock: "locks:b", mode: "read", timeoutMs: 100 });
    expect(manager.find("a")?.readers).toBe(0);
    await releaseB();
    expect(manager.collectIdle()).toBe(2);
  });

  it("does not run out of time inside", async () => {
    const { manager, clock } = managed();
    const call = manager.withAll(
      [{ key: "a", mode: "read" }],
      async () => {
        clock.advanceBy(HOUR_MS);
        await settled();
        return 1;
      },
      { timeoutMs: 1 },
    );
    await expect(call).resolves.toBe(1);
  });

  it("with a timeoutMs of 0 takes all or nothing now", async () => {
    const { manager } = managed();
    const release = hold(manager, "b");
    const requests = ["a", "b"].map((key) => ({ key, mode: "read" }) as const);
    const call = manager.withAll(requests, () => 1, { timeoutMs: 0 });
    await expect(call).rejects.toThrow('lock "locks:b" was not granted for read within 0 ms');
    expect(manager.find("a")?.readers).toBe(0);
    await release();
    await expect(manager.withAll(requests, () => 1, { timeoutMs: 0 })).resolves.toBe(1);
  });

  it.each([-1, NaN])("refuses a timeoutMs of %d before it takes anything", async (timeoutMs) => {
    const { manager } = managed();
    const call = manager.withAll([{ key: "a", mode: "read" }], () => 1, { timeoutMs });
    await expect(call).rejects.toThrow(RangeError);
    expect(manager.size).toBe(0);
  });

  it("gives up all of it with the signal's reason", async () => {
    const { manager } = managed();
    const release = hold(manager, "b");
    const aborter = new AbortController();
    const reason = new Error("enough");
    const requests = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
    const call = outcome(manager.withAll(requests, () => 1, { signal: aborter.signal }));
    const behind = manager.withRead("a", () => "let in");
    aborter.abort(reason);
    expect(await call).toBe(reason);
    await expect(behind).resolves.toBe("let in");
    await expect(manager.withAll(requests, () => 1, { signal: aborter.signal })).rejects.toBe(reason);
    await release();
    expect(manager.collectIdle()).toBe(2);
  });

  it("takes no further lock when the signal aborts right after a grant", async () => {
    const { manager } = managed();
    const release = hold(manager, "a");
    const aborter = new AbortController();
    const requests = ["a", "b"].map((key) => ({ key, mode: "write" }) as const);
    const call = outcome(manager.withAll(requests, () => "ran", { signal: aborter.signal }));
    const released = release();
    while (manager.find("a")?.queueLength === 1) await Promise.resolve();
    aborter.abort(new Error("enough"));
    expect(await call).toMatchObject({ message: "enough" });
    await released;
    expect(manager.collectIdle()).toBe(2);
  });

  it("tells the observer of grants and waits only, never of a refused try", async () => {
    const observer = new LockProfiler();
    const { manager } = managed({ observer });
    const release = hold(manager, "a", "read");
    const call = manager.withAll(
      [
        { key: "a", mode: "write" },
        { key: "b", mode: "write" },
      ],
      () => 1,
    );
    await release();
    await call;
    expect(observer.snapshot().map(({ write }) => write)).toMatchObject([
      { acquisitions: 1, contended: 1, refused: 0 },
      { acquisitions: 1, contended: 0, refused: 0 },
    ]);
  });
});
