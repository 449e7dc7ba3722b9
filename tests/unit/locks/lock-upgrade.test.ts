import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock, type LockGuard, LockTimeoutError, LockUpgradeError } from "../../../src/locks/index.ts";
import { LockProfiler } from "../../../src/profiling/index.ts";

/** Whatever is decided has reached its callers afterwards. */
const turn = () => new Promise(setImmediate);

function lockWithReaders(readers: number): { lock: AsyncRWLock; clock: VirtualClock; guards: LockGuard[] } {
  const clock = new VirtualClock();
  const lock = new AsyncRWLock({ name: "BTCUSDT" }, { clock });
  const guards = Array.from({ length: readers }, () => lock.tryAcquireRead()!);
  return { lock, clock, guards };
}

describe("upgrade", () => {
  it("makes a lone reader the writer at once, and resolves with its guard", async () => {
    const { lock, guards } = lockWithReaders(1);
    const upgrade = guards[0].upgrade();
    expect(lock.isWriteLocked).toBe(true);
    expect(await upgrade).toBe(guards[0]);
    expect(guards[0].mode).toBe("write");
    expect(await guards[0].upgrade()).toBe(guards[0]);
    expect(guards[0].release()).toBe(true);
    expect(lock.isWriteLocked).toBe(false);
  });

  it("keeps its read while it waits, lets no reader in, and goes before a writer in line", async () => {
    const { lock, guards } = lockWithReaders(2);
    const writer = lock.acquireWrite();
    const upgrade = guards[0].upgrade();
    expect(lock.tryAcquireRead()).toBeUndefined();
    expect([lock.readers, lock.queueLength]).toEqual([2, 2]);
    guards[1].release();
    expect(await upgrade).toBe(guards[0]);
    expect([lock.isWriteLocked, lock.queueLength]).toEqual([true, 1]);
    guards[0].release();
    expect((await writer).mode).toBe("write");
  });

  it("is refused at once while another waits, and leaves the read as it was", async () => {
    const { lock, guards } = lockWithReaders(2);
    const first = guards[0].upgrade();
    const second = guards[1].upgrade();
    await expect(second).rejects.toBeInstanceOf(LockUpgradeError);
    await expect(second).rejects.toMatchObject({
      code: "LOCK_UPGRADE",
      lock: "BTCUSDT",
      obstacle: "another upgrade",
    });
    await expect(guards[0].upgrade()).rejects.toMatchObject({ obstacle: "another upgrade" });
    expect(guards[1].mode).toBe("read");
    guards[1].release();
    expect((await first).mode).toBe("write");
    expect(lock.isWriteLocked).toBe(true);
  });

  it("gives up by time or signal, keeps the read, and lets in those it held back", async () => {
    const { lock, clock, guards } = lockWithReaders(2);
    await expect(guards[0].upgrade({ timeoutMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
    const timed = guards[0].upgrade({ timeoutMs: 5 });
    const reader = lock.acquireRead();
    clock.advanceBy(5);
    await expect(timed).rejects.toMatchObject({ mode: "write", timeoutMs: 5 });
    expect((await reader).isHeld).toBe(true);

    const controller = new AbortController();
    const aborted = guards[0].upgrade({ signal: controller.signal });
    controller.abort("enough");
    await expect(aborted).rejects.toBe("enough");
    await expect(guards[0].upgrade({ signal: controller.signal })).rejects.toBe("enough");
    expect([guards[0].mode, guards[0].isHeld, lock.readers]).toEqual(["read", true, 3]);
    await expect(guards[0].upgrade({ timeoutMs: -1 })).rejects.toBeInstanceOf(RangeError);
  });

  it("ends when its read is released, and is refused afterwards", async () => {
    const { lock, guards } = lockWithReaders(2);
    const upgrade = guards[0].upgrade();
    expect(guards[0].downgrade()).toBe(false);
    expect(guards[0].release()).toBe(true);
    await expect(upgrade).rejects.toMatchObject({ obstacle: "released" });
    await expect(guards[0].upgrade()).rejects.toMatchObject({ obstacle: "released" });
    expect([lock.readers, lock.queueLength]).toEqual([1, 0]);
  });
});

describe("downgrade", () => {
  it("lets in the readers who are next, and no further than the next writer", async () => {
    const lock = new AsyncRWLock();
    const guard = lock.tryAcquireWrite()!;
    const readers = [lock.acquireRead(), lock.acquireRead()];
    void lock.acquireWrite();
    void lock.acquireRead();
    expect(guard.downgrade()).toBe(true);
    expect([lock.readers, lock.queueLength, guard.mode]).toEqual([3, 2, "read"]);
    expect(guard.downgrade()).toBe(false);
    for (const reader of await Promise.all(readers)) reader.release();
    expect(guard.release()).toBe(true);
    expect(guard.downgrade()).toBe(false);
    expect(lock.isWriteLocked).toBe(true);
  });
});

describe("withUpgrade", () => {
  it("changes nothing, and takes no write, when the check finds nothing", async () => {
    const profiler = new LockProfiler();
    const lock = new AsyncRWLock({ observer: profiler });
    for (const found of [undefined, false] as const) {
      await expect(
        lock.withUpgrade(
          () => found,
          () => "changed",
        ),
      ).resolves.toBeUndefined();
    }
    expect(profiler.snapshot()[0].write.acquisitions).toBe(0);
    expect(lock.readers).toBe(0);
  });

  it("checks among readers, again as the writer, and changes what the second check found", async () => {
    const lock = new AsyncRWLock();
    const seen: string[] = [];
    const check = () => {
      seen.push(lock.isWriteLocked ? "check as writer" : "check as reader");
      return 0;
    };
    const changed = lock.withUpgrade(check, async (found) => {
      seen.push(`change ${found} ${lock.isWriteLocked}`);
      return "done";
    });
    await expect(changed).resolves.toBe("done");
    expect(seen).toEqual(["check as reader", "check as writer", "change 0 true"]);
    expect(lock.isWriteLocked).toBe(false);
  });

  it("changes once when many find the same to change, all at the same time", async () => {
    const lock = new AsyncRWLock();
    let value: number | undefined;
    let changes = 0;
    const check = async () => {
      await turn();
      return value === undefined;
    };
    const change = async () => {
      await turn();
      changes++;
      return (value = 7);
    };
    const calls = Array.from({ length: 8 }, () => lock.withUpgrade(check, change));
    const results = await Promise.all(calls);
    expect(changes).toBe(1);
    expect(results.filter((result) => result === 7)).toHaveLength(1);
    expect([lock.readers, lock.isWriteLocked, lock.queueLength]).toEqual([0, false, 0]);
  });

  it("releases when the check or the change fails, and fails as they do", async () => {
    const lock = new AsyncRWLock();
    const broken = new Error("broken");
    const fail = () => Promise.reject(broken);
    await expect(lock.withUpgrade(fail, () => 1)).rejects.toBe(broken);
    await expect(lock.withUpgrade(() => true, fail)).rejects.toBe(broken);
    expect(lock.tryAcquireWrite()?.isHeld).toBe(true);
  });

  it("limits all its waits together", async () => {
    const { lock, clock, guards } = lockWithReaders(0);
    const writer = lock.tryAcquireWrite()!;
    const reader = lock.acquireRead();
    const call = lock.withUpgrade(
      () => true,
      () => 1,
      { timeoutMs: 10 },
    );
    const outcome = expect(call).rejects.toMatchObject({
      code: "LOCK_TIMEOUT",
      timeoutMs: 10,
      message: expect.stringContaining("for write within 10 ms"),
    });
    clock.advanceBy(7);
    writer.release();
    await turn();
    expect([lock.readers, lock.queueLength, guards.length]).toEqual([2, 1, 0]);
    clock.advanceBy(2.5);
    expect(lock.queueLength).toBe(1);
    clock.advanceBy(0.5);
    await outcome;
    expect((await reader).release()).toBe(true);
    expect(lock.readers).toBe(0);
  });
});
