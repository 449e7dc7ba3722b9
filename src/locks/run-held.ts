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

function isPending<T>(result: T | PromiseLike<T>): result is PromiseLike<T> {
  return result instanceof Promise || typeof (result as PromiseLike<T> | undefined)?.then === "function";
}
