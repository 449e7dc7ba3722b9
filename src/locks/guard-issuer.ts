import type { Clock } from "../clock.ts";
import { Hold, type HoldKeeper, type LockGuard } from "./lock-guard.ts";
import type { LockHooks, LockMode } from "./lock-observer.ts";
import type { LockWait } from "./lock-wait.ts";
import type { RWLockCore } from "./rw-lock-core.ts";

/** Gives a guard out for each hold of the core and takes it back, telling the observer of both. */
export class GuardIssuer implements HoldKeeper {
  readonly #core: RWLockCore<LockWait>;
  readonly #clock: Clock;
  readonly #hooks: LockHooks | undefined;

  constructor(core: RWLockCore<LockWait>, clock: Clock, hooks: LockHooks | undefined) {
    this.#core = core;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Takes the lock if it is free for `mode` now. */
  tryIssue(mode: LockMode): LockGuard | undefined {
    if (!this.#core.tryEnter(mode)) return undefined;
    const isTimed = this.#hooks !== undefined && this.#hooks.onGranted(mode, this.#core.readers);
    return this.#issue(mode, isTimed);
  }

  /** The guard of a wait that the core has let in. */
  issueAfterWait({ mode, queuedAtMs }: LockWait): LockGuard {
    const hooks = this.#hooks;
    if (hooks === undefined) return this.#issue(mode, false);
    const waitMs = this.#clock.now() - queuedAtMs;
    return this.#issue(mode, hooks.onGrantedAfterWait(mode, this.#core.readers, waitMs));
  }

  takeBack(mode: LockMode, heldSinceMs: number | undefined): void {
    if (this.#hooks !== undefined) {
      this.#hooks.onReleased(mode, heldSinceMs === undefined ? NaN : this.#clock.now() - heldSinceMs);
    }
    this.#core.leave(mode);
  }

  /** The clock is read after the observer was told, so that a hold's time is the holder's own. */
  #issue(mode: LockMode, isTimed: boolean): LockGuard {
    return new Hold(this, mode, isTimed ? this.#clock.now() : undefined);
  }
}
