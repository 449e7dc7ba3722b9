export type LockMode = "read" | "write";

/**
 * What a lock tells its observer. Calls are made synchronously, outside the caller's critical section where that is
 * possible; an observer must not throw. Times are milliseconds of the process's monotonic clock
 * (`performance.now()`).
 */
export interface LockObserver {
  /** A lock of that name starts to report. Returns the hooks the lock calls, one object per lock. */
  register(lock: LockIdentity): LockHooks;
}

/** What an observer may read of a lock at any time. */
export interface LockIdentity {
  readonly name: string;
  readonly readers: number;
  readonly isWriteLocked: boolean;
  readonly queueLength: number;
}

export interface LockHooks {
  /** Granted without waiting. `readers` is the number now inside. */
  onGranted(mode: LockMode, readers: number): void;
  /** Granted after waiting `waitMs` in the queue. */
  onGrantedAfterWait(mode: LockMode, readers: number, waitMs: number): void;
  /** Released after it was held for `holdMs`; NaN when this hold was not timed. */
  onReleased(mode: LockMode, holdMs: number): void;
  onTimeout(mode: LockMode, waitMs: number): void;
  onAbort(mode: LockMode, waitMs: number): void;
}
