import { describe, expect, it } from "vitest";
import { AsyncRWLock, LockReentryError } from "../../../src/locks/index.ts";

const tracked = () => new AsyncRWLock({ name: "BTCUSDT", trackOwners: true });

describe("trackOwners", () => {
  it("reports a read inside the own write", async () => {
    const lock = tracked();
    const call = lock.withWrite(() => lock.withRead(() => 1));
    await expect(call).rejects.toBeInstanceOf(LockReentryError);
    await expect(call).rejects.toMatchObject({
      code: "LOCK_REENTRY",
      lock: "BTCUSDT",
      held: "write",
      mode: "read",
    });
    expect(lock.tryAcquireWrite()?.isHeld).toBe(true);
  });

  it("reports a write inside the own read or write, by any call and after any await", async () => {
    const lock = tracked();
    const later = lock.withRead(async () => {
      await new Promise(setImmediate);
      await lock.acquireWrite({ timeoutMs: 1_000 });
    });
    await expect(later).rejects.toMatchObject({ held: "read", mode: "write" });
    await expect(lock.withWrite(() => lock.withWrite(() => 1))).rejects.toBeInstanceOf(LockReentryError);
    const upgrade = lock.withRead(() =>
      lock.withUpgrade(
        () => true,
        () => 1,
      ),
    );
    await expect(upgrade).rejects.toMatchObject({ held: "read", mode: "write" });
    expect(lock.tryAcquireWrite()?.isHeld).toBe(true);
  });

  it("reports a read inside the own read behind a writer, and grants one where nobody waits", async () => {
    const lock = tracked();
    await expect(lock.withRead(() => lock.withRead(() => 7))).resolves.toBe(7);
    let writer: Promise<number> | undefined;
    let queue: () => void = () => {};
    const outside = new Promise<void>((resolve) => (queue = resolve)).then(() => {
      writer = lock.withWrite(() => 1);
    });
    const reader = lock.withRead(async () => {
      queue();
      await outside;
      await lock.withRead(() => 2);
    });
    await expect(reader).rejects.toMatchObject({ held: "read", mode: "read" });
    await expect(writer).resolves.toBe(1);
  });

  it("knows tasks apart, holds that have ended, and other locks", async () => {
    const lock = tracked();
    const other = tracked();
    let left: Promise<number> | undefined;
    await lock.withWrite(() => {
      left = new Promise(setImmediate).then(() => lock.withWrite(() => 3));
      return other.withWrite(() => 1);
    });
    await expect(left).resolves.toBe(3);
    const both = [lock.withWrite(() => new Promise(setImmediate)), lock.withWrite(() => 4)];
    await expect(Promise.all(both)).resolves.toHaveLength(2);
  });

  it("lets a call change what it checked itself, though others wait", async () => {
    const lock = tracked();
    const calls = [1, 2, 3].map((value) =>
      lock.withUpgrade(
        () => new Promise<boolean>((resolve) => setImmediate(resolve, true)),
        () => value,
      ),
    );
    await expect(Promise.all(calls)).resolves.toEqual([1, 2, 3]);
  });
});
