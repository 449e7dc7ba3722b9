/** How a lock is held: by many readers, or by one writer. */
export type LockMode = "read" | "write";

/**
 * What watches locks. Everything is told synchronously, in the order it happens: a release before the grants it makes
 * possible. An observer must neither use the lock nor throw; where one throws, the lock stays right and the error is thrown
 * again as an uncaught one. Times are milliseconds of the process's monotonic clock (`performance.now()`).
 */
export interface LockObserver {
  /** A lock begins to report. Returns the hooks it calls from now on. */
  register(lock: LockIdentity): LockHooks;
}

/** What an observer may read of a lock at any time. */
export interface LockIdentity {
  readonly name: string;
  readonly readers: number;
  readonly isWriteLocked: boolean;
  readonly queueLength: number;
}

/**
 * Each acquisition tells one of: `onGranted`; `onRefused`; or `onQueued`, which exactly one of `onGrantedAfterWait`,
 * `onTimeout` and `onAbort` ends. Each grant is ended by one `onReleased`.
 *
 * An upgrade is an acquisition for write by one who holds a read: `onUpgraded` stands for both of its grants, and the
 * hold goes on as a write. `onDowngraded` makes it a read.
 */
export interface LockHooks {
  /**
   * Granted without waiting. `readers` is the number now inside. Returns whether this hold is to be timed, which
   * costs two readings of the clock.
   */
  onGranted(mode: LockMode, readers: number): boolean;
  /** Not granted at once, and the caller does not wait: a `tryAcquire…`, or one that would wait for ever. */
  onRefused(mode: LockMode): void;
  /** Not granted at once; `queueLength` wait now, this one included. A `timeoutMs` of 0 is a wait that ends at once. */
  onQueued(mode: LockMode, queueLength: number): void;
  /** Granted after `waitMs` in the queue; else as {@link onGranted}. */
  onGrantedAfterWait(mode: LockMode, readers: number, waitMs: number): boolean;
  /** Left the queue without the lock, because the time the caller allowed was over. */
  onTimeout(mode: LockMode, waitMs: number): void;
  /** Left the queue without the lock: the caller's signal aborted, the lock was closed, or an upgrading guard was released. */
  onAbort(mode: LockMode, waitMs: number): void;
  /**
   * A read has become a write, after it was held as a read for `holdMs`; NaN when it was not timed. `waitMs` is NaN for
   * an upgrade that was not queued. Returns whether the hold is to be timed from here on.
   */
  onUpgraded(holdMs: number, waitMs: number): boolean;
  /** A write has become a read, after it was held as a write for `holdMs`; else as {@link onUpgraded}. */
  onDowngraded(holdMs: number): boolean;
  /** About to be released, after `holdMs`; NaN when this hold was not timed. */
  onReleased(mode: LockMode, holdMs: number): void;
}
