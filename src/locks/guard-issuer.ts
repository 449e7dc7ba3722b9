import type { Clock } from "../clock.ts";
import { LockReentryError, LockTimeoutError, LockUpgradeError } from "./lock-errors.ts";
import { Hold, type HoldKeeper, type LockGuard } from "./lock-guard.ts";
import type { LockHooks, LockIdentity, LockMode } from "./lock-observer.ts";
import { modeOwned } from "./lock-owners.ts";
import { LockWait, type LockWaitOptions, refusal, type WaitKeeper } from "./lock-wait.ts";
import { RWLockCore } from "./rw-lock-core.ts";
import type { LineMaker } from "./wait-line.ts";
import type { WaitWatch } from "./wait-watch.ts";

/** What a lock works with. Locks without an observer or a clock of their own share one. */
export interface LockParts {
  readonly clock: Clock;
  readonly watch: WaitWatch;
  hooks: LockHooks | undefined;
  readonly tracksOwners: boolean;
}

/**
 * The core, with a guard for each of its holds and a promise for each of its waits, telling the observer of all. It is
 * the core, rather than has one, because an idle lock should be small.
 */
export class GuardIssuer extends RWLockCore<LockWait> implements HoldKeeper, WaitKeeper {
  readonly #lock: LockIdentity;
  readonly #parts: LockParts;

  /** `lock` is the one that callers see. */
  constructor(lock: LockIdentity, makeLine: LineMaker, parts: LockParts) {
    super(makeLine);
    this.#lock = lock;
    this.#parts = parts;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  get tracksOwners(): boolean {
    return this.#parts.tracksOwners;
  }

