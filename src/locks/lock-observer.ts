import type { GrantCounts } from "./grant-counts.ts";

/** How a lock is held: by many readers, or by one writer. */
export type LockMode = "read" | "write";

/**
 * What watches locks. Everything is told synchronously, in the order it happens: a release before the grants it makes
 * possible. An observer must neither use the lock nor throw; where one throws, the lock stays right and the error is thrown
 * again as an uncaught one. Times are milliseconds of the lock's clock, which is the process's monotonic one
 * (`performance.now()`) unless a test holds time still.
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

/** When something happened, and how many are inside from then on. */
export interface LockMoment {
  readonly nowMs: number;
  readonly inside: number;
}

/**
 * Each acquisition is one of: a grant that `tally.grants` counts; `onRefused`; or `onQueued`, which exactly one of
 * `onGrantedAfterWait`, `onUpgraded`, `onTimeout` and `onAbort` ends. `Wait` and `Hold` are the observer's own notes; the lock gives each
 * back with what it is about.
 *
 * Nothing is told of the grant and the release of a hold that nobody follows, except for releases while somebody waits.
 * An upgrade is an acquisition for write by one who holds a read: the hold goes on as a write, and `onDowngraded`
 * makes it a read.
 */
export interface LockHooks<Wait = unknown, Hold = unknown> {
  /** Where grants are counted. It stays; its `grants` may be replaced at any time. */
  readonly tally: { readonly grants: GrantCounts };
  /** Whether the lock should track owners unless told otherwise; asked once. @defaultValue false */
  readonly wantsOwners?: boolean;
  /**
   * Granted without a wait, and to be followed: `grants` said so, its caller gave a `site`, or others wait. `isTimed` says
   * whether it was `grants`. `nowMs` is NaN where only the `site` was a reason.
   */
  onFollowed(
    mode: LockMode,
    isTimed: boolean,
    moment: LockMoment,
    site: string | undefined,
  ): Hold | undefined;
  /** Not granted at once, and the caller does not wait: a `tryAcquire…`, or one that would wait for ever. */
  onRefused(mode: LockMode): void;
  /**
   * Not granted at once; `queueLength` wait now, this one included. A `timeoutMs` of 0 is a wait that ends at once. Of a wait
   * that is not noted, `undefined`, nothing more is told.
   */
  onQueued(
    mode: LockMode,
    queueLength: number,
    moment: LockMoment,
    site: string | undefined,
  ): Wait | undefined;
  /** Granted from the queue. */
  onGrantedAfterWait(mode: LockMode, wait: Wait, moment: LockMoment): Hold | undefined;
  /** The caller goes on: its first instruction after the grant, whose promise it had to wait for besides. */
  onResumed(wait: Wait, nowMs: number): void;
  /** Left the queue without the lock, because the time the caller allowed was over. */
  onTimeout(mode: LockMode, wait: Wait, moment: LockMoment): void;
  /** Left the queue without the lock: the caller's signal aborted, the lock was closed, or an upgrading guard was released. */
  onAbort(mode: LockMode, wait: Wait, moment: LockMoment): void;
  /** A read has become a write; `wait` is `undefined` when it did not have to wait. */
  onUpgraded(hold: Hold | undefined, wait: Wait | undefined, moment: LockMoment): Hold | undefined;
  /** A write has become a read. */
  onDowngraded(hold: Hold | undefined, moment: LockMoment): Hold | undefined;
  /** About to be released: a hold that is followed, or any while others wait. */
  onReleased(mode: LockMode, hold: Hold | undefined, moment: LockMoment): void;
}
