import type { Clock } from "../clock.ts";
import { LockReentryError, LockTimeoutError, LockUpgradeError } from "./lock-errors.ts";
import { Hold, type HoldKeeper, type LockGuard } from "./lock-guard.ts";
import type { LockHooks, LockIdentity, LockMode, LockMoment } from "./lock-observer.ts";
import { modeOwned, runAsOwner } from "./lock-owners.ts";
import type { LockParts } from "./lock-parts.ts";
import { LockWait, type LockWaitOptions, refusal } from "./lock-wait.ts";
import { NOT_FREE } from "./not-free.ts";
import { type Held, runHeld, runHeldNow } from "./run-held.ts";
import { RWLockCore } from "./rw-lock-core.ts";
import { UpgradeKeeper } from "./upgrade-keeper.ts";
import { isLimited, type WaitKeeper, WaitLimits } from "./wait-limits.ts";
import type { WaitLine } from "./wait-line.ts";

/**
 * The core, with a guard for each of its holds and a promise for each of its waits, telling the observer of all. It is
 * the core, rather than has one, because an idle lock should be small.
 */
export class GuardIssuer extends RWLockCore<LockWait> implements LockIdentity, Held, HoldKeeper, WaitKeeper {
  readonly name: string;
  readonly #parts: LockParts;

  constructor(name: string, parts: LockParts) {
    super();
    this.name = name;
    this.#parts = parts;
  }

  get clock(): Clock {
    return this.#parts.clock;
  }

