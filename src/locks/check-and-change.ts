import type { Clock } from "../clock.ts";
import { LockUpgradeError, ofWholeTime } from "./lock-errors.ts";
import type { LockGuard } from "./lock-guard.ts";
import type { LockIdentity } from "./lock-observer.ts";
import type { LockWaitOptions } from "./lock-wait.ts";

/** What a check found to change; `undefined` and `false` when there is nothing. */
export type CheckResult<Found> = Found | undefined | false;

interface CheckedChange<Found, T> {
  readonly check: () => CheckResult<Found> | PromiseLike<CheckResult<Found>>;
  readonly change: (found: Found) => T | PromiseLike<T>;
}

interface Acquirable extends LockIdentity {
  acquireRead(options: LockWaitOptions): Promise<LockGuard>;
  acquireWrite(options: LockWaitOptions): Promise<LockGuard>;
}

interface Surroundings {
  readonly clock: Clock;
  /** Runs something as the body of a guard. */
  readonly inside: <R>(guard: LockGuard, run: () => R) => R;
}

/** Checks under the read lock, checks again under the write lock, and changes there what was found. */
export async function checkAndChange<Found, T>(
  lock: Acquirable,
  { check, change }: CheckedChange<Found, T>,
  { timeoutMs = Infinity, signal, site }: LockWaitOptions,
  { clock, inside }: Surroundings,
): Promise<T | undefined> {
  let leftMs = timeoutMs;
  const waiting = async (wait: (options: LockWaitOptions) => Promise<LockGuard>): Promise<LockGuard> => {
    const beganMs = clock.now();
    try {
      return await wait({ timeoutMs: leftMs, signal, site });
    } catch (error) {
      throw ofWholeTime(error, lock, timeoutMs);
    } finally {
      leftMs = Math.max(0, leftMs - (clock.now() - beganMs));
    }
  };

  let guard = await waiting((options) => lock.acquireRead(options));
  try {
    if (isNothing(await inside(guard, check))) return undefined;
    try {
      await waiting((options) => guard.upgrade(options));
    } catch (error) {
      if (!(error instanceof LockUpgradeError)) throw error;
      guard.release();
      guard = await waiting((options) => lock.acquireWrite(options));
    }
    const found = await inside(guard, check);
    return isNothing(found) ? undefined : await inside(guard, () => change(found));
  } finally {
    guard.release();
  }
}

function isNothing<Found>(result: CheckResult<Found>): result is undefined | false {
  return result === undefined || result === false;
}
