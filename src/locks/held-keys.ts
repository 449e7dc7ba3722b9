import type { Clock } from "../clock.ts";
import type { AsyncRWLock } from "./async-rw-lock.ts";
import type { KeyedLocks } from "./keyed-locks.ts";
import { ofWholeTime } from "./lock-errors.ts";
import type { LockGuard } from "./lock-guard.ts";
import type { LockMode } from "./lock-observer.ts";
import type { LockRequest } from "./lock-request.ts";
import type { LockWaitOptions } from "./lock-wait.ts";

/** The locks of one call for several keys: taken one after the other, given back together. */
export class HeldKeys {
  readonly #locks: KeyedLocks;
  readonly #requests: readonly LockRequest[];
  readonly #guards: LockGuard[] = [];

  /** `requests` are in the order in which everybody takes several. */
  constructor(locks: KeyedLocks, requests: readonly LockRequest[]) {
    this.#locks = locks;
    this.#requests = requests;
  }

  /**
   * Takes the next locks up to one that somebody is in the way of. Returns whether all are taken now.
   *
   * @throws LockLimitError when one of them gets no lock; what was taken is given back then.
   */
  takeFree(): boolean {
    try {
      while (this.#guards.length < this.#requests.length) {
        const { key, mode } = this.#requests[this.#guards.length];
        const guard = takeFree(this.#locks.use(key), mode);
        if (guard === undefined) return false;
        this.#guards.push(guard);
      }
      return true;
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Waits for the locks that are left, with one deadline for all; gives all back when it rejects. */
  async takeRest(clock: Clock, { timeoutMs = Infinity, signal, site }: LockWaitOptions): Promise<void> {
    const endMs = clock.now() + timeoutMs;
    const claimed: string[] = [];
    try {
      // While one lock is awaited, those of later keys must not be forgotten, and none may be refused after a wait.
      for (const { key } of this.#requests.slice(this.#guards.length)) {
        this.#locks.claim(key);
        claimed.push(key);
      }
      while (!this.takeFree()) {
        const { key, mode } = this.#requests[this.#guards.length];
        const lock = this.#locks.use(key);
        const remainingMs = Math.max(0, endMs - clock.now());
        const call = acquire(lock, mode, { timeoutMs: remainingMs, signal, site });
        this.#guards.push(
          await call.catch((error: unknown) => {
            throw ofWholeTime(error, lock, timeoutMs);
          }),
        );
        // Between the grant and now the signal may have aborted, and a free lock is taken without a look at it.
        signal?.throwIfAborted();
      }
    } catch (error) {
      this.release();
      throw error;
    } finally {
      for (const key of claimed) this.#locks.unclaim(key);
    }
  }

  /** `run` as the body of all of them, once all are taken. */
  asOwner<T>(run: () => T): () => T {
    return this.#guards.reduce<() => T>((body, guard, i) => {
      return this.#locks.use(this.#requests[i].key).bodyOf(guard, body);
    }, run);
  }

  release(): void {
    for (const guard of this.#guards) guard.release();
  }
}

/** Looks before it tries: a try that fails would be told to the observer as a refusal. */
function takeFree(lock: AsyncRWLock, mode: LockMode): LockGuard | undefined {
  if (lock.isWriteLocked || lock.queueLength > 0) return undefined;
  if (mode === "read") return lock.tryAcquireRead();
  return lock.readers > 0 ? undefined : lock.tryAcquireWrite();
}

function acquire(lock: AsyncRWLock, mode: LockMode, options: LockWaitOptions): Promise<LockGuard> {
  return mode === "read" ? lock.acquireRead(options) : lock.acquireWrite(options);
}