  /** 0 when nobody waits. */
  get oldestWaitMs(): number {
    return this.heads.reduce((longestMs, wait) => Math.max(longestMs, this.#waitedMs(wait)), 0);
  }

  acquire(mode: LockMode, options?: LockWaitOptions): Promise<LockGuard> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    return this.tryEnter(mode)
      ? Promise.resolve(this.#issue(mode, options?.site))
      : this.#await(mode, options);
  }

  tryAcquire(mode: LockMode): LockGuard | undefined {
    return this.tryEnter(mode) ? this.#issue(mode) : this.#refuse(mode);
  }

  run<T>(mode: LockMode, body: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    if (!this.tryEnter(mode)) return this.#runLater(mode, body, options);
    if (!this.#parts.needsGuards) return runHeld(this, body, mode);
    const guard = this.#guardOfBody(mode, options?.site);
    return guard === undefined ? runHeld(this, body, mode) : runHeld(guard, this.bodyOf(guard, body));
  }

  tryRun<T>(mode: LockMode, body: () => T): T | typeof NOT_FREE {
    if (!this.tryEnter(mode)) return this.#refuse(mode) ?? NOT_FREE;
    if (!this.#parts.needsGuards) return runHeldNow(this, body, mode);
    const guard = this.#guardOfBody(mode);
    return guard === undefined ? runHeldNow(this, body, mode) : runHeldNow(guard, this.bodyOf(guard, body));
  }

  /** `run` as what is done under `guard`. */
  bodyOf<T>(guard: LockGuard, run: () => T): () => T {
    return this.#parts.tracksOwners ? () => runAsOwner(this, guard, run) : run;
  }

  /** Ends a hold for which there is no guard. */
  release(mode: LockMode): void {
    if (this.#parts.needsGuards) this.takeBack(mode, undefined);
    else this.leave(mode);
  }

  takeBack(mode: LockMode, followed: unknown): void {
    const { tally } = this.#parts;
    if (tally !== undefined && (followed !== undefined || this.#isContended(tally))) {
      const inside = mode === "read" ? this.readers - 1 : 0;
      this.#parts.hooks?.onReleased(mode, followed, this.#moment(inside));
    }
    this.leave(mode);
  }

  upgradeHold(hold: Hold, options?: LockWaitOptions): Promise<LockGuard> {
    if (!hold.isHeld) return Promise.reject(new LockUpgradeError(this, "released"));
    if (hold.mode === "write") return Promise.resolve(hold);
    const refused = refusal(options) ?? this.#closedRejection();
    if (refused !== undefined) return refused;
    if (this.upgrader !== undefined) {
      this.#parts.hooks?.onRefused("write");
      return Promise.reject(new LockUpgradeError(this, "another upgrade"));
    }
    if (this.tryUpgrade()) return Promise.resolve(this.#makeWriter(hold, undefined));
    return this.#reentryRejection("write", options, hold) ?? this.#queue("write", options, hold);
  }

  downgradeHold(hold: Hold): boolean {
    if (hold.mode !== "write") return false;
    const { hooks } = this.#parts;
    hold.mode = "read";
    hold.followed = hooks?.onDowngraded(hold.followed ?? undefined, this.#moment(1));
    this.downgrade();
    return true;
  }

  /** Sends away all who wait, and all who will come. */
  closeFor(reason: unknown): void {
    for (const wait of this.close(reason)) this.#sendAway(wait, reason);
  }

  timedOut(wait: LockWait, timeoutMs: number): void {
    this.#forget(wait);
    if (wait.noted !== undefined) this.#parts.hooks?.onTimeout(wait.mode, wait.noted, this.#moment());
    this.giveUp(wait);
    wait.refuse(new LockTimeoutError(this, wait.mode, timeoutMs));
  }

  aborted(wait: LockWait, reason: unknown): void {
    this.#sendAway(wait, reason);
    this.giveUp(wait);
  }

  /** Ends an upgrade whose read is given back. */
  abandoned(wait: LockWait): void {
    this.#sendAway(wait, new LockUpgradeError(this, "released"));
    this.giveUp(wait);
  }

  protected makeLine(): WaitLine<LockWait> {
    return this.#parts.makeLine();
  }

  protected admitted(wait: LockWait): void {
    this.#forget(wait);
    wait.grant(
      wait.upgrading === undefined
        ? this.#issueAfterWait(wait)
        : this.#makeWriter(wait.upgrading, wait.noted),
    );
  }

  /** The guard of one who has entered without waiting. */
  #issue(mode: LockMode, site?: string): Hold {
    return new Hold(this, mode, this.#noted(mode, site));
  }

  /** The same of one who gives a body; `undefined` where nobody has to know this hold from others. */
  #guardOfBody(mode: LockMode, site?: string): Hold | undefined {
    const followed = this.#noted(mode, site);
    return followed === undefined && !this.#parts.tracksOwners ? undefined : new Hold(this, mode, followed);
  }

  /** Counts a grant without a wait. Returns the observer's note of the hold, if it follows it. */
  #noted(mode: LockMode, site: string | undefined): unknown {
    const { tally } = this.#parts;
    if (tally === undefined) return undefined;
    const isTimed = tally.grants.note(mode, this.readers);
    const isFollowed = isTimed || site !== undefined || this.queueLength > 0;
    return isFollowed ? this.#follow(mode, isTimed, site) : undefined;
  }

  #follow(mode: LockMode, isTimed: boolean, site: string | undefined): unknown {
    const { hooks, tally } = this.#parts;
    if (!tally?.grants.isOn) return undefined;
    const inside = this.isWriteLocked ? 1 : this.readers;
    const nowMs = isTimed || this.queueLength > 0 ? this.#parts.clock.now() : NaN;
    return hooks?.onFollowed(mode, isTimed, { nowMs, inside }, site);
  }

  /** Says no to a caller that does not wait. */
  #refuse(mode: LockMode): undefined {
    const { closure } = this;
    if (closure !== undefined) throw closure.reason;
    this.#parts.hooks?.onRefused(mode);
  }

  /** Waits for what could not be had at once. */
  #await(mode: LockMode, options: LockWaitOptions | undefined): Promise<LockGuard> {
    return this.#closedRejection() ?? this.#reentryRejection(mode, options) ?? this.#queue(mode, options);
  }

  /** Apart from {@link run}, so that this needs no room for what closures keep when there is no wait. */
  #runLater<T>(
    mode: LockMode,
    body: () => T | PromiseLike<T>,
    options: LockWaitOptions | undefined,
  ): Promise<T> {
    const wait = this.#await(mode, options);
    return this.#parts.needsGuards
      ? wait.then((guard) => runHeld(guard, this.bodyOf(guard, body)))
      : wait.then(() => runHeld(this, body, mode));
  }

  #queue(mode: LockMode, options: LockWaitOptions | undefined, upgrading?: Hold): Promise<LockGuard> {
    const { hooks, tally } = this.#parts;
    const noted = tally?.grants.isOn
      ? hooks?.onQueued(mode, this.queueLength + 1, this.#moment(), options?.site)
      : undefined;
    if (options?.timeoutMs === 0) {
      if (noted !== undefined) hooks?.onTimeout(mode, noted, this.#moment());
      return Promise.reject(new LockTimeoutError(this, mode, 0));
    }
    const granted = this.#enqueued(mode, options, upgrading, noted);
    // Told from within the caller's own turn, so what it waits for besides the lock is known apart.
    return noted === undefined ? granted : granted.then((guard) => this.#resumed(guard, noted));
  }

  #enqueued(
    mode: LockMode,
    options: LockWaitOptions | undefined,
    upgrading: Hold | undefined,
    noted: unknown,
  ): Promise<LockGuard> {
    const { clock, watch } = this.#parts;
    return new Promise((resolve, reject) => {
      const wait = new LockWait(mode, clock.now(), upgrading, noted, resolve);
      if (options !== undefined && isLimited(options)) {
        wait.limits = new WaitLimits(this, wait, options, reject);
        watch.watch(wait.limits);
      }
      if (upgrading === undefined) {
        this.enqueue(wait);
      } else {
        upgrading.keeper = new UpgradeKeeper(this, wait);
        this.awaitUpgrade(wait);
      }
    });
  }

  #issueAfterWait({ mode, noted }: LockWait): LockGuard {
    const { hooks } = this.#parts;
    const isNoted = hooks !== undefined && noted !== undefined;
    return new Hold(this, mode, isNoted ? hooks.onGrantedAfterWait(mode, noted, this.#moment()) : undefined);
  }

  /** `noted` is `undefined` when it did not wait. */
  #makeWriter(hold: Hold, noted: unknown): LockGuard {
    hold.mode = "write";
    hold.followed = this.#parts.hooks?.onUpgraded(hold.followed ?? undefined, noted, this.#moment());
    return hold;
  }

  #resumed(guard: LockGuard, noted: unknown): LockGuard {
    this.#parts.hooks?.onResumed(noted, this.#parts.clock.now());
    return guard;
  }

  #sendAway(wait: LockWait, reason: unknown): void {
    this.#forget(wait);
    if (wait.noted !== undefined) this.#parts.hooks?.onAbort(wait.mode, wait.noted, this.#moment());
    wait.refuse(reason);
  }

  #forget({ limits, upgrading }: LockWait): void {
    if (limits !== undefined) this.#parts.watch.forget(limits);
    if (upgrading !== undefined) upgrading.keeper = this;
  }

  #closedRejection(): Promise<never> | undefined {
    const { closure } = this;
    return closure && Promise.reject(closure.reason);
  }

  #reentryRejection(
    mode: LockMode,
    options: LockWaitOptions | undefined,
    except?: LockGuard,
  ): Promise<never> | undefined {
    // Who allows no time does not wait for itself either.
    if (!this.#parts.tracksOwners || options?.timeoutMs === 0) return undefined;
    const held = modeOwned(this, except);
    if (held === undefined) return undefined;
    this.#parts.hooks?.onRefused(mode);
    return Promise.reject(new LockReentryError(this, held, mode));
  }

  #waitedMs({ queuedAtMs }: LockWait): number {
    return this.#parts.clock.now() - queuedAtMs;
  }

  /** Whether others wait, and the observer wants to know. */
  #isContended({ grants }: LockHooks["tally"]): boolean {
    return this.queueLength > 0 && grants.isOn;
  }

  #moment(inside = this.isWriteLocked ? 1 : this.readers): LockMoment {
    return { nowMs: this.#parts.clock.now(), inside };
  }
}
