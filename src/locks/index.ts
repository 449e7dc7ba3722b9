export { AsyncRWLock, type AsyncRWLockOptions } from "./async-rw-lock.ts";
export { LockTimeoutError } from "./lock-errors.ts";
export type { LockGuard } from "./lock-guard.ts";
export type { LockHooks, LockIdentity, LockMode, LockObserver } from "./lock-observer.ts";
export type { LockWaitOptions } from "./lock-wait.ts";
