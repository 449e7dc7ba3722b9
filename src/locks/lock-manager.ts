import { systemClock, type Clock } from "../clock.ts";
import type { AsyncRWLock } from "./async-rw-lock.ts";
import { HeldKeys } from "./held-keys.ts";
import { KeyedLocks } from "./keyed-locks.ts";
import type { LockGuard } from "./lock-guard.ts";
import type { LockIdentity, LockObserver } from "./lock-observer.ts";
import { IS_TRACKING_DEFAULT } from "./lock-owners.ts";
import { inTotalOrder, type LockRequest } from "./lock-request.ts";
import { type LockWaitOptions, refusal } from "./lock-wait.ts";
import { monotonicClock } from "./monotonic-clock.ts";
import { runHeld } from "./run-held.ts";

export interface LockManagerOptions {
  /** Begins the names of its locks in errors and reports, `<name>:<key>`. @defaultValue "locks" */
  readonly name?: string;
  /** Most locks at a time. @defaultValue 10_000 */
  readonly maxLocks?: number;
  /** An idle lock is forgotten after this many ms, at the latest after twice as many. @defaultValue 300_000 */
  readonly maxIdleMs?: number;
  /** Learns of every grant, wait and release of every lock, such as a `LockProfiler`. */
  readonly observer?: LockObserver;
  /**
   * Whether a task that would wait for a key it holds itself gets a `LockReentryError` instead; else as the option of
   * `AsyncRWLock`. Tasks that wait for each other in a circle are not told.
   */
  readonly trackOwners?: boolean;
}

/**
 * A readers-writer lock for each key, made when the key is first used and forgotten when it was idle for long; never one
 * that is held or awaited. Callers of one key enter as those of an `AsyncRWLock` do.
 *
 * At `maxLocks` a new key first makes all idle locks go; where none is idle, the call rejects with a `LockLimitError`.
 *
 * Calls of {@link withAll} cannot wait for each other in a circle, because all take their keys in one order. A call made
 * while another is held has no such order: two tasks that nest two keys the other way round wait for ever.
 */
export class LockManager {
  readonly name: string;
  readonly #locks: KeyedLocks;
  readonly #clock: Clock;
  readonly #tracksOwners: boolean;

  /** All times are those of `clock`: the machine's monotonic one unless a test holds time still. */
  constructor(options: LockManagerOptions = {}, { clock }: { readonly clock?: Clock } = {}) {
    const { name = "locks", maxLocks = 10_000, maxIdleMs = 300_000, observer } = options;
    const { trackOwners = IS_TRACKING_DEFAULT } = options;
    if (!(Number.isSafeInteger(maxLocks) && maxLocks > 0)) {
      throw new RangeError(`maxLocks must be a whole number above 0, was ${maxLocks}`);
    }
    if (!(maxIdleMs > 0)) throw new RangeError(`maxIdleMs must be above 0, was ${maxIdleMs}`);
    this.name = name;
    this.#clock = clock ?? monotonicClock;
    this.#tracksOwners = trackOwners;
    const keyed = { name, maxLocks, maxIdleMs, observer, trackOwners };
    this.#locks = new KeyedLocks(keyed, this.#clock, clock ?? systemClock);
  }

  /** Locks there are now, in use or idle. */
  get size(): number {
    return this.#locks.size;
  }

  /** Who holds and awaits the lock of `key` now; `undefined` when the key has none, which is as good as a free one. */
  find(key: string): LockIdentity | undefined {
    return this.#locks.find(key);
  }

  /** Runs `run` while no writer of `key` is inside; else as `AsyncRWLock.withRead`. */
  withRead<T>(key: string, run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    const lock = this.#use(key);
    return lock instanceof Promise ? lock : lock.withRead(run, options);
  }

  /** Runs `run` while nobody else of `key` is inside; else as {@link withRead}. */
  withWrite<T>(key: string, run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    const lock = this.#use(key);
    return lock instanceof Promise ? lock : lock.withWrite(run, options);
  }

  /**
   * Waits until no writer of `key` is inside or queued before the caller; else as `AsyncRWLock.acquireRead`. The guard must
   * be released: until then the key keeps its lock.
   */
  acquireRead(key: string, options?: LockWaitOptions): Promise<LockGuard> {
    const lock = this.#use(key);
    return lock instanceof Promise ? lock : lock.acquireRead(options);
  }

  /** Waits until nobody of `key` is inside; else as {@link acquireRead}. */
  acquireWrite(key: string, options?: LockWaitOptions): Promise<LockGuard> {
    const lock = this.#use(key);
    return lock instanceof Promise ? lock : lock.acquireWrite(options);
  }

  /**
   * Takes `key` now, without a promise, the fastest way in where nobody is; `undefined` when it cannot without passing
   * somebody. See `bench/locks/how-fast-is-a-keyed-lock.bench.ts`.
   *
   * @throws LockLimitError where the other calls reject with one.
   */
  tryAcquireRead(key: string): LockGuard | undefined {
    return this.#locks.use(key).tryAcquireRead();
  }

  /** As {@link tryAcquireRead}, when nobody of `key` is inside. */
  tryAcquireWrite(key: string): LockGuard | undefined {
    return this.#locks.use(key).tryAcquireWrite();
  }

  /**
   * Runs `run` while all of `requests` are held, and settles as it does. Keys are taken in the order of their UTF-16 code
   * units, whatever the order here; one that occurs twice is taken once, in its stronger mode; none at all runs at once.
   *
   * `timeoutMs` is for all waits together. A timeout, an abort or a limit gives back what was taken and runs nothing.
   */
  withAll<T>(
    requests: readonly LockRequest[],
    run: () => T | PromiseLike<T>,
    options: LockWaitOptions = {},
  ): Promise<T> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    let held: HeldKeys;
    let areAllTaken: boolean;
    try {
      held = new HeldKeys(this.#locks, inTotalOrder(requests));
      areAllTaken = held.takeFree();
    } catch (error) {
      return Promise.reject(error);
    }
    if (areAllTaken) return this.#runHolding(held, run);
    return held.takeRest(this.#clock, options).then(() => this.#runHolding(held, run));
  }

  /** Forgets all locks that are neither held nor awaited, however short they were idle, and returns how many those were. */
  collectIdle(): number {
    return this.#locks.collectIdle();
  }

  /** The lock of `key`, or the rejection where it gets none. */
  #use(key: string): AsyncRWLock | Promise<never> {
    try {
      return this.#locks.use(key);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #runHolding<T>(held: HeldKeys, run: () => T | PromiseLike<T>): Promise<T> {
    return runHeld(held, this.#tracksOwners ? held.asOwner(run) : run);
  }
}
