/** Runs `run`, releases the guard when it is done, however it ends, and settles as it did. */
export function runHeld<T>(guard: { release(): void }, run: () => T | PromiseLike<T>): Promise<T> {
  let result: T | PromiseLike<T>;
  try {
    result = run();
    if (isPending(result)) {
      return Promise.resolve(result).then(
        (value) => {
          guard.release();
          return value;
        },
        (error: unknown) => {
          guard.release();
          throw error;
        },
      );
    }
  } catch (error) {
    guard.release();
    return Promise.reject(error);
  }
  guard.release();
  return Promise.resolve(result);
}

/** A body whose type says that it is done when it returns. */
export type SynchronousBody<T> = (() => T) & NeverPending<T>;
type NeverPending<T> = 0 extends 1 & T
  ? unknown
  : [Extract<T, PromiseLike<unknown>>] extends [never]
    ? unknown
    : "a body that returns a promise needs withRead or withWrite";

/**
 * As {@link runHeld}, without a promise. A body that goes on after it returned keeps the guard until it is done, because
 * nothing may run unprotected, and its caller is told at once that it used the wrong call.
 */
export function runHeldNow<T>(guard: { release(): void }, run: () => T): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    guard.release();
    throw error;
  }
  if (isPending(result)) {
    // Not awaited: where it rejects, that surfaces as the unhandled rejection it is.
    void runHeld(guard, () => result);
    throw new TypeError(
      "the body of tryWithRead or tryWithWrite returned a promise, and holds the lock until that settles; use withRead or withWrite",
    );
  }
  guard.release();
  return result;
}

/** Whether a result is still to come. */
export function isPending<T>(result: T | PromiseLike<T>): result is PromiseLike<T> {
  if (typeof result !== "object" && typeof result !== "function") return false;
  return result instanceof Promise || typeof (result as PromiseLike<T> | null)?.then === "function";
}
