import type { LockMode } from "./lock-observer.ts";

/**
 * One hold of a lock, good for one release. `using guard = await lock.acquireRead()` releases at the end of the block;
 * a hot path calls {@link release} in a `finally`, which is cheaper.
 */
export interface LockGuard extends Disposable {
  readonly mode: LockMode;
  /** False once released. */
  readonly isHeld: boolean;
  /**
   * Gives the lock back; those who may enter now are let in before it returns. Returns true once; every later call
   * does nothing and returns false, whoever holds the lock by then.
   */
  release(): boolean;
}

/** Takes holds back. */
export interface HoldKeeper {
  /** `heldSinceMs` is `undefined` when the hold is not timed. */
  takeBack(mode: LockMode, heldSinceMs: number | undefined): void;
}

export class Hold implements LockGuard {
  readonly mode: LockMode;
  /** `undefined` once released. */
  #keeper: HoldKeeper | undefined;
  readonly #heldSinceMs: number | undefined;

  constructor(keeper: HoldKeeper, mode: LockMode, heldSinceMs: number | undefined) {
    this.#keeper = keeper;
    this.mode = mode;
    this.#heldSinceMs = heldSinceMs;
  }

  get isHeld(): boolean {
    return this.#keeper !== undefined;
  }

  release(): boolean {
    const keeper = this.#keeper;
    if (keeper === undefined) return false;
    this.#keeper = undefined;
    keeper.takeBack(this.mode, this.#heldSinceMs);
    return true;
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
