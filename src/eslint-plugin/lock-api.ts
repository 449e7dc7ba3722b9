/** What a call is made on: a lock, something that has locks by key, or a hold. */
export type LockKind = "AsyncRWLock" | "LockManager" | "RealtimeDataManager" | "LockGuard";

export type LockMode = "read" | "write";

/** How a method of the API takes a lock. */
export interface LockMethod {
  readonly mode: LockMode;
  /** `body`: holds it while a function runs. `guard`: gives a guard that must be released. */
  readonly form: "body" | "guard";
  /** Whether the caller may wait; the `try…` methods do not. */
  readonly waits: boolean;
  /** Which argument names the lock. */
  readonly key?: number;
  /** Which arguments run under it. */
  readonly bodies: readonly number[];
  /** Which argument says how long to wait. */
  readonly options: number;
}

const RUN = { form: "body", waits: true, bodies: [0], options: 1 } as const;
const ACQUIRE = { form: "guard", waits: true, bodies: [], options: 0 } as const;

const LOCK_METHODS: Readonly<Record<string, LockMethod>> = {
  withRead: { ...RUN, mode: "read" },
  withWrite: { ...RUN, mode: "write" },
  // The check runs among readers, and once more as the only one inside.
  withUpgrade: { ...RUN, mode: "write", bodies: [0, 1], options: 2 },
  tryWithRead: { ...RUN, mode: "read", waits: false },
  tryWithWrite: { ...RUN, mode: "write", waits: false },
  acquireRead: { ...ACQUIRE, mode: "read" },
  acquireWrite: { ...ACQUIRE, mode: "write" },
  tryAcquireRead: { ...ACQUIRE, mode: "read", waits: false },
  tryAcquireWrite: { ...ACQUIRE, mode: "write", waits: false },
};

/** The methods of a lock, with a key before the other arguments. */
const KEYED_METHODS: Readonly<Record<string, LockMethod>> = {
  ...Object.fromEntries(
    Object.entries(LOCK_METHODS).map(([name, { bodies, options, ...method }]) => [
      name,
      { ...method, key: 0, bodies: bodies.map((index) => index + 1), options: options + 1 },
    ]),
  ),
  withAll: { ...RUN, mode: "write", key: 0, bodies: [1], options: 2 },
};

const METHODS: Readonly<Record<LockKind, Readonly<Record<string, LockMethod>>>> = {
  AsyncRWLock: LOCK_METHODS,
  LockManager: KEYED_METHODS,
  RealtimeDataManager: { withRead: KEYED_METHODS.withRead },
  LockGuard: {},
};

/** How `method` of `kind` takes a lock; `undefined` when it does not. */
export function lockMethod(kind: LockKind, method: string): LockMethod | undefined {
  return Object.hasOwn(METHODS[kind], method) ? METHODS[kind][method] : undefined;
}

/** Whether any kind has a method of this name that takes a lock: asked before the receiver is looked at. */
export function mayTakeLock(method: string): boolean {
  return Object.hasOwn(KEYED_METHODS, method);
}

/** Names that tickframe's types go by, to what they are. */
export const KIND_OF_TYPE: Readonly<Record<string, LockKind>> = {
  AsyncRWLock: "AsyncRWLock",
  LockManager: "LockManager",
  RealtimeDataManager: "RealtimeDataManager",
  // What a manager can do, as an interface of its own.
  DataAccess: "RealtimeDataManager",
  LockGuard: "LockGuard",
};
