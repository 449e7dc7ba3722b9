import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { AsyncRWLock, NOT_FREE } from "../../../src/locks/index.ts";
import { LockProfiler } from "../../../src/profiling/index.ts";

const lockOf = (trackOwners: boolean) => new AsyncRWLock({ name: "BTCUSDT", trackOwners });

describe.each([{ trackOwners: false }, { trackOwners: true }])(
  "tryWithRead and tryWithWrite, with $trackOwners for trackOwners",
  ({ trackOwners }) => {
    it("return what the body returns, which runs under the lock, and release it", () => {
      const lock = lockOf(trackOwners);
      const asReader = lock.tryWithRead(() => [lock.readers, lock.isWriteLocked, lock.tryAcquireWrite()]);
      expect(asReader).toEqual([1, false, undefined]);
      const asWriter = lock.tryWithWrite(() => [lock.readers, lock.isWriteLocked, lock.tryAcquireRead()]);
      expect(asWriter).toEqual([0, true, undefined]);
      expect(lock.tryWithRead(() => undefined)).toBeUndefined();
      expect(lock.tryWithWrite(() => null)).toBeNull();
      expect(lock.tryAcquireWrite()?.release()).toBe(true);
    });

    it("return NOT_FREE, and run nothing, when the lock is not free or somebody waits", async () => {
      const lock = lockOf(trackOwners);
      let runs = 0;
      const body = () => ++runs;
      const reader = await lock.acquireRead();
      expect(lock.tryWithWrite(body)).toBe(NOT_FREE);
      const writer = lock.acquireWrite();
      expect(lock.tryWithRead(body)).toBe(NOT_FREE);
      reader.release();
      expect([lock.tryWithRead(body), lock.tryWithWrite(body)]).toEqual([NOT_FREE, NOT_FREE]);
      (await writer).release();
      expect(runs).toBe(0);
      expect(lock.tryWithRead(body)).toBe(1);
    });

    it("release, and throw on, what the body throws", () => {
      const lock = lockOf(trackOwners);
      const broken = new Error("body");
      const fail = () => {
        throw broken;
      };
      expect(() => lock.tryWithRead(fail)).toThrow(broken);
      expect(() => lock.tryWithWrite(fail)).toThrow(broken);
      expect(lock.tryAcquireWrite()?.release()).toBe(true);
    });

    it("release when the result throws as it is looked at", () => {
      const lock = lockOf(trackOwners);
      const { proxy, revoke } = Proxy.revocable({}, {});
      revoke();
      expect(() => lock.tryWithRead(() => proxy)).toThrow(TypeError);
      expect(() => lock.tryWithWrite(() => proxy)).toThrow(TypeError);
      expect(lock.tryAcquireWrite()?.release()).toBe(true);
    });

    it("let in who came to wait while the body ran", async () => {
      const lock = lockOf(trackOwners);
      let waiting: Promise<unknown> | undefined;
      lock.tryWithWrite(() => {
        waiting = lock.acquireRead();
      });
      expect(lock.readers).toBe(Number(!trackOwners));
      // Whatever a body starts belongs to its owner, who would wait for itself.
      if (trackOwners) await expect(waiting).rejects.toMatchObject({ code: "LOCK_REENTRY" });
      else await expect(waiting).resolves.toMatchObject({ mode: "read" });
    });

    it("throw the reason of close once the lock is closed", () => {
      const lock = lockOf(trackOwners);
      const reason = new Error("shutting down");
      expect(lock.tryWithWrite(() => lock.close(reason))).toBeUndefined();
      expect(() => lock.tryWithRead(() => 1)).toThrow(reason);
      expect(() => lock.tryWithWrite(() => 1)).toThrow(reason);
      expect(lock.isWriteLocked).toBe(false);
    });

    it("refuse a body that returns a promise, and hold until that settles", async () => {
      const lock = lockOf(trackOwners);
      let finish: () => void = () => {};
      const lingering = () => new Promise<void>((resolve) => (finish = resolve));
      // @ts-expect-error -- its type says that it is asynchronous
      expect(() => lock.tryWithWrite(lingering)).toThrow(TypeError);
      expect(lock.isWriteLocked).toBe(true);
      const waiting = lock.acquireRead();
      finish();
      expect((await waiting).release()).toBe(true);
      expect(lock.isWriteLocked).toBe(false);

      // oxlint-disable-next-line unicorn/no-thenable -- a thenable is what this is about
      const thenable = (): unknown => ({ then: (onDone: () => void) => onDone() });
      expect(() => lock.tryWithRead(thenable)).toThrow("use withRead or withWrite");
      await new Promise(setImmediate);
      expect(lock.readers).toBe(0);
    });
  },
);

describe("tryWithRead", () => {
  it("tells an observer of its hold as of any other, and of what it did not get", async () => {
    const clock = new VirtualClock();
    const profiler = new LockProfiler({ timeOneHoldIn: 1 });
    const lock = new AsyncRWLock({ observer: profiler }, { clock });
    lock.tryWithRead(() => clock.advanceBy(5));
    const writer = await lock.acquireWrite();
    expect(lock.tryWithRead(() => 1)).toBe(NOT_FREE);
    writer.release();
    const [{ read }] = profiler.snapshot();
    expect(read).toMatchObject({ acquisitions: 1, refused: 1, contended: 0 });
    expect(read.hold).toMatchObject({ count: 1, maxMs: 5 });
  });

  it("lets the rejection of a body that was no synchronous one surface", async () => {
    const lock = new AsyncRWLock();
    const broken = new Error("body");
    const unhandled = new Promise((resolve) => {
      const handlers = process.listeners("unhandledRejection");
      process.removeAllListeners("unhandledRejection");
      process.once("unhandledRejection", (reason) => {
        for (const handler of handlers) process.on("unhandledRejection", handler);
        resolve(reason);
      });
    });
    const body = (): unknown => Promise.reject(broken);
    expect(() => lock.tryWithRead(body)).toThrow(TypeError);
    expect(await unhandled).toBe(broken);
    expect(lock.readers).toBe(0);
  });

  it("takes a body of any type that is no promise", () => {
    const lock = new AsyncRWLock();
    const numberOrNothing: number | undefined | typeof NOT_FREE = lock.tryWithRead(() =>
      lock.readers > 0 ? 7 : undefined,
    );
    expect(numberOrNothing).toBe(7);
    const untyped = (): ReturnType<typeof JSON.parse> => JSON.parse("[1]");
    expect(lock.tryWithRead(untyped)).toEqual([1]);
    const mixed = (): number | Promise<number> => 1;
    // @ts-expect-error -- it may be a promise
    expect(lock.tryWithRead(mixed)).toBe(1);
  });
});
