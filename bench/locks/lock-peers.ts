import { existsSync } from "node:fs";
import { join } from "node:path";
import { AsyncRWLock, type LockMode } from "../../src/locks/index.ts";

/** How long a caller waits, for the peers that can give up. */
export interface PeerWait {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Runs `work` under the lock in the way the peer's own documentation shows, and settles when it is done. */
export type RunLocked = (work: () => Promise<void>, wait?: PeerWait) => Promise<unknown>;

export type PeerLock = Readonly<Record<LockMode, RunLocked>>;

export interface LockPeer {
  readonly name: string;
  /** Its readers exclude each other. */
  readonly isMutex: boolean;
  /** A new lock. */
  readonly create: () => PeerLock;
}

const MODULES = join(import.meta.dirname, "..", "node_modules");

/** Whether the peers are there: `npm ci --prefix bench` installs them, and writes this file when it is done. */
export function arePeersInstalled(): boolean {
  return existsSync(join(MODULES, ".package-lock.json"));
}

/** The module of a peer, as far as it is used here. */
export async function loadPeer<M>(name: PackageName): Promise<M> {
  if (!arePeersInstalled()) throw new Error(`${name} is not installed here: run npm ci --prefix bench`);
  const specifier: string = name;
  return (await import(specifier)) as M;
}

export type PackageName =
  | "@eight04/read-write-lock"
  | "@esfx/async-readerwriterlock"
  | "@openally/mutex"
  | "async-lock"
  | "async-mutex"
  | "async-primitives"
  | "async-rwlock"
  | "await-lock"
  | "denque"
  | "effect"
  | "es-toolkit"
  | "mnemonist"
  | "mortice"
  | "prex"
  | "readers-writer-lock"
  | "readwrite-lock"
  | "rwlock"
  | "rwmutex";

export const tickframe: LockPeer = {
  name: "tickframe",
  isMutex: false,
  create() {
    // Whatever the environment says, because the peers do not track owners either.
    const lock = new AsyncRWLock({ trackOwners: false });
    return {
      read: (work, wait) => lock.withRead(work, wait),
      write: (work, wait) => lock.withWrite(work, wait),
    };
  },
};

type Release = () => void;
interface Handle {
  release(): void;
}

export interface RwlockOptions {
  readonly timeout?: number;
  readonly timeoutCallback?: () => void;
}
type RwlockCall = (granted: (release: Release) => void, options?: RwlockOptions) => void;

async function rwlock(): Promise<LockPeer> {
  const { default: Lock } = await loadPeer<{ default: new () => Record<`${LockMode}Lock`, RwlockCall> }>(
    "rwlock",
  );
  const run =
    (enter: RwlockCall): RunLocked =>
    (work, { timeoutMs } = {}) =>
      new Promise((resolve, reject) => {
        const granted = (release: Release): void => {
          work().finally(release).then(resolve, reject);
        };
        if (timeoutMs === undefined) enter(granted);
        else enter(granted, { timeout: timeoutMs, timeoutCallback: () => reject(new Error("timed out")) });
      });
  return {
    name: "rwlock",
    isMutex: false,
    create() {
      const lock = new Lock();
      return { read: run(lock.readLock), write: run(lock.writeLock) };
    },
  };
}

interface AsyncRwlock {
  readLock(timeoutMs?: number): Promise<void>;
  writeLock(timeoutMs?: number): Promise<void>;
  unlock(): void;
}

async function asyncRwlock(): Promise<LockPeer> {
  const { RWLock } = await loadPeer<{ RWLock: new () => AsyncRwlock }>("async-rwlock");
  return {
    name: "async-rwlock",
    isMutex: false,
    create() {
      const lock = new RWLock();
      return {
        async read(work, { timeoutMs } = {}) {
          await lock.readLock(timeoutMs);
          try {
            await work();
          } finally {
            lock.unlock();
          }
        },
        async write(work, { timeoutMs } = {}) {
          await lock.writeLock(timeoutMs);
          try {
            await work();
          } finally {
            lock.unlock();
          }
        },
      };
    },
  };
}

interface EsfxLock {
  read(): Promise<{ unlock(): Promise<void> }>;
  write(): Promise<{ unlock(): Promise<void> }>;
}

async function esfx(): Promise<LockPeer> {
  const { AsyncReaderWriterLock } = await loadPeer<{ AsyncReaderWriterLock: new () => EsfxLock }>(
    "@esfx/async-readerwriterlock",
  );
  return {
    name: "@esfx/async-readerwriterlock",
    isMutex: false,
    create() {
      const lock = new AsyncReaderWriterLock();
      return {
        async read(work) {
          const handle = await lock.read();
          try {
            await work();
          } finally {
            await handle.unlock();
          }
        },
        async write(work) {
          const handle = await lock.write();
          try {
            await work();
          } finally {
            await handle.unlock();
          }
        },
      };
    },
  };
}

interface PrexToken {
  readonly token: object;
  cancel(): void;
}
interface PrexLock {
  read(token?: object): Promise<Handle>;
  write(token?: object): Promise<Handle>;
}

async function prex(): Promise<LockPeer> {
  const { ReaderWriterLock, CancellationTokenSource } = await loadPeer<{
    ReaderWriterLock: new () => PrexLock;
    CancellationTokenSource: new () => PrexToken;
  }>("prex");
  const tokenOf = (signal: AbortSignal): object => {
    const source = new CancellationTokenSource();
    signal.addEventListener("abort", () => source.cancel(), { once: true });
    return source.token;
  };
  return {
    name: "prex",
    isMutex: false,
    create() {
      const lock = new ReaderWriterLock();
      return {
        async read(work, { signal } = {}) {
          const handle = await (signal ? lock.read(tokenOf(signal)) : lock.read());
          try {
            await work();
          } finally {
            handle.release();
          }
        },
        async write(work, { signal } = {}) {
          const handle = await (signal ? lock.write(tokenOf(signal)) : lock.write());
          try {
            await work();
          } finally {
            handle.release();
          }
        },
      };
    },
  };
}

interface AsyncPrimitivesLock {
  readLock(signal?: AbortSignal): Promise<Handle>;
  writeLock(signal?: AbortSignal): Promise<Handle>;
}

async function asyncPrimitives(): Promise<LockPeer> {
  const { createReaderWriterLock } = await loadPeer<{ createReaderWriterLock: () => AsyncPrimitivesLock }>(
    "async-primitives",
  );
  return {
    name: "async-primitives",
    isMutex: false,
    create() {
      const lock = createReaderWriterLock();
      return {
        async read(work, { signal } = {}) {
          const handle = await lock.readLock(signal);
          try {
            await work();
          } finally {
            handle.release();
          }
        },
        async write(work, { signal } = {}) {
          const handle = await lock.writeLock(signal);
          try {
            await work();
          } finally {
            handle.release();
          }
        },
      };
    },
  };
}

async function readersWriterLock(): Promise<LockPeer> {
  const { RWLock } = await loadPeer<{ RWLock: new () => PeerLock }>("readers-writer-lock");
  return {
    name: "readers-writer-lock",
    isMutex: false,
    create() {
      const lock = new RWLock();
      return { read: (work) => lock.read(work), write: (work) => lock.write(work) };
    },
  };
}

async function eight04(): Promise<LockPeer> {
  const { createLock } = await loadPeer<{ createLock: () => PeerLock }>("@eight04/read-write-lock");
  return {
    name: "@eight04/read-write-lock",
    isMutex: false,
    create() {
      const lock = createLock();
      return { read: (work) => lock.read(work), write: (work) => lock.write(work) };
    },
  };
}

interface ReadwriteLock {
  acquireRead(key: string, work: () => Promise<void>, options?: { readonly timeout?: number }): Promise<void>;
  acquireWrite(
    key: string,
    work: () => Promise<void>,
    options?: { readonly timeout?: number },
  ): Promise<void>;
}

async function readwriteLock(): Promise<LockPeer> {
  const { default: Lock } = await loadPeer<{ default: new () => ReadwriteLock }>("readwrite-lock");
  return {
    name: "readwrite-lock",
    isMutex: false,
    create() {
      const lock = new Lock();
      return {
        read: (work, { timeoutMs } = {}) => lock.acquireRead("key", work, { timeout: timeoutMs }),
        write: (work, { timeoutMs } = {}) => lock.acquireWrite("key", work, { timeout: timeoutMs }),
      };
    },
  };
}

async function rwmutex(): Promise<LockPeer> {
  const { default: Mutex } = await loadPeer<{
    default: new () => { lock(): Promise<Release>; rlock(): Promise<Release> };
  }>("rwmutex");
  return {
    name: "rwmutex",
    isMutex: false,
    create() {
      const lock = new Mutex();
      return {
        async read(work) {
          const release = await lock.rlock();
          try {
            await work();
          } finally {
            release();
          }
        },
        async write(work) {
          const release = await lock.lock();
          try {
            await work();
          } finally {
            release();
          }
        },
      };
    },
  };
}

async function mortice(): Promise<LockPeer> {
  type Call = (options?: { readonly signal?: AbortSignal }) => Promise<Release>;
  const { default: createMortice } = await loadPeer<{
    default: (options: {
      readonly name: string;
      readonly singleProcess: boolean;
    }) => Record<`${LockMode}Lock`, Call>;
  }>("mortice");
  let created = 0;
  const run =
    (enter: Call): RunLocked =>
    async (work, { signal } = {}) => {
      const release = await enter({ signal });
      try {
        await work();
      } finally {
        release();
      }
    };
  return {
    name: "mortice",
    isMutex: false,
    create() {
      const lock = createMortice({ name: `lock ${created++}`, singleProcess: true });
      return { read: run(lock.readLock), write: run(lock.writeLock) };
    },
  };
}

async function effect(): Promise<LockPeer> {
  interface EffectModule {
    readonly Effect: {
      promise(work: () => Promise<void>): unknown;
      runSync(effect: unknown): unknown;
      runPromise(effect: unknown): Promise<void>;
    };
    readonly TxReentrantLock: {
      make(): unknown;
      withReadLock(lock: unknown, effect: unknown): unknown;
      withWriteLock(lock: unknown, effect: unknown): unknown;
    };
  }
  const { Effect, TxReentrantLock } = await loadPeer<EffectModule>("effect");
  return {
    name: "effect TxReentrantLock",
    isMutex: false,
    create() {
      const lock = Effect.runSync(TxReentrantLock.make());
      return {
        read: (work) => Effect.runPromise(TxReentrantLock.withReadLock(lock, Effect.promise(work))),
        write: (work) => Effect.runPromise(TxReentrantLock.withWriteLock(lock, Effect.promise(work))),
      };
    },
  };
}

interface WebLocks {
  request(
    name: string,
    options: { readonly mode: "shared" | "exclusive"; readonly signal?: AbortSignal },
    work: () => Promise<void>,
  ): Promise<void>;
}

/** The Web Locks of this Node; `undefined` before Node 24, which has none. */
export function webLocks(): WebLocks | undefined {
  return (globalThis as { navigator?: { locks?: WebLocks } }).navigator?.locks;
}

function navigatorLocks(locks: WebLocks): LockPeer {
  let created = 0;
  return {
    name: "navigator.locks",
    isMutex: false,
    create() {
      const name = `lock ${created++}`;
      return {
        read: (work, { signal } = {}) =>
          locks.request(name, { mode: "shared", ...(signal && { signal }) }, work),
        write: (work, { signal } = {}) =>
          locks.request(name, { mode: "exclusive", ...(signal && { signal }) }, work),
      };
    },
  };
}

interface AwaitLock {
  acquireAsync(options?: { readonly timeout?: number }): Promise<void>;
  release(): void;
}

async function awaitLock(): Promise<LockPeer> {
  const { default: Lock } = await loadPeer<{ default: new () => AwaitLock }>("await-lock");
  return {
    name: "await-lock",
    isMutex: true,
    create() {
      const lock = new Lock();
      const run: RunLocked = async (work, { timeoutMs } = {}) => {
        await (timeoutMs === undefined ? lock.acquireAsync() : lock.acquireAsync({ timeout: timeoutMs }));
        try {
          await work();
        } finally {
          lock.release();
        }
      };
      return { read: run, write: run };
    },
  };
}

interface AsyncMutex {
  runExclusive(work: () => Promise<void>): Promise<void>;
}

async function asyncMutex(): Promise<LockPeer> {
  const { Mutex, withTimeout } = await loadPeer<{
    Mutex: new () => AsyncMutex;
    withTimeout: (mutex: AsyncMutex, timeoutMs: number) => AsyncMutex;
  }>("async-mutex");
  return {
    name: "async-mutex",
    isMutex: true,
    create() {
      const lock = new Mutex();
      const run: RunLocked = (work, { timeoutMs } = {}) =>
        (timeoutMs === undefined ? lock : withTimeout(lock, timeoutMs)).runExclusive(work);
      return { read: run, write: run };
    },
  };
}

async function esToolkit(): Promise<LockPeer> {
  const { Mutex } = await loadPeer<{ Mutex: new () => Handle & { acquire(): Promise<void> } }>("es-toolkit");
  return {
    name: "es-toolkit Mutex",
    isMutex: true,
    create() {
      const lock = new Mutex();
      const run: RunLocked = async (work) => {
        await lock.acquire();
        try {
          await work();
        } finally {
          lock.release();
        }
      };
      return { read: run, write: run };
    },
  };
}

async function openally(): Promise<LockPeer> {
  const { Mutex } = await loadPeer<{
    Mutex: new (options: { readonly concurrency: number }) => {
      acquire(options?: { readonly signal?: AbortSignal }): Promise<Release>;
    };
  }>("@openally/mutex");
  return {
    name: "@openally/mutex",
    isMutex: true,
    create() {
      const lock = new Mutex({ concurrency: 1 });
      const run: RunLocked = async (work, { signal } = {}) => {
        const release = await (signal ? lock.acquire({ signal }) : lock.acquire());
        try {
          await work();
        } finally {
          release();
        }
      };
      return { read: run, write: run };
    },
  };
}

export interface AsyncLock {
  acquire(
    key: string | readonly string[],
    work: () => Promise<void>,
    options?: { readonly timeout?: number },
  ): Promise<void>;
}

export async function loadAsyncLock(): Promise<new () => AsyncLock> {
  const { default: Lock } = await loadPeer<{ default: new () => AsyncLock }>("async-lock");
  return Lock;
}

async function asyncLock(): Promise<LockPeer> {
  const Lock = await loadAsyncLock();
  return {
    name: "async-lock",
    isMutex: true,
    create() {
      const lock = new Lock();
      const run: RunLocked = (work, { timeoutMs } = {}) =>
        timeoutMs === undefined
          ? lock.acquire("key", work)
          : lock.acquire("key", work, { timeout: timeoutMs });
      return { read: run, write: run };
    },
  };
}

/** All that are installed and that this Node runs; the product first. */
export async function loadLockPeers(): Promise<readonly LockPeer[]> {
  const web = webLocks();
  return [
    tickframe,
    await rwlock(),
    await asyncRwlock(),
    await esfx(),
    await prex(),
    await asyncPrimitives(),
    await readersWriterLock(),
    await eight04(),
    await readwriteLock(),
    await rwmutex(),
    await mortice(),
    await effect(),
    ...(web ? [navigatorLocks(web)] : []),
    await awaitLock(),
    await asyncMutex(),
    await esToolkit(),
    await openally(),
    await asyncLock(),
  ];
}
