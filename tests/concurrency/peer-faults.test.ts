import { describe, expect, it } from "vitest";
import {
  arePeersInstalled,
  loadAsyncLock,
  loadLockPeers,
  loadPeer,
  type LockPeer,
  type PeerLock,
  tickframe,
  webLocks,
} from "../../bench/locks/lock-peers.ts";
import { AsyncRWLock, type LockGuard, LockManager, type LockMode } from "../../src/locks/index.ts";

/** Longer than any of the scenes needs where the fault is not. */
const PATIENCE_TURNS = 3_000;

interface Fault {
  readonly what: string;
  /** Whether the lock has it. */
  readonly shows: (create: LockPeer["create"]) => Promise<boolean>;
  /** Names of the peers that have it. */
  readonly peers: readonly string[];
}

function turn(): Promise<void> {
  return new Promise(setImmediate);
}

/** Whether `isDone` came true within some turns of the event loop. */
async function within(turns: number, isDone: () => boolean): Promise<boolean> {
  for (let i = 0; i < turns && !isDone(); i++) await turn();
  return isDone();
}

interface Held {
  /** Ends when the lock took the work back; the rejection of one that gave up is its own. */
  readonly call: Promise<unknown>;
  isInside: boolean;
  isOver: boolean;
  leave(): void;
}

/** Asks for the lock, and once inside stays there until told to leave. */
function hold(lock: PeerLock, mode: LockMode, wait?: Parameters<PeerLock["read"]>[1]): Held {
  let leave!: () => void;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const work = () => {
    held.isInside = true;
    return left;
  };
  const held: Held = { call: Promise.resolve(), isInside: false, isOver: false, leave: () => leave() };
  const over = (): void => {
    held.isInside = false;
    held.isOver = true;
  };
  Object.assign(held, { call: lock[mode](work, wait).then(over, over) });
  return held;
}

/** Whether one of `mode` never enters while `rivals` of the other mode come and go. */
async function starves(create: LockPeer["create"], mode: LockMode, rivals: number): Promise<boolean> {
  for (const asksAgain of ["before it leaves", "after it left"] as const) {
    if (await starvesWhen(create, mode, rivals, asksAgain)) return true;
  }
  return false;
}

async function starvesWhen(
  create: LockPeer["create"],
  mode: LockMode,
  rivals: number,
  asksAgain: "before it leaves" | "after it left",
): Promise<boolean> {
  const lock = create();
  const enter = mode === "read" ? lock.write : lock.read;
  const calls: Promise<unknown>[] = [];
  let isEnding = false;
  const work = async () => {
    await turn();
    await turn();
    if (!isEnding && asksAgain === "before it leaves") calls.push(enter(work));
  };
  const rival = async (): Promise<void> => {
    await enter(work);
    if (!isEnding && asksAgain === "after it left") calls.push(rival());
  };
  for (let i = 0; i < rivals; i++) {
    calls.push(rival());
    await turn();
  }
  let isServed = false;
  const served = lock[mode](async () => {
    isServed = true;
  });
  const isStarved = !(await within(PATIENCE_TURNS, () => isServed));
  isEnding = true;
  await served;
  // Calls that ask again add to the list while it is awaited.
  for (let i = 0; i < calls.length; i++) await calls[i];
  return isStarved;
}

/** Whether a caller that waits without a limit is lost when its neighbour's time is over. */
async function isLostToTimeout(
  create: LockPeer["create"],
  order: readonly ("patient" | "short")[],
): Promise<boolean> {
  const lock = create();
  const holder = hold(lock, "write");
  await within(50, () => holder.isInside);
  const waiting = order.map((kind) => hold(lock, "write", kind === "short" ? { timeoutMs: 1 } : undefined));
  await waiting[order.indexOf("short")].call;
  holder.leave();
  return !(await within(50, () => waiting[order.indexOf("patient")].isInside));
}

