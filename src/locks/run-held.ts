import type { LockMode } from "./lock-observer.ts";

/** What is held while a body runs: a guard, keys, or a lock itself, which is told the mode. */
export interface Held {
  release(mode: LockMode | undefined): unknown;
}

/** A body whose type says that it is done when it returns. */
export type SynchronousBody<T> = (() => T) & NeverPending<T>;
type NeverPending<T> = 0 extends 1 & T
  ? unknown
  : [Extract<T, PromiseLike<unknown>>] extends [never]
    ? unknown
    : "a body that returns a promise needs withRead or withWrite";

/** Runs `run`, releases when it is done, however it ends, and settles as it did. */
export function runHeld<T>(held: Held, run: () => T | PromiseLike<T>, mode?: LockMode): Promise<T> {
  let result: T | PromiseLike<T>;
  try {
    result = run();
    if (isPending(result)) {
      return Promise.resolve(result).then(
        (value) => {
          held.release(mode);
          return value;
        },
        (error: unknown) => {
          held.release(mode);
          throw error;
        },
      );
    }
  } catch (error) {
    held.release(mode);
    return Promise.reject(error);
  }
  held.release(mode);
  return Promise.resolve(result);
}

/**
 * As {@link runHeld}, without a promise. A body that goes on after it returned holds until it is done, because nothing may
 * run unprotected, and its caller is told at once that this was the wrong call.
 */
export function runHeldNow<T>(held: Held, run: () => T, mode?: LockMode): T {
  let result: T;
  let goesOn: boolean;
  try {
    result = run();
    // Asks the result itself, which may throw.
    goesOn = isPending(result);
  } catch (error) {
    held.release(mode);
    throw error;
  }
  if (goesOn) return holdOn(held, result, mode);
  held.release(mode);
  return result;
}

/** Ends a call that has no promise to give for `result`, and holds until that is settled. */
function holdOn(held: Held, result: unknown, mode: LockMode | undefined): never {
  // Not awaited: where it rejects, that surfaces as the unhandled rejection it is.
  void runHeld(held, () => result, mode);
  throw new TypeError(
    "the body of tryWithRead or tryWithWrite returned a promise, and holds the lock until that settles; use withRead or withWrite",
  );
}

function isPending<T>(result: T | PromiseLike<T>): result is PromiseLike<T> {
  if (typeof result !== "object" && typeof result !== "function") return false;
  return result instanceof Promise || typeof (result as PromiseLike<T> | null)?.then === "function";
}
