/**
 * What does a wait cost that may give up? 1,000 waiters with a time limit or a signal, granted or not, against what a
 * promise with a timer, or with a listener, costs by itself. After each batch nobody may be left in the queue.
 */
import { AsyncRWLock, type LockWaitOptions } from "../../src/locks/index.ts";
import {
  type Candidate,
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  type Measurement,
  pairedRatio,
} from "../harness.ts";
import { loadLockPeers, type PeerLock } from "./lock-peers.ts";

const WAITERS = 1_000;

/** A lock that is held while `during` runs. */
async function whileHeld(lock: PeerLock, during: () => Promise<void> | void): Promise<void> {
  let leave!: () => void;
  const left = new Promise<void>((resolve) => (leave = resolve));
  let isInside!: () => void;
  const entered = new Promise<void>((resolve) => (isInside = resolve));
  const holder = lock.write(() => {
    isInside();
    return left;
  });
  await entered;
  await during();
  leave();
  await holder;
}

/** Throws unless all `expected` callers ended, with the lock or without it. */
class Endings {
  granted = 0;
  gaveUp = 0;

  expect(granted: number, gaveUp: number): void {
    if (this.granted !== granted || this.gaveUp !== gaveUp) {
      throw new Error(
        `${this.granted} were granted and ${this.gaveUp} gave up, not ${granted} and ${gaveUp}`,
      );
    }
  }
}

function callers(lock: PeerLock, endings: Endings, wait: LockWaitOptions): Promise<void>[] {
  return Array.from({ length: WAITERS }, () =>
    lock
      .write(async () => {
        endings.granted++;
      }, wait)
      .then(
        () => undefined,
        () => {
          endings.gaveUp++;
        },
      ),
  );
}

const timedOut = (name: string, lock: PeerLock): Candidate => ({
  name,
  ops: WAITERS,
  run: () =>
    whileHeld(lock, async () => {
      const endings = new Endings();
      await Promise.all(callers(lock, endings, { timeoutMs: 2 }));
      endings.expect(0, WAITERS);
    }),
});

const aborted = (name: string, lock: PeerLock): Candidate => ({
  name,
  ops: WAITERS,
  run: () =>
    whileHeld(lock, async () => {
      const endings = new Endings();
      const aborter = new AbortController();
      const waiting = callers(lock, endings, { signal: aborter.signal });
      aborter.abort();
      await Promise.all(waiting);
      endings.expect(0, WAITERS);
    }),
});

const granted = (name: string, lock: PeerLock, wait: () => LockWaitOptions): Candidate => ({
  name,
  ops: WAITERS,
  async run() {
    const endings = new Endings();
    let waiting: Promise<void>[] = [];
    await whileHeld(lock, () => {
      waiting = callers(lock, endings, wait());
    });
    await Promise.all(waiting);
    endings.expect(WAITERS, 0);
  },
});

const promiseAndTimer: Candidate = {
  name: "floor: promise and timer",
  ops: WAITERS,
  async run() {
    await Promise.all(
      Array.from({ length: WAITERS }, async () => {
        try {
          await new Promise((_, reject) => setTimeout(reject, 2));
        } catch {
          // A wait that gives up rejects.
        }
      }),
    );
  },
};

const promiseAndListener: Candidate = {
  name: "floor: promise and listener",
  ops: WAITERS,
  async run() {
    const aborter = new AbortController();
    const waiting = Array.from({ length: WAITERS }, async () => {
      try {
        await new Promise((_, reject) => aborter.signal.addEventListener("abort", reject, { once: true }));
      } catch {
        // As above.
      }
    });
    aborter.abort();
    await Promise.all(waiting);
  },
};

function ownLock(): PeerLock {
  const lock = new AsyncRWLock();
  return {
    read: (work, wait) => lock.withRead(work, wait),
    write: (work, wait) => lock.withWrite(work, wait),
  };
}

const peers = await loadLockPeers();
const peerLock = (name: string): PeerLock => peers.find((peer) => peer.name === name)!.create();

function table(measured: readonly Measurement[], target: string): string {
  const [floor] = measured;
  return markdownTable(
    ["waiter", "CPU", "× floor", "target"],
    measured.map((each, i) => [
      each.name,
      formatNs(each.nsPerOp),
      formatRatio(pairedRatio(each, floor)),
      i === 1 ? target : "",
    ]),
  );
}

console.log(`CPU time of one of 1,000 waiters, from the call to its end. ${environment()}\n`);
const timeouts = await measure([
  promiseAndTimer,
  timedOut("timed out", ownLock()),
  ...["await-lock", "async-mutex", "async-lock"].map((name) =>
    timedOut(`timed out, ${name}`, peerLock(name)),
  ),
]);
console.log(table(timeouts, "≤ 1.20 ×"));
const aborts = await measure([
  promiseAndListener,
  aborted("aborted by one signal", ownLock()),
  ...["prex", "async-primitives"].map((name) => aborted(`aborted by one signal, ${name}`, peerLock(name))),
]);
console.log(`\n${table(aborts, "≤ 1.20 ×")}`);
const grants = await measure([
  granted("floor: granted, no limit", ownLock(), () => ({})),
  granted("granted, time limit", ownLock(), () => ({ timeoutMs: 60_000 })),
  granted("granted, one signal", ownLock(), () => ({ signal: new AbortController().signal })),
]);
console.log(`\n${table(grants, "≤ 1.15 ×")}`);
