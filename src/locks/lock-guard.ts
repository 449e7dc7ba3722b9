import type { LockMode } from "./lock-observer.ts";
import type { LockWaitOptions } from "./lock-wait.ts";

/**
 * One hold of a lock, good for one release. `using guard = await lock.acquireRead()` releases at the end of the block;
 * a hot path calls {@link release} in a `finally`, which is cheaper.
 */
export interface LockGuard extends Disposable {
  /** What it is held for now; {@link upgrade} and {@link downgrade} change it. */
  readonly mode: LockMode;
  /** False once released. */
  readonly isHeld: boolean;
  /**
   * Gives the lock back; those who may enter now are let in before it returns. Returns true once; every later call
   * does nothing and returns false, whoever holds the lock by then. Ends an upgrade that waits.
   */
  release(): boolean;
  /**
   * Makes a read a write without letting a writer in between: waits until the other readers have left, before all who
   * are in line, and keeps the read until then. Resolves with this guard, at once when it is for write already.
   *
   * Rejects as `acquireWrite` does, and with a `LockUpgradeError` at once when another reader waits for its upgrade
   * (each would wait for the other), or when the guard is released. The read is still held after a rejection, unless it
   * was released.
   */
  upgrade(options?: LockWaitOptions): Promise<LockGuard>;
  /**
   * Makes a write a read, and lets in the readers who are next in line. Returns false, and does nothing, when the guard
   * is not held for write.
   */
  downgrade(): boolean;
}

/** Takes holds back, and changes what they are for. */
export interface HoldKeeper {
  /** `followed` is what the observer noted of the hold; `undefined` when it does not follow it. */
  takeBack(mode: LockMode, followed: unknown): void;
  upgradeHold(hold: Hold, options?: LockWaitOptions): Promise<LockGuard>;
  /** Returns false when it is not held for write. */
  downgradeHold(hold: Hold): boolean;
}

export class Hold implements LockGuard {
  mode: LockMode;
  /** Whoever it is given back to: the lock's own, or that of an upgrade that waits. */
  keeper: HoldKeeper;
  /** What the observer noted of it; `undefined` when it is not followed, and null once released. */
  followed: unknown;

  constructor(keeper: HoldKeeper, mode: LockMode, followed: unknown) {
    this.keeper = keeper;
    this.mode = mode;
    this.followed = followed;
  }

  static {
    // A promise that is resolved with a guard looks for its `then`, and is quicker to find this than to find none.
    // oxlint-disable-next-line unicorn/no-thenable -- the opposite of one
    Object.defineProperty(this.prototype, "then", { value: undefined });
  }

  get isHeld(): boolean {
    return this.followed !== null;
  }

  release(): boolean {
    const { followed } = this;
    if (followed === null) return false;
    // In this field rather than in one of its own, because the size of a guard is most of what it costs.
    this.followed = null;
    this.keeper.takeBack(this.mode, followed);
    return true;
  }

  upgrade(options?: LockWaitOptions): Promise<LockGuard> {
    return this.keeper.upgradeHold(this, options);
  }

  downgrade(): boolean {
    return this.isHeld && this.keeper.downgradeHold(this);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
