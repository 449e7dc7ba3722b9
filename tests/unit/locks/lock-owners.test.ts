import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { AsyncRWLock, LockReentryError, LockTimeoutError } from "../../../src/locks/index.ts";

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

  it("does not report a call that allows no time, which waits for nobody", async () => {
    const lock = tracked();
    await lock.withRead(async () => {
      const guard = await lock.acquireRead({ timeoutMs: 0 });
      await expect(guard.upgrade({ timeoutMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
      expect(guard.release()).toBe(true);
      await expect(lock.withWrite(() => 1, { timeoutMs: 0 })).rejects.toBeInstanceOf(LockTimeoutError);
      await expect(lock.withWrite(() => 1, { timeoutMs: 1 })).rejects.toBeInstanceOf(LockReentryError);
    });
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

describe("TICKFRAME_TRACK_OWNERS", () => {
  /** How a write within a write ends in a process with that setting, by the lock's default or its own option. */
  function codesIn(setting: string | undefined): string {
    const program = `
      import { AsyncRWLock } from ${JSON.stringify(new URL("../../../src/locks/index.ts", import.meta.url))};
      const code = (lock) => lock.withWrite(() => lock.withWrite(() => 1, { timeoutMs: 1 })).catch((error) => error.code);
      const locks = [{}, { trackOwners: true }, { trackOwners: false }].map((options) => new AsyncRWLock(options));
      console.log((await Promise.all(locks.map(code))).join(" "));
    `;
    const env = { ...process.env, TICKFRAME_TRACK_OWNERS: setting };
    const args = ["--input-type=module", "--eval", program];
    return execFileSync(process.execPath, args, { encoding: "utf8", env }).trim();
  }

  it("of 1 turns tracking on for locks that do not say, and nothing else does", () => {
    expect(codesIn("1")).toBe("LOCK_REENTRY LOCK_REENTRY LOCK_TIMEOUT");
    expect(codesIn(undefined)).toBe("LOCK_TIMEOUT LOCK_REENTRY LOCK_TIMEOUT");
    expect(codesIn("0")).toBe("LOCK_TIMEOUT LOCK_REENTRY LOCK_TIMEOUT");
  });

  it("is 1 in this test run", async () => {
    const lock = new AsyncRWLock();
    await expect(lock.withRead(() => lock.withWrite(() => 1))).rejects.toBeInstanceOf(LockReentryError);
  });
});
