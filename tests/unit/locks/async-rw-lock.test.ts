import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock, type LockGuard, LockTimeoutError } from "../../../src/locks/index.ts";
import { LockProfiler } from "../../../src/profiling/index.ts";

function present(guard: LockGuard | undefined): LockGuard {
  if (guard === undefined) throw new Error("the lock was expected to be free");
  return guard;
}

describe("AsyncRWLock", () => {
  it("lets callers in by arrival, neighbouring readers together", async () => {
    const lock = new AsyncRWLock();
    const events: string[] = [];
    const bodies = new Map<string, () => void>();
    const body = (name: string) => () => {
      events.push(`${name} in`);
      return new Promise<void>((resolve) => bodies.set(name, resolve));
    };
    const runs = [
      lock.withRead(body("r1")),
      lock.withWrite(body("w1")),
      lock.withRead(body("r2")),
      lock.withRead(body("r3")),
      lock.withWrite(body("w2")),
      lock.withRead(body("r4")),
    ];
    for (const [i, finished] of ["r1", "w1", "r2", "r3", "w2", "r4"].entries()) {
      events.push(`${finished} out`);
      bodies.get(finished)?.();
      await runs[i];
      await new Promise(setImmediate);
    }
    expect(events).toEqual([
      "r1 in",
      "r1 out",
      "w1 in",
      "w1 out",
      "r2 in",
      "r3 in",
      "r2 out",
      "r3 out",
      "w2 in",
      "w2 out",
      "r4 in",
      "r4 out",
    ]);
  });

  it("lets readers share it and a writer have it alone, without a promise", () => {
    const lock = new AsyncRWLock();
    const first = present(lock.tryAcquireRead());
    const second = present(lock.tryAcquireRead());
    expect(lock.readers).toBe(2);
    expect(lock.tryAcquireWrite()).toBeUndefined();
    first.release();
    expect(lock.tryAcquireWrite()).toBeUndefined();
    second.release();
    const writer = present(lock.tryAcquireWrite());
    expect(lock.isWriteLocked).toBe(true);
    expect(lock.readers).toBe(0);
    expect(lock.tryAcquireRead()).toBeUndefined();
    expect(lock.tryAcquireWrite()).toBeUndefined();
    writer.release();
    expect(lock.isWriteLocked).toBe(false);
  });

  it("lets no try pass a caller that waits", async () => {
    const lock = new AsyncRWLock();
    const reader = present(lock.tryAcquireRead());
    const writer = lock.acquireWrite();
    expect(lock.tryAcquireRead()).toBeUndefined();
    reader.release();
    (await writer).release();
    expect(present(lock.tryAcquireRead()).isHeld).toBe(true);
  });

  it("releases a guard once, even when somebody else holds the lock by then", async () => {
    const lock = new AsyncRWLock();
    const first = await lock.acquireWrite();
    const waiting = lock.acquireWrite();
    expect(first.release()).toBe(true);
    const second = await waiting;
    expect(first.release()).toBe(false);
    expect(first.isHeld).toBe(false);
    expect(second.isHeld).toBe(true);
    expect(lock.isWriteLocked).toBe(true);
    expect(lock.tryAcquireRead()).toBeUndefined();
  });

  it("releases at the end of a using block, and says its mode", async () => {
    const lock = new AsyncRWLock();
    {
      using guard = await lock.acquireWrite();
      expect(guard.mode).toBe("write");
      expect(lock.isWriteLocked).toBe(true);
    }
    const guard = present(lock.tryAcquireRead());
    expect(guard.mode).toBe("read");
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    expect(lock.readers).toBe(0);
  });

  it("gives the lock over within release, before anybody runs", async () => {
    const lock = new AsyncRWLock();
    const writer = present(lock.tryAcquireWrite());
    const readers = Promise.all([lock.acquireRead(), lock.acquireRead()]);
    writer.release();
    expect(lock.readers).toBe(2);
    expect(lock.queueLength).toBe(0);
    for (const guard of await readers) guard.release();
  });

  it("tells how many wait, and how long the first of them has", async () => {
    const clock = new VirtualClock(1_000);
    const lock = new AsyncRWLock({ name: "BTCUSDT" }, { clock });
    expect(lock.name).toBe("BTCUSDT");
    const writer = present(lock.tryAcquireWrite());
    expect(lock.oldestWaitMs).toBe(0);
    const first = lock.acquireRead();
    clock.advanceBy(30);
    const second = lock.acquireWrite();
    clock.advanceBy(10);
    expect(lock.queueLength).toBe(2);
    expect(lock.oldestWaitMs).toBe(40);
    writer.release();
    expect(lock.oldestWaitMs).toBe(10);
    (await first).release();
    (await second).release();
    expect(lock.oldestWaitMs).toBe(0);
  });

  it("tells how long the first of each kind has waited, whoever goes before", async () => {
    const clock = new VirtualClock();
    const lock = new AsyncRWLock({ policy: "readers-first" }, { clock });
    const first = present(lock.tryAcquireRead());
    const second = present(lock.tryAcquireRead());
    const writer = lock.acquireWrite();
    clock.advanceBy(3);
    const upgrade = first.upgrade();
    clock.advanceBy(4);
    const reader = lock.acquireRead();
    expect(lock.oldestWaitMs).toBe(7);
    second.release();
    (await upgrade).release();
    expect([lock.readers, lock.oldestWaitMs]).toEqual([1, 7]);
    (await reader).release();
    (await writer).release();
    expect(lock.oldestWaitMs).toBe(0);
  });

  it("lets in 20,000 queued readers at once", async () => {
    const lock = new AsyncRWLock();
    const writer = present(lock.tryAcquireWrite());
    const readers = Array.from({ length: 20_000 }, () => lock.acquireRead());
    writer.release();
    expect(lock.readers).toBe(20_000);
    for (const guard of await Promise.all(readers)) guard.release();
    expect(lock.readers).toBe(0);
  });
});

