import type { LockHooks, LockMode, LockMoment } from "./lock-observer.ts";

/**
 * Hooks that cannot break the lock that calls them: what they throw is thrown again as an uncaught error, as Node
 * does with the listeners of an `EventTarget`, instead of leaving a lock held or a waiter asleep for ever.
 */
export class IsolatedHooks implements LockHooks {
  readonly tally: LockHooks["tally"];
  readonly wantsOwners: boolean;
  readonly #hooks: LockHooks;

  constructor(hooks: LockHooks) {
    this.tally = hooks.tally;
    this.wantsOwners = hooks.wantsOwners ?? false;
    this.#hooks = hooks;
  }

  onFollowed(mode: LockMode, isTimed: boolean, moment: LockMoment, site: string | undefined): unknown {
    return isolated(() => this.#hooks.onFollowed(mode, isTimed, moment, site));
  }

  onRefused(mode: LockMode): void {
    isolated(() => this.#hooks.onRefused(mode));
  }

  onQueued(mode: LockMode, queueLength: number, moment: LockMoment, site: string | undefined): unknown {
    return isolated(() => this.#hooks.onQueued(mode, queueLength, moment, site));
  }

  onGrantedAfterWait(mode: LockMode, wait: unknown, moment: LockMoment): unknown {
    return isolated(() => this.#hooks.onGrantedAfterWait(mode, wait, moment));
  }

  onResumed(wait: unknown, nowMs: number): void {
    isolated(() => this.#hooks.onResumed(wait, nowMs));
  }

  onTimeout(mode: LockMode, wait: unknown, moment: LockMoment): void {
    isolated(() => this.#hooks.onTimeout(mode, wait, moment));
  }

  onAbort(mode: LockMode, wait: unknown, moment: LockMoment): void {
    isolated(() => this.#hooks.onAbort(mode, wait, moment));
  }

  onUpgraded(hold: unknown, wait: unknown, moment: LockMoment): unknown {
    return isolated(() => this.#hooks.onUpgraded(hold, wait, moment));
  }

  onDowngraded(hold: unknown, moment: LockMoment): unknown {
    return isolated(() => this.#hooks.onDowngraded(hold, moment));
  }

  onReleased(mode: LockMode, hold: unknown, moment: LockMoment): void {
    isolated(() => this.#hooks.onReleased(mode, hold, moment));
  }
}

function isolated<T>(tell: () => T): T | undefined {
  try {
    // No note is `undefined`, however an observer spells it: null would say that the hold is released.
    return tell() ?? undefined;
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
    return undefined;
  }
}
