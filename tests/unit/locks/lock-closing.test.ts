import { describe, expect, it } from "vitest";
import { ClosedError } from "../../../src/errors.ts";
import { AsyncRWLock } from "../../../src/locks/index.ts";

describe("close", () => {
  it("rejects who waits and who comes later with its reason, and lets who is inside finish", async () => {
    const lock = new AsyncRWLock({ name: "BTCUSDT" });
    const reader = await lock.acquireRead();
    const other = await lock.acquireRead();
    const waiting = [lock.acquireWrite(), lock.acquireRead(), reader.upgrade(), lock.withWrite(() => 1)];
    const reason = new Error("shutting down");
    lock.close(reason);
    lock.close(new Error("too late to count"));
    expect([lock.isClosed, lock.queueLength, lock.readers]).toEqual([true, 0, 2]);
    for (const call of waiting) await expect(call).rejects.toBe(reason);
    await expect(lock.acquireRead()).rejects.toBe(reason);
    await expect(lock.withWrite(() => 1)).rejects.toBe(reason);
    await expect(reader.upgrade()).rejects.toBe(reason);
    expect(() => lock.tryAcquireRead()).toThrow(reason);
    expect(() => lock.tryAcquireWrite()).toThrow(reason);
    expect([reader.release(), other.release()]).toEqual([true, true]);
    expect(() => lock.tryAcquireWrite()).toThrow(reason);
  });

  it("lets a writer downgrade, and names the lock when no reason is given", async () => {
    const lock = new AsyncRWLock({ name: "BTCUSDT" });
    const writer = await lock.acquireWrite();
    lock.close();
    expect(writer.downgrade()).toBe(true);
    expect(lock.readers).toBe(1);
    await expect(lock.acquireRead()).rejects.toBeInstanceOf(ClosedError);
    await expect(lock.acquireRead()).rejects.toThrow('lock "BTCUSDT" is closed');
  });
});

describe("whenIdle", () => {
  it("resolves at once when nobody is inside", async () => {
    await expect(new AsyncRWLock().whenIdle()).resolves.toBeUndefined();
  });

  it("resolves when the last has left, also after closing, for all who asked", async () => {
    const lock = new AsyncRWLock();
    const writer = await lock.acquireWrite();
    const reader = lock.acquireRead();
    let idle = 0;
    const asked = [lock.whenIdle(), lock.whenIdle()].map((call) => call.then(() => idle++));
    writer.release();
    await reader;
    lock.close();
    expect(idle).toBe(0);
    (await reader).release();
    await Promise.all(asked);
    expect(idle).toBe(2);
  });
});
