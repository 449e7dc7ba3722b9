import type { Clock, Timer } from "../clock.ts";
import { AsyncRWLock } from "./async-rw-lock.ts";
import { LockLimitError } from "./lock-limit-error.ts";
import type { LockObserver } from "./lock-observer.ts";

/** A lock and what decides when it may go. */
export interface KeyedLock {
  readonly lock: AsyncRWLock;
  /** Callers that will come to wait for it, but wait for another lock first. */
  claims: number;
  /** Since the last sweep. */
  wasUsed: boolean;
}

export interface KeyedLocksOptions {
  readonly name: string;
  readonly maxLocks: number;
  readonly maxIdleMs: number;
  readonly observer: LockObserver | undefined;
}

/**
 * Makes the lock of a key when it is first asked for, and forgets it when it was idle for long. A lock that is held,
 * awaited or claimed stays, because a second lock of its key would let a second holder in.
 *
 * The use of a lock marks it and reads no clock; a sweep every `maxIdleMs` forgets what has no mark and takes the marks
 * away, so an idle lock goes after one to two times `maxIdleMs`.
 */
export class KeyedLocks {
  readonly #options: KeyedLocksOptions;
  readonly #clock: Clock;
  readonly #sweepClock: Clock;
  readonly #locks = new Map<string, KeyedLock>();
  /** Runs only while there are locks. */
  #sweepTimer: Timer | undefined;

  /** `clock` is that of the locks; the timers of `sweepClock` should not keep the process alive. */
  constructor(options: KeyedLocksOptions, clock: Clock, sweepClock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#sweepClock = sweepClock;
  }

  get size(): number {
    return this.#locks.size;
  }

  /** Makes nothing and marks nothing. */
  find(key: string): AsyncRWLock | undefined {
    return this.#locks.get(key)?.lock;
  }

  /**
   * The caller enters, waits or claims before it gives control away; later the lock may be a forgotten one.
   *
   * @throws LockLimitError when there are `maxLocks` already, none of them idle.
   */
  use(key: string): KeyedLock {
    const known = this.#locks.get(key);
    if (known === undefined) return this.#add(key);
    known.wasUsed = true;
    return known;
  }

  /** Forgets all locks that are idle now, and returns how many those were. */
  collectIdle(): number {
    return this.#collect(() => true);
  }

  #add(key: string): KeyedLock {
    const { name, maxLocks, observer } = this.#options;
    if (this.#locks.size >= maxLocks && this.collectIdle() === 0) {
      throw new LockLimitError(name, key, maxLocks);
    }
    const lock = new AsyncRWLock({ name: `${name}:${key}`, observer }, { clock: this.#clock });
    const added: KeyedLock = { lock, claims: 0, wasUsed: true };
    this.#locks.set(key, added);
    this.#sweepTimer ??= this.#sweepLater();
    return added;
  }

  #sweepLater(): Timer {
    return this.#sweepClock.setTimer(() => this.#sweep(), this.#options.maxIdleMs);
  }

  #sweep(): void {
    this.#sweepTimer = undefined;
    this.#collect((keyed) => !keyed.wasUsed);
    for (const keyed of this.#locks.values()) keyed.wasUsed = !isIdle(keyed);
    if (this.#locks.size > 0) this.#sweepTimer = this.#sweepLater();
  }

  #collect(mayGo: (keyed: KeyedLock) => boolean): number {
    const before = this.#locks.size;
    for (const [key, keyed] of this.#locks) {
      if (isIdle(keyed) && mayGo(keyed)) this.#locks.delete(key);
    }
    if (this.#locks.size === 0) {
      this.#sweepTimer?.cancel();
      this.#sweepTimer = undefined;
    }
    return before - this.#locks.size;
  }
}

function isIdle({ lock, claims }: KeyedLock): boolean {
  return claims === 0 && lock.readers === 0 && !lock.isWriteLocked && lock.queueLength === 0;
}
