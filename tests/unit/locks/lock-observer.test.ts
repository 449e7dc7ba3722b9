import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import {
  AsyncRWLock,
  GrantCounts,
  type LockHooks,
  type LockIdentity,
  type LockMoment,
  type LockObserver,
} from "../../../src/locks/index.ts";

/** Writes down what it is told, one line a call; its notes are numbers, in the order in which it made them. */
class Transcript implements LockObserver {
  readonly lines: string[] = [];
  readonly grants = new GrantCounts();
  #notes = 0;

  constructor(untilFollowed: number) {
    this.grants.untilFollowed = untilFollowed;
  }

  register(lock: LockIdentity): LockHooks<number, number> {
    const note = (line: string) => (this.lines.push(line), ++this.#notes);
    note(`register ${lock.name}, ${lock.readers} inside, ${lock.queueLength} waiting`);
    const at = ({ nowMs, inside }: LockMoment) => `at ${nowMs}, ${inside} inside`;
    return {
      tally: { grants: this.grants },
      onFollowed: (mode, isTimed, moment, site) =>
        note(`followed ${mode} ${at(moment)}, ${isTimed ? "timed" : "not timed"}${site ? ` ${site}` : ""}`),
      onRefused: (mode) => void note(`refused ${mode}`),
      onQueued: (mode, length, moment, site) =>
        note(`queued ${mode} ${length} ${at(moment)}${site ? ` ${site}` : ""}`),
      onGrantedAfterWait: (mode, wait, moment) => note(`granted ${mode} of ${wait} ${at(moment)}`),
      onResumed: (wait, nowMs) => void note(`resumed ${wait} at ${nowMs}`),
      onTimeout: (mode, wait, moment) => void note(`timeout ${mode} of ${wait} ${at(moment)}`),
      onAbort: (mode, wait, moment) => void note(`abort ${mode} of ${wait} ${at(moment)}`),
      onUpgraded: (hold, wait, moment) => note(`upgraded ${hold} of ${wait} ${at(moment)}`),
      onDowngraded: (hold, moment) => note(`downgraded ${hold} ${at(moment)}`),
      onReleased: (mode, hold, moment) => void note(`released ${mode} ${hold} ${at(moment)}`),
    };
  }
}

function observedLock(untilFollowed = 0): { lock: AsyncRWLock; clock: VirtualClock; transcript: Transcript } {
  const clock = new VirtualClock();
  const transcript = new Transcript(untilFollowed);
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
      "followed read at 0, 1 inside, timed",
      "followed read at 0, 2 inside, timed",
      "queued write 1 at 0, 2 inside",
      "queued read 2 at 0, 2 inside",
      "refused write",
      "released read 2 at 5, 1 inside",
      "released read 3 at 7, 0 inside",
      "granted write of 4 at 7, 1 inside",
      "resumed 4 at 10",
      "released write 9 at 10, 0 inside",
      "granted read of 5 at 10, 1 inside",
      "resumed 5 at 10",
      "released read 12 at 10, 0 inside",
    ]);
    expect(transcript.grants).toMatchObject({ read: 2, write: 0, maxReaders: 2 });
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
      "queued write 1 at 0, 1 inside",
      "timeout write of 3 at 0, 1 inside",
      "queued write 1 at 0, 1 inside",
      "queued read 2 at 0, 1 inside",
      "queued write 3 at 0, 1 inside",
      "timeout write of 5 at 4, 1 inside",
      "granted read of 6 at 4, 2 inside",
      "abort write of 7 at 5, 2 inside",
      "resumed 6 at 5",
    ]);
  });

  it("is told of upgrades and downgrades, with what it noted of the hold", async () => {
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
      "queued write 1 at 1, 2 inside",
      "refused write",
      "released read 3 at 3, 1 inside",
      "upgraded 2 of 4 at 3, 1 inside",
      "resumed 4 at 3",
      "downgraded 7 at 7, 1 inside",
      "upgraded 9 of undefined at 15, 1 inside",
      "released write 10 at 15, 0 inside",
    ]);
  });

  it("follows the holds it asks for, those of a site, and those while others wait; the rest is counted", async () => {
    const { lock, transcript } = observedLock(3);
    lock.tryAcquireRead()?.release();
    await lock.withRead(() => {});
    lock.tryAcquireRead()?.release();
    transcript.grants.untilFollowed = 2 ** 30;
    await lock.withWrite(() => {}, { site: "strategy" });
    const held = await lock.acquireRead();
    const waiting = lock.acquireWrite({ site: "writer" });
    held.release();
    (await waiting).release();
    expect(transcript.lines.slice(1)).toEqual([
      "followed read at 0, 1 inside, timed",
      "released read 2 at 0, 0 inside",
      "followed write at NaN, 1 inside, not timed strategy",
      "released write 4 at 0, 0 inside",
      "queued write 1 at 0, 1 inside writer",
      "released read undefined at 0, 0 inside",
      "granted write of 6 at 0, 1 inside",
      "resumed 6 at 0",
      "released write 8 at 0, 0 inside",
    ]);
    expect(transcript.grants).toMatchObject({ read: 4, write: 1 });
  });

  it("is told nothing while it is off, and of what it knows of afterwards", async () => {
    const { lock, transcript } = observedLock();
    const known = await lock.acquireRead();
    const waiting = lock.acquireWrite();
    transcript.grants.isOn = false;
    const unknown = lock.acquireRead();
    known.release();
    (await waiting).release();
    (await unknown).release();
    await lock.withWrite(() => {}, { site: "strategy" });
    expect(transcript.lines.slice(1)).toEqual([
      "followed read at 0, 1 inside, timed",
      "queued write 1 at 0, 1 inside",
      "released read 2 at 0, 0 inside",
      "granted write of 3 at 0, 1 inside",
      "resumed 3 at 0",
      "released write 5 at 0, 0 inside",
    ]);
    expect(transcript.grants).toMatchObject({ read: 1, write: 0 });
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
    const grants = new GrantCounts();
    grants.untilFollowed = 0;
    // A note for each wait, so that the lock goes on telling of it.
    const hooks: LockHooks = {
      tally: { grants },
      onFollowed: broken("onFollowed"),
      onRefused: broken("onRefused"),
      onQueued: () => 1,
      onGrantedAfterWait: broken("onGrantedAfterWait"),
      onResumed: broken("onResumed"),
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
    const breaking = Object.keys(hooks).filter((name) => name !== "tally" && name !== "onQueued");
    expect(hooksThatBroke).toEqual(new Set(breaking));
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
