import type { Clock, Timer } from "../clock.ts";
import { AsyncRWLock } from "./async-rw-lock.ts";
import { LockLimitError } from "./lock-limit-error.ts";
import type { LockObserver } from "./lock-observer.ts";

export interface KeyedLocksOptions {
  readonly name: string;
  readonly maxLocks: number;
  readonly maxIdleMs: number;
  readonly observer: LockObserver | undefined;
  readonly trackOwners: boolean;
}

/**
 * Makes the lock of a key when it is first asked for, and forgets it when it was idle for long. A lock that is held,
 * awaited or claimed stays, because a second lock of its key would let a second holder in.
 *
 * The use of a lock reads no clock and writes nothing: a sweep every `maxIdleMs` forgets those that nobody asked for since
 * the last one, and puts the others where the first use takes them from. So an idle lock goes after one to two times
 * `maxIdleMs`.
 */
export class KeyedLocks {
  readonly #options: KeyedLocksOptions;
  readonly #clock: Clock;
  readonly #sweepClock: Clock;
  /** Those that were asked for since the last sweep, or were in use then. */
  #recent = new Map<string, AsyncRWLock>();
  /** The others; a key is in one of the two. */
  #older = new Map<string, AsyncRWLock>();
  /** How many calls will come to wait for the lock of a key, but wait for another lock first. */
  readonly #claims = new Map<string, number>();
  /** Runs only while there are locks. */
  #sweepTimer: Timer | undefined;

  /** `clock` is that of the locks; the timers of `sweepClock` should not keep the process alive. */
  constructor(options: KeyedLocksOptions, clock: Clock, sweepClock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#sweepClock = sweepClock;
  }

  get size(): number {
    return this.#recent.size + this.#older.size;
  }

  /** Makes nothing, and is no use. */
  find(key: string): AsyncRWLock | undefined {
    return this.#recent.get(key) ?? this.#older.get(key);
  }

  /**
   * The caller enters, waits or claims before it gives control away; later the lock may be a forgotten one.
   *
   * @throws LockLimitError when there are `maxLocks` already, none of them idle.
   */
  use(key: string): AsyncRWLock {
    return this.#recent.get(key) ?? this.#useOlder(key);
  }

  /** Keeps the lock of a key for a caller that comes to it later, until {@link unclaim}. @throws as {@link use} */
  claim(key: string): void {
    this.use(key);
    this.#claims.set(key, (this.#claims.get(key) ?? 0) + 1);
  }

  unclaim(key: string): void {
    const others = this.#claims.get(key)! - 1;
    if (others === 0) this.#claims.delete(key);
    else this.#claims.set(key, others);
  }

  /** Forgets all locks that are idle now, and returns how many those were. */
  collectIdle(): number {
    const before = this.size;
    this.#forgetIdle(this.#recent);
    this.#forgetIdle(this.#older);
    this.#stopWhenEmpty();
    return before - this.size;
  }

  #useOlder(key: string): AsyncRWLock {
    const known = this.#older.get(key);
    if (known === undefined) return this.#add(key);
    this.#older.delete(key);
    this.#recent.set(key, known);
    return known;
  }

  #add(key: string): AsyncRWLock {
    const { name, maxLocks, observer, trackOwners } = this.#options;
    if (this.size >= maxLocks && this.collectIdle() === 0) throw new LockLimitError(name, key, maxLocks);
    const lock = new AsyncRWLock({ name: `${name}:${key}`, observer, trackOwners }, { clock: this.#clock });
    this.#recent.set(key, lock);
    this.#sweepTimer ??= this.#sweepLater();
    return lock;
  }

  #sweepLater(): Timer {
    return this.#sweepClock.setTimer(() => this.#sweep(), this.#options.maxIdleMs);
  }

  #sweep(): void {
    this.#forgetIdle(this.#older);
    const [unused, used] = [this.#recent, this.#older];
    for (const [key, lock] of unused) {
      if (this.#isIdle(key, lock)) continue;
      unused.delete(key);
      used.set(key, lock);
    }
    this.#older = unused;
    this.#recent = used;
    this.#sweepTimer = this.#sweepLater();
    this.#stopWhenEmpty();
  }

  #forgetIdle(locks: Map<string, AsyncRWLock>): void {
    for (const [key, lock] of locks) if (this.#isIdle(key, lock)) locks.delete(key);
  }

  #stopWhenEmpty(): void {
    if (this.size > 0) return;
    this.#sweepTimer?.cancel();
    this.#sweepTimer = undefined;
  }

  #isIdle(key: string, lock: AsyncRWLock): boolean {
    return lock.readers === 0 && !lock.isWriteLocked && lock.queueLength === 0 && !this.#claims.has(key);
  }
}
