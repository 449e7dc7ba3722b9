import type { LockHooks, LockMode } from "./lock-observer.ts";

/**
 * Hooks that cannot break the lock that calls them: what they throw is thrown again as an uncaught error, as Node
 * does with the listeners of an `EventTarget`, instead of leaving a lock held or a waiter asleep for ever.
 */
export class IsolatedHooks implements LockHooks {
  readonly #hooks: LockHooks;

  constructor(hooks: LockHooks) {
    this.#hooks = hooks;
  }

  onGranted(mode: LockMode, readers: number): boolean {
    try {
      return this.#hooks.onGranted(mode, readers);
    } catch (error) {
      throwLater(error);
      return false;
    }
  }

  onRefused(mode: LockMode): void {
    try {
      this.#hooks.onRefused(mode);
    } catch (error) {
      throwLater(error);
    }
  }

  onQueued(mode: LockMode, queueLength: number): void {
    try {
      this.#hooks.onQueued(mode, queueLength);
    } catch (error) {
      throwLater(error);
    }
  }

  onGrantedAfterWait(mode: LockMode, readers: number, waitMs: number): boolean {
    try {
      return this.#hooks.onGrantedAfterWait(mode, readers, waitMs);
    } catch (error) {
      throwLater(error);
      return false;
    }
  }

  onTimeout(mode: LockMode, waitMs: number): void {
    try {
      this.#hooks.onTimeout(mode, waitMs);
    } catch (error) {
      throwLater(error);
    }
  }

  onAbort(mode: LockMode, waitMs: number): void {
    try {
      this.#hooks.onAbort(mode, waitMs);
    } catch (error) {
      throwLater(error);
    }
  }

  onUpgraded(holdMs: number, waitMs: number): boolean {
    try {
      return this.#hooks.onUpgraded(holdMs, waitMs);
    } catch (error) {
      throwLater(error);
      return false;
    }
  }

  onDowngraded(holdMs: number): boolean {
    try {
      return this.#hooks.onDowngraded(holdMs);
    } catch (error) {
      throwLater(error);
      return false;
    }
  }

  onReleased(mode: LockMode, holdMs: number): void {
    try {
      this.#hooks.onReleased(mode, holdMs);
    } catch (error) {
      throwLater(error);
    }
  }
}

function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