describe("AsyncRWLock.withRead and withWrite", () => {
  it.each(["withRead", "withWrite"] as const)("%s settles as a synchronous body does", async (method) => {
    const lock = new AsyncRWLock();
    await expect(lock[method](() => 7)).resolves.toBe(7);
    await expect(lock[method](() => null)).resolves.toBeNull();
    const broken = new Error("body");
    const thrown = lock[method](() => {
      throw broken;
    });
    expect(present(lock.tryAcquireWrite()).release()).toBe(true);
    await expect(thrown).rejects.toBe(broken);
  });

  it.each(["withRead", "withWrite"] as const)("%s holds until the body's promise settles", async (method) => {
    const lock = new AsyncRWLock();
    let finish: (value: string) => void = () => {};
    const run = lock[method](() => new Promise<string>((resolve) => (finish = resolve)));
    expect(lock.tryAcquireWrite()).toBeUndefined();
    finish("done");
    await expect(run).resolves.toBe("done");
    expect(lock.readers + Number(lock.isWriteLocked)).toBe(0);

    const broken = new Error("body");
    await expect(lock[method](() => Promise.reject(broken))).rejects.toBe(broken);
    expect(lock.readers + Number(lock.isWriteLocked)).toBe(0);
  });

  it("waits for a thenable that is no Promise, and survives one that throws", async () => {
    const lock = new AsyncRWLock();
    let settle: (value: number) => void = () => {};
    // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what this is about
    const run = lock.withWrite<number>(() => ({ then: (onDone: never) => void (settle = onDone) }) as never);
    await new Promise(setImmediate);
    expect(lock.isWriteLocked).toBe(true);
    settle(3);
    await expect(run).resolves.toBe(3);
    expect(lock.isWriteLocked).toBe(false);

    const broken = new Error("then");
    const hostile = lock.withWrite(() =>
      // oxlint-disable-next-line unicorn/no-thenable -- as above
      Object.defineProperty({}, "then", {
        get() {
          throw broken;
        },
      }),
    );
    await expect(hostile).rejects.toBe(broken);
    expect(lock.isWriteLocked).toBe(false);
  });

  it("runs a body in the async context of its caller, though another's release lets it in", async () => {
    const lock = new AsyncRWLock();
    const caller = new AsyncLocalStorage<string>();
    const writer = present(lock.tryAcquireWrite());
    const seen = ["first", "second"].map((name) =>
      caller.run(name, () => lock.withWrite(() => caller.getStore())),
    );
    caller.run("holder", () => writer.release());
    await expect(Promise.all(seen)).resolves.toEqual(["first", "second"]);
  });

  it("counts an error of the body as what it is, though its name says timeout", async () => {
    const profiler = new LockProfiler();
    const lock = new AsyncRWLock({ observer: profiler });
    const inner = new LockTimeoutError(
      { name: "other", readers: 0, isWriteLocked: true, queueLength: 1 },
      "read",
      5,
    );
    await expect(lock.withRead(() => Promise.reject(inner), { timeoutMs: 1_000 })).rejects.toBe(inner);
    const writer = present(lock.tryAcquireWrite());
    const waiting = lock.withRead(() => Promise.reject(inner), { timeoutMs: 1_000 });
    writer.release();
    await expect(waiting).rejects.toBe(inner);
    const [{ read }] = profiler.snapshot();
    expect(read).toMatchObject({ acquisitions: 2, contended: 1, timeouts: 0, aborts: 0 });
  });

  it("runs a body that had to wait under the lock it waited for", async () => {
    const lock = new AsyncRWLock();
    const writer = present(lock.tryAcquireWrite());
    const seen: number[] = [];
    const runs = [1, 2].map((value) =>
      lock.withRead(() => seen.push(lock.readers * 10 + value), { timeoutMs: 60_000 }),
    );
    writer.release();
    await Promise.all(runs);
    expect(seen).toEqual([21, 12]);
    expect(lock.readers).toBe(0);
  });
});