  /** 0 when nobody waits. */
  get oldestWaitMs(): number {
    return this.heads.reduce((longestMs, wait) => Math.max(longestMs, this.#waitedMs(wait)), 0);
  }

  /** Takes the lock if it is free for `mode` now. */
  tryIssue(mode: LockMode): LockGuard | undefined {
    if (!this.tryEnter(mode)) return undefined;
    const { hooks } = this.#parts;
    const isTimed = hooks !== undefined && hooks.onGranted(mode, this.readers);
    return new Hold(this, mode, this.#holdStart(isTimed));
  }

  /** Says no to a caller that does not wait. */
  refuse(mode: LockMode): undefined {
    const { closure } = this;
    if (closure !== undefined) throw closure.reason;
    this.#parts.hooks?.onRefused(mode);
  }

  /** Waits for what {@link tryIssue} did not give. */
  wait(mode: LockMode, options: LockWaitOptions = {}): Promise<LockGuard> {
    return this.#closedRejection() ?? this.#reentryRejection(mode) ?? this.#wait(mode, options);
  }

  takeBack(mode: LockMode, heldSinceMs: number | undefined): void {
    const { hooks } = this.#parts;
    if (hooks !== undefined) hooks.onReleased(mode, this.#heldMs(heldSinceMs));
    this.leave(mode);
  }

  upgradeHold(hold: Hold, options: LockWaitOptions = {}): Promise<LockGuard> {
    if (!hold.isHeld) return Promise.reject(new LockUpgradeError(this.#lock, "released"));
    if (hold.mode === "write") return Promise.resolve(hold);
    const refused = refusal(options) ?? this.#closedRejection();
    if (refused !== undefined) return refused;
    if (this.upgrader !== undefined) {
      this.#parts.hooks?.onRefused("write");
      return Promise.reject(new LockUpgradeError(this.#lock, "another upgrade"));
    }
    if (this.tryUpgrade()) return Promise.resolve(this.#makeWriter(hold, NaN));
    return this.#reentryRejection("write", hold) ?? this.#wait("write", options, hold);
  }

  downgradeHold(hold: Hold): boolean {
    if (hold.mode !== "write") return false;
    const { hooks } = this.#parts;
    const isTimed = hooks !== undefined && hooks.onDowngraded(this.#heldMs(hold.heldSinceMs));
    hold.mode = "read";
    hold.heldSinceMs = this.#holdStart(isTimed);
    this.downgrade();
    return true;
  }

  /** Sends away all who wait, and all who will come. */
  closeFor(reason: unknown): void {
    for (const wait of this.close(reason)) this.#sendAway(wait, reason);
  }

  admitted(wait: LockWait): void {
    this.#forget(wait);
    const waitMs = this.#parts.hooks === undefined ? NaN : this.#waitedMs(wait);
    wait.resolve(
      wait.upgrading === undefined
        ? this.#issueAfterWait(wait.mode, waitMs)
        : this.#makeWriter(wait.upgrading, waitMs),
    );
  }

  timedOut(wait: LockWait): void {
    this.#forget(wait);
    this.#parts.hooks?.onTimeout(wait.mode, this.#waitedMs(wait));
    this.giveUp(wait);
    wait.reject(new LockTimeoutError(this.#lock, wait.mode, wait.timeoutMs));
  }

  aborted(wait: LockWait): void {
    this.#sendAway(wait, wait.signal?.reason);
    this.giveUp(wait);
  }

  /** Ends an upgrade whose read is given back. */
  abandoned(wait: LockWait): void {
    this.#sendAway(wait, new LockUpgradeError(this.#lock, "released"));
    this.giveUp(wait);
  }

  #wait(mode: LockMode, options: LockWaitOptions, upgrading?: Hold): Promise<LockGuard> {
    const { hooks, clock, watch } = this.#parts;
    hooks?.onQueued(mode, this.queueLength + 1);
    if (options.timeoutMs === 0) {
      hooks?.onTimeout(mode, 0);
      return Promise.reject(new LockTimeoutError(this.#lock, mode, 0));
    }
    const wait = new LockWait(this, mode, clock.now(), options, upgrading);
    watch.watch(wait);
    if (upgrading === undefined) {
      this.enqueue(wait);
    } else {
      upgrading.keeper = new UpgradeKeeper(this, wait);
      this.awaitUpgrade(wait);
    }
    return wait.promise;
  }

  #issueAfterWait(mode: LockMode, waitMs: number): LockGuard {
    const { hooks } = this.#parts;
    const isTimed = hooks !== undefined && hooks.onGrantedAfterWait(mode, this.readers, waitMs);
    return new Hold(this, mode, this.#holdStart(isTimed));
  }

  /** `waitMs` is NaN when it did not wait. */
  #makeWriter(hold: Hold, waitMs: number): LockGuard {
    const { hooks } = this.#parts;
    const isTimed = hooks !== undefined && hooks.onUpgraded(this.#heldMs(hold.heldSinceMs), waitMs);
    hold.mode = "write";
    hold.heldSinceMs = this.#holdStart(isTimed);
    return hold;
  }

  #sendAway(wait: LockWait, reason: unknown): void {
    this.#forget(wait);
    this.#parts.hooks?.onAbort(wait.mode, this.#waitedMs(wait));
    wait.reject(reason);
  }

  #forget(wait: LockWait): void {
    this.#parts.watch.forget(wait);
    if (wait.upgrading !== undefined) wait.upgrading.keeper = this;
  }

  #closedRejection(): Promise<never> | undefined {
    const { closure } = this;
    return closure && Promise.reject(closure.reason);
  }

  #reentryRejection(mode: LockMode, except?: LockGuard): Promise<never> | undefined {
    const held = this.#parts.tracksOwners ? modeOwned(this.#lock, except) : undefined;
    if (held === undefined) return undefined;
    this.#parts.hooks?.onRefused(mode);
    return Promise.reject(new LockReentryError(this.#lock, held, mode));
  }

  #waitedMs({ queuedAtMs }: LockWait): number {
    return this.#parts.clock.now() - queuedAtMs;
  }

  #heldMs(heldSinceMs: number | undefined | null): number {
    return typeof heldSinceMs !== "number" ? NaN : this.#parts.clock.now() - heldSinceMs;
  }

  /** Read after the observer was told, so that a hold's time is the holder's own. */
  #holdStart(isTimed: boolean): number | undefined {
    return isTimed ? this.#parts.clock.now() : undefined;
  }
}

/** Keeps a read while it waits to become a write: whoever releases it ends the wait. */
class UpgradeKeeper implements HoldKeeper {
  readonly #issuer: GuardIssuer;
  readonly #wait: LockWait;

  constructor(issuer: GuardIssuer, wait: LockWait) {
    this.#issuer = issuer;
    this.#wait = wait;
  }

  takeBack(mode: LockMode, heldSinceMs: number | undefined): void {
    this.#issuer.abandoned(this.#wait);
    this.#issuer.takeBack(mode, heldSinceMs);
  }

  upgradeHold(hold: Hold, options?: LockWaitOptions): Promise<LockGuard> {
    return this.#issuer.upgradeHold(hold, options);
  }

  downgradeHold(hold: Hold): boolean {
    return this.#issuer.downgradeHold(hold);
  }
}
