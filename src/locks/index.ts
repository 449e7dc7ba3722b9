export { AsyncRWLock, type AsyncRWLockOptions } from "./async-rw-lock.ts";
export type { CheckResult } from "./check-and-change.ts";
export { FrameGuard, type FrameGuardOptions, type FrameGuardStats, type Guarded } from "./frame-guard.ts";
export type { AdaptiveGuardOptions, FrameGuardKind, GuardSwitch } from "./guard-choice.ts";
export {
  LockReentryError,
  LockTimeoutError,
  LockUpgradeError,
  type LockUpgradeObstacle,
} from "./lock-errors.ts";
export type { LockGuard } from "./lock-guard.ts";
export { GrantCounts } from "./grant-counts.ts";
export type { LockHooks, LockIdentity, LockMode, LockMoment, LockObserver } from "./lock-observer.ts";
export type { LockWaitOptions } from "./lock-wait.ts";
export { NOT_FREE } from "./not-free.ts";
export type { SynchronousBody } from "./run-held.ts";
export { AtomicCounter, type AtomicCounterOptions } from "./atomic-counter.ts";
export { CellReentryError } from "./cell-reentry-error.ts";
export { LockLimitError } from "./lock-limit-error.ts";
export { LockManager, type LockManagerOptions } from "./lock-manager.ts";
export type { LockRequest } from "./lock-request.ts";
export { OptimisticUpdateError } from "./optimistic-update-error.ts";
export {
  VersionedCell,
  type OptimisticUpdateOptions,
  type Versioned,
  type VersionedCellOptions,
  type VersionedCellStats,
} from "./versioned-cell.ts";
export type { AdmissionOptions, LockPolicy } from "./wait-line.ts";
