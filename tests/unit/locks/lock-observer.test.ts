import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import {
  AsyncRWLock,
  type LockHooks,
  type LockIdentity,
  type LockObserver,
} from "../../../src/locks/index.ts";

/** Writes down what it is told, one line a call. */
class Transcript implements LockObserver {
  readonly lines: string[] = [];
  isTiming = true;

  register(lock: LockIdentity): LockHooks {
    const note = (line: string) => void this.lines.push(line);
    note(`register ${lock.name}, ${lock.readers} inside, ${lock.queueLength} waiting`);
    return {
      onGranted: (mode, readers) => (note(`granted ${mode} ${readers}`), this.isTiming),
      onRefused: (mode) => note(`refused ${mode}`),
      onQueued: (mode, length) => note(`queued ${mode} ${length}`),
      onGrantedAfterWait: (mode, readers, ms) => (
        note(`granted ${mode} ${readers} after ${ms}`),
        this.isTiming
      ),
      onTimeout: (mode, ms) => note(`timeout ${mode} after ${ms}`),
      onAbort: (mode, ms) => note(`abort ${mode} after ${ms}`),
      onUpgraded: (ms, waitMs) => (note(`upgraded after ${ms}, waited ${waitMs}`), this.isTiming),
      onDowngraded: (ms) => (note(`downgraded after ${ms}`), this.isTiming),
      onReleased: (mode, ms) => note(`released ${mode} after ${ms}`),
    };
  }
}

function observedLock(): { lock: AsyncRWLock; clock: VirtualClock; transcript: Transcript } {
  const clock = new VirtualClock();
  const transcript = new Transcript();
  return { lock: new AsyncRWLock({ name: "ETHUSDT", observer: transcript }, { clock }), clock, transcript };
}

describe("an observer of AsyncRWLock", () => {
  it("is told of holds and waits in the order they happen", async () => {
    const { lock, clock, transcript } = observedLock();
    const first = lock.tryAcquireRead();
    const second = await lock.acquireRead();
    const writer = lock.acquireWrite();
    const reader = lock.acquireRead();
    expect(lock.tryAcquireWrite()).toBeUndefined();
    clock.advanceBy(5);
    first?.release();
    clock.advanceBy(2);
    second.release();
    clock.advanceBy(3);
    (await writer).release();
    (await reader).release();
    expect(transcript.lines).toEqual([
      "register ETHUSDT, 0 inside, 0 waiting",
      "granted read 1",
      "granted read 2",
      "queued write 1",
      "queued read 2",
      "refused write",
      "released read after 5",
      "released read after 7",
      "granted write 0 after 7",
      "released write after 3",
      "granted read 1 after 10",
      "released read after 0",
    ]);
  });

  it("is told of waits that gave up, before those they held back are let in", async () => {
    const { lock, clock, transcript } = observedLock();
    await lock.acquireRead();
    const controller = new AbortController();
    const calls = [
      lock.acquireWrite({ timeoutMs: 0 }),
      lock.acquireWrite({ timeoutMs: 4 }),
      lock.acquireRead(),
      lock.acquireWrite({ signal: controller.signal }),
      lock.acquireWrite({ signal: AbortSignal.abort() }),
    ];
    clock.advanceBy(4);
    clock.advanceBy(1);
    controller.abort();
    await Promise.allSettled(calls);
    expect(transcript.lines.slice(2)).toEqual([
      "queued write 1",
      "timeout write after 0",
      "queued write 1",
      "queued read 2",
      "queued write 3",
      "timeout write after 4",
      "granted read 2 after 4",
      "abort write after 5",
    ]);
  });

  it("is told of upgrades and downgrades, with the time of each part of the hold", async () => {
    const { lock, clock, transcript } = observedLock();
    const guard = await lock.acquireRead();
    const other = await lock.acquireRead();
    clock.advanceBy(1);
    const upgrade = guard.upgrade();
    await expect(other.upgrade()).rejects.toThrow("each would wait for the other");
    clock.advanceBy(2);
    other.release();
    await upgrade;
    clock.advanceBy(4);
    guard.downgrade();
    clock.advanceBy(8);
    await guard.upgrade();
    guard.release();
    expect(transcript.lines.slice(3)).toEqual([
      "queued write 1",
      "refused write",
      "released read after 3",
      "upgraded after 3, waited 2",
      "downgraded after 4",
      "upgraded after 8, waited NaN",
      "released write after 0",
    ]);
  });

  it("may leave holds untimed, which reads no clock", async () => {
    const { lock, transcript } = observedLock();
    transcript.isTiming = false;
    await lock.withWrite(() => {});
    expect(transcript.lines.slice(1)).toEqual(["granted write 0", "released write after NaN"]);
  });

  it("reads no clock on the way in or out when there is none", async () => {
    let readings = 0;
    const clock = { now: () => ++readings, setTimer: () => ({ cancel() {} }) };
    const lock = new AsyncRWLock({}, { clock });
    lock.tryAcquireRead()?.release();
    (await lock.acquireWrite({ timeoutMs: 5 })).release();
    await lock.withRead(() => {});
    expect(readings).toBe(0);
  });

  it("cannot break the lock: what it throws surfaces as an uncaught error, and everybody is still let in", async () => {
    const broken = (hook: string) => (): never => {
      throw new Error(`observer broke in ${hook}`);
    };
    const hooks: LockHooks = {
      onGranted: broken("onGranted"),
      onRefused: broken("onRefused"),
      onQueued: broken("onQueued"),
      onGrantedAfterWait: broken("onGrantedAfterWait"),
      onTimeout: broken("onTimeout"),
      onAbort: broken("onAbort"),
      onUpgraded: broken("onUpgraded"),
      onDowngraded: broken("onDowngraded"),
      onReleased: broken("onReleased"),
    };
    const uncaught = await uncaughtDuring(async () => {
      const clock = new VirtualClock();
      const lock = new AsyncRWLock({ observer: { register: () => hooks } }, { clock });
      const controller = new AbortController();
      const holder = await lock.acquireWrite();
      expect(lock.tryAcquireRead()).toBeUndefined();
      const timedOut = lock.acquireWrite({ timeoutMs: 1 });
      const aborted = lock.acquireWrite({ signal: controller.signal });
      const readers = [lock.acquireRead(), lock.acquireRead()];
      clock.advanceBy(1);
      controller.abort();
      await Promise.allSettled([timedOut, aborted]);
      holder.release();
      for (const guard of await Promise.all(readers)) guard.release();
      const upgraded = await (await lock.acquireRead()).upgrade();
      upgraded.downgrade();
      upgraded.release();
      expect(lock.tryAcquireWrite()?.release()).toBe(true);
    });
    const hooksThatBroke = new Set(uncaught.map((error) => error.message.replace("observer broke in ", "")));
    expect(hooksThatBroke).toEqual(new Set(Object.keys(hooks)));
  });
});

/** Runs `scene` with the process's own handlers of uncaught errors set aside. */
async function uncaughtDuring(scene: () => Promise<void>): Promise<Error[]> {
  const handlers = process.listeners("uncaughtException");
  const errors: Error[] = [];
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => errors.push(error));
  try {
    await scene();
    await new Promise(setImmediate);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const handler of handlers) process.on("uncaughtException", handler);
  }
  return errors;
}
