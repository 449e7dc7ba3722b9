import type { Hold, HoldKeeper, LockGuard } from "./lock-guard.ts";
import type { LockMode } from "./lock-observer.ts";
import type { LockWait, LockWaitOptions } from "./lock-wait.ts";

interface UpgradeEnder {
  /** Ends an upgrade whose read is given back. */
  abandoned(wait: LockWait): void;
}

/** Keeps a read while it waits to become a write: whoever releases it ends the wait. */
export class UpgradeKeeper implements HoldKeeper {
  readonly #issuer: HoldKeeper & UpgradeEnder;
  readonly #wait: LockWait;

  constructor(issuer: HoldKeeper & UpgradeEnder, wait: LockWait) {
    this.#issuer = issuer;
    this.#wait = wait;
  }

  takeBack(mode: LockMode, followed: unknown): void {
    this.#issuer.abandoned(this.#wait);
    this.#issuer.takeBack(mode, followed);
  }

  upgradeHold(hold: Hold, options?: LockWaitOptions): Promise<LockGuard> {
    return this.#issuer.upgradeHold(hold, options);
  }

  downgradeHold(hold: Hold): boolean {
    return this.#issuer.downgradeHold(hold);
  }
}