/** CPU ms that `count` writers take to queue and leave one after the other. */
async function drainMs(create: LockPeer["create"], count: number): Promise<number> {
  const lock = create();
  const holder = hold(lock, "write");
  await within(50, () => holder.isInside);
  const before = process.cpuUsage();
  const waiting = Array.from({ length: count }, () => lock.write(async () => {}));
  holder.leave();
  await Promise.all(waiting);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** Runs the scene, and returns what it left unhandled, which the runner would take for failures of its own. */
async function unhandledIn(scene: () => Promise<void>): Promise<unknown[]> {
  const unhandled: unknown[] = [];
  const collect = (reason: unknown) => unhandled.push(reason);
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
  await scene();
  await turn();
  process.removeAllListeners("unhandledRejection");
  for (const other of others) process.on("unhandledRejection", other);
  return unhandled;
}

/** CPU ms that 1,000 more waiters cost; they are let through afterwards. */
async function enqueueMs(create: LockPeer["create"], alreadyWaiting: number): Promise<number> {
  const lock = create();
  const holder = hold(lock, "write");
  await within(50, () => holder.isInside);
  const queue = (count: number) => Array.from({ length: count }, () => lock.write(async () => {}));
  const waiting = queue(alreadyWaiting);
  const before = process.cpuUsage();
  waiting.push(...queue(1_000));
  await turn();
  const { user, system } = process.cpuUsage(before);
  holder.leave();
  await Promise.all(waiting);
  return (user + system) / 1_000;
}

const FAULTS: readonly Fault[] = [
  {
    what: "a writer never enters while ten readers come and go",
    shows: (create) => starves(create, "write", 10),
    peers: ["async-rwlock", "rwmutex", "effect TxReentrantLock"],
  },
  {
    what: "a reader never enters while four writers come and go",
    shows: (create) => starves(create, "read", 4),
    peers: ["@esfx/async-readerwriterlock", "prex", "async-primitives", "effect TxReentrantLock"],
  },
  {
    what: "after one timeout a caller waits for ever that was not its own",
    shows: async (create) =>
      (await isLostToTimeout(create, ["short", "patient"])) || isLostToTimeout(create, ["patient", "short"]),
    peers: ["async-rwlock", "rwlock"],
  },
  {
    what: "work whose wait timed out runs later all the same",
    async shows(create) {
      const lock = create();
      const holder = hold(lock, "write");
      await within(50, () => holder.isInside);
      let hasRun = false;
      const timedOut = lock.write(
        async () => {
          hasRun = true;
        },
        { timeoutMs: 1 },
      );
      await timedOut.catch(() => undefined);
      holder.leave();
      return within(50, () => hasRun);
    },
    peers: ["readwrite-lock"],
  },
  {
    what: "an aborted writer goes on keeping out the readers behind it",
    async shows(create) {
      const lock = create();
      const aborter = new AbortController();
      const holder = hold(lock, "read");
      await within(50, () => holder.isInside);
      const writer = hold(lock, "write", { signal: aborter.signal });
      await turn();
      const behind = hold(lock, "read");
      await turn();
      aborter.abort();
      await writer.call;
      const isKeptOut = !(await within(50, () => behind.isInside));
      holder.leave();
      behind.leave();
      await behind.call;
      return isKeptOut;
    },
    peers: ["async-primitives", "prex", "mortice", "navigator.locks"],
  },
  {
    what: "aborting a waiter lets a second holder in",
    async shows(create) {
      const lock = create();
      const aborter = new AbortController();
      const holder = hold(lock, "write");
      await within(50, () => holder.isInside);
      const aborted = hold(lock, "write", { signal: aborter.signal });
      await turn();
      aborter.abort();
      await within(50, () => aborted.isOver);
      const second = hold(lock, "write");
      const areTwoInside = await within(50, () => holder.isInside && second.isInside);
      holder.leave();
      second.leave();
      return areTwoInside;
    },
    peers: ["@openally/mutex"],
  },
  {
    what: "work that throws before it returns a promise keeps the lock for ever",
    async shows(create) {
      const lock = create();
      void lock
        .write(() => {
          throw new Error("work");
        })
        .catch(() => undefined);
      const next = hold(lock, "write");
      next.leave();
      return !(await within(50, () => next.isOver));
    },
    peers: ["navigator.locks"],
  },
  {
    what: "20,000 queued readers are more than the stack",
    async shows(create) {
      const lock = create();
      const failures: unknown[] = [];
      const fail = (reason: unknown) => failures.push(reason);
      const unhandled = await unhandledIn(async () => {
        let leave!: () => void;
        const holder = lock.write(() => new Promise<void>((resolve) => (leave = resolve)));
        await turn();
        const waiting = Array.from({ length: 20_000 }, () => lock.read(async () => {}).catch(fail));
        leave();
        await holder.catch(fail);
        let isDone = false;
        void Promise.all(waiting).then(() => (isDone = true));
        if (!(await within(200, () => isDone))) fail("some never entered");
      });
      return failures.length + unhandled.length > 0;
    },
    peers: ["rwlock", "@eight04/read-write-lock"],
  },
  {
    what: "every release wakes every waiter",
    // Sixteen times the waiters cost sixteen times as much, or up to 256 times.
    async shows(create) {
      await drainMs(create, 50);
      const short = Math.max(1, Math.min(await drainMs(create, 50), await drainMs(create, 50)));
      return (await drainMs(create, 800)) > 28 * short;
    },
    peers: ["rwmutex", "effect TxReentrantLock"],
  },
  {
    what: "to join a long queue costs many times what it costs to join a short one",
    async shows(create) {
      // The least of a few, because the first is slow for code that never ran, and any for a neighbour's sake.
      const leastMs = async (alreadyWaiting: number): Promise<number> => {
        const runs = [];
        for (let i = 0; i < 3; i++) runs.push(await enqueueMs(create, alreadyWaiting));
        return Math.min(...runs);
      };
      return (await leastMs(6_000)) / Math.max(await leastMs(0), 1) > 5;
    },
    peers: ["navigator.locks"],
  },
  {
    what: "the caller after the thousandth waiter is turned away",
    async shows(create) {
      const lock = create();
      const holder = hold(lock, "write");
      await within(50, () => holder.isInside);
      let refused = 0;
      const waiting = Array.from({ length: 1_100 }, () =>
        lock
          .write(async () => {})
          .catch(() => {
            refused++;
          }),
      );
      holder.leave();
      await Promise.all(waiting);
      return refused > 0;
    },
    peers: ["readwrite-lock", "async-lock"],
  },
];

const isInstalled = arePeersInstalled();
if (!isInstalled) console.warn("peers are not tested: npm ci --prefix bench installs them");
if (webLocks() === undefined) console.warn("navigator.locks is not tested: this Node has none");
const peers = isInstalled ? await loadLockPeers() : [];

describe.each(FAULTS)("$what", ({ shows, peers: known }) => {
  it("not here", async () => {
    expect(await shows(tickframe.create)).toBe(false);
  });

  for (const name of known) {
    const peer = peers.find((candidate) => candidate.name === name);
    it.skipIf(peer === undefined)(`in ${name}`, async () => {
      expect(await shows(peer!.create)).toBe(true);
    });
  }
});

describe("a caller never enters while others ask again in the moment they leave", () => {
  type Acquire = () => Promise<() => void>;

  /** Whether `acquire` is never granted while `rivals` of the other mode come and go. */
  async function isPassed(acquire: Acquire, acquireRival: Acquire, rivals: number): Promise<boolean> {
    const ending = new AbortController();
    const loops = Array.from({ length: rivals }, async () => {
      while (!ending.signal.aborted) {
        const leave = await acquireRival();
        await turn();
        leave();
      }
    });
    await turn();
    let isServed = false;
    const call = acquire().then((leave) => {
      isServed = true;
      leave();
    });
    const isStarved = !(await within(PATIENCE_TURNS, () => isServed));
    ending.abort();
    await Promise.all([...loops, call]);
    return isStarved;
  }

  it("not here, be it a reader or a writer", async () => {
    const lock = new AsyncRWLock();
    const releaseOf = (guard: LockGuard) => () => void guard.release();
    const acquireRead = () => lock.acquireRead().then(releaseOf);
    const acquireWrite = () => lock.acquireWrite().then(releaseOf);
    expect(await isPassed(acquireRead, acquireWrite, 4)).toBe(false);
    expect(await isPassed(acquireWrite, acquireRead, 10)).toBe(false);
  });

  it.skipIf(!isInstalled)("in rwmutex, a reader", async () => {
    const { default: Mutex } = await loadPeer<{ default: new () => { lock: Acquire; rlock: Acquire } }>(
      "rwmutex",
    );
    const lock = new Mutex();
    const isStarved = isPassed(
      () => lock.rlock(),
      () => lock.lock(),
      4,
    );
    expect(await isStarved).toBe(true);
  });

  it.skipIf(!isInstalled)("in @esfx/async-readerwriterlock, a writer", async () => {
    type Handle = Promise<{ unlock(): Promise<void> }>;
    const { AsyncReaderWriterLock } = await loadPeer<{
      AsyncReaderWriterLock: new () => { read(): Handle; write(): Handle };
    }>("@esfx/async-readerwriterlock");
    const lock = new AsyncReaderWriterLock();
    const acquire =
      (ask: () => Handle): Acquire =>
      () =>
        ask().then((handle) => () => void handle.unlock());
    const isStarved = isPassed(
      acquire(() => lock.write()),
      acquire(() => lock.read()),
      10,
    );
    expect(await isStarved).toBe(true);
  });
});

describe("a second release of one hold lets a second holder in", () => {
  it("not here", async () => {
    const lock = new AsyncRWLock();
    const first = await lock.acquireWrite();
    const second = lock.acquireWrite();
    const third = lock.acquireWrite();
    expect(first.release()).toBe(true);
    expect(first.release()).toBe(false);
    expect(lock.queueLength).toBe(1);
    (await second).release();
    (await third).release();
  });

  interface Releasable {
    release(): void;
  }
  interface TwoHolders {
    readonly name: string;
    /** Calls of `acquire` that were granted after one hold was released twice. */
    readonly holders: () => Promise<number>;
  }

  async function grantedTo(acquire: () => Promise<unknown>, lock: Releasable): Promise<number> {
    let granted = 0;
    await acquire();
    for (let i = 0; i < 2; i++) void acquire().then(() => granted++);
    lock.release();
    lock.release();
    await turn();
    return granted;
  }

  const cases: readonly TwoHolders[] = [
    {
      name: "async-rwlock",
      async holders() {
        const { RWLock } = await loadPeer<{
          RWLock: new () => { writeLock(): Promise<void>; unlock(): void };
        }>("async-rwlock");
        const lock = new RWLock();
        return grantedTo(() => lock.writeLock(), { release: () => lock.unlock() });
      },
    },
    {
      name: "es-toolkit Mutex",
      async holders() {
        const { Mutex } = await loadPeer<{ Mutex: new () => Releasable & { acquire(): Promise<void> } }>(
          "es-toolkit",
        );
        const lock = new Mutex();
        return grantedTo(() => lock.acquire(), { release: () => lock.release() });
      },
    },
    {
      name: "await-lock",
      async holders() {
        const { default: Lock } = await loadPeer<{
          default: new () => Releasable & { acquireAsync(): Promise<void> };
        }>("await-lock");
        const lock = new Lock();
        return grantedTo(() => lock.acquireAsync(), { release: () => lock.release() });
      },
    },
  ];

  it.skipIf(!isInstalled).each(cases)("in $name", async ({ holders }) => {
    expect(await holders()).toBe(2);
  });
});

describe("the lock looks held after its release when a waiter had timed out", () => {
  it("not here", async () => {
    const lock = new AsyncRWLock();
    const guard = await lock.acquireWrite();
    await lock.acquireWrite({ timeoutMs: 1 }).catch(() => undefined);
    guard.release();
    expect(lock.isWriteLocked).toBe(false);
  });

  it.skipIf(!isInstalled)("in async-mutex", async () => {
    interface Mutex {
      acquire(): Promise<() => void>;
      isLocked(): boolean;
    }
    const { Mutex, withTimeout } = await loadPeer<{
      Mutex: new () => Mutex;
      withTimeout: (mutex: Mutex, timeoutMs: number) => Mutex;
    }>("async-mutex");
    const lock = new Mutex();
    const release = await lock.acquire();
    await withTimeout(lock, 1)
      .acquire()
      .catch(() => undefined);
    release();
    expect(lock.isLocked()).toBe(true);
  });
});

describe("two calls that name two keys in opposite orders wait for each other", () => {
  const keys = ["a", "b"];

  /** Both hold one key of theirs before they ask for the next where nothing forbids it. */
  async function isDeadlocked(both: (keys: readonly string[]) => Promise<void>): Promise<boolean> {
    let done = 0;
    for (const order of [keys, keys.toReversed()]) void both(order).then(() => done++);
    return !(await within(50, () => done === 2));
  }

  it("not here", async () => {
    const manager = new LockManager();
    const blocker = hold(
      {
        read: (work) => manager.withRead("a", work),
        write: (work) => manager.withWrite("a", work),
      },
      "write",
    );
    const isStuck = isDeadlocked((order) =>
      manager.withAll(
        order.map((key) => ({ key, mode: "write" }) as const),
        turn,
      ),
    );
    blocker.leave();
    expect(await isStuck).toBe(false);
  });

  it.skipIf(!isInstalled)("in async-lock", async () => {
    const Lock = await loadAsyncLock();
    const lock = new Lock();
    // Each key is busy until both calls wait for their first one.
    const blockers = keys.map((key) => {
      let leave!: () => void;
      void lock.acquire(key, () => new Promise<void>((resolve) => (leave = resolve)));
      return () => leave();
    });
    const isStuck = isDeadlocked((order) => lock.acquire(order, turn));
    await turn();
    for (const leave of blockers) leave();
    expect(await isStuck).toBe(true);
  });
});
