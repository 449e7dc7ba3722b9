import type { Clock } from "../clock.ts";
import { ClosedError } from "../errors.ts";
import { GuardIssuer, type LockParts } from "./guard-issuer.ts";
import { IsolatedHooks } from "./isolated-hooks.ts";
import type { LockGuard } from "./lock-guard.ts";
import type { LockIdentity, LockMode, LockObserver } from "./lock-observer.ts";
import { runAsOwner } from "./lock-owners.ts";
import { type LockWaitOptions, refusal } from "./lock-wait.ts";
import { monotonicClock } from "./monotonic-clock.ts";
import { runHeld } from "./run-held.ts";
import { type CheckResult, checkAndChange } from "./check-and-change.ts";
import { type AdmissionOptions, resolveAdmission } from "./wait-line.ts";
import { WaitWatch } from "./wait-watch.ts";

/** What a lock is called, who watches it, and in what order it is entered. */
export interface AsyncRWLockOptions extends AdmissionOptions {
  /** Names the lock in errors and reports. @defaultValue "unnamed" */
  readonly name?: string;
  /** Learns of every grant, wait and release, such as a `LockProfiler`. Without one no clock is read on the way in. */
  readonly observer?: LockObserver;
  /**
   * Whether a task that would wait for itself gets a `LockReentryError` instead: from within the body of a `with…` call,
   * and all that it starts while the lock is held, nobody can wait for the same lock. Guards do not tell whose they are, so holds
   * of `acquire…` are not known. It follows tasks by `AsyncLocalStorage`, which makes every `await` of the process three
   * times dearer before Node 24. @defaultValue false
   */
  readonly trackOwners?: boolean;
}

const sharedParts: LockParts = {
  clock: monotonicClock,
  watch: new WaitWatch(monotonicClock),
  hooks: undefined,
  tracksOwners: false,
};

/**
 * Many readers or one writer, for tasks of one thread that hold something across `await`s. Callers enter in the order
 * of arrival, neighbouring readers together; nobody passes a caller that waits, so neither side starves. Other policies
 * let one side pass the other, up to a bound. A guard that waits for its upgrade goes before all.
 *
 * It is not re-entrant: a task that holds the lock and waits for it again, in either mode, may wait for itself
 * ({@link AsyncRWLockOptions.trackOwners} tells it so). It does not protect against code that runs without it, and a
 * single synchronous read needs no lock at all.
 */
export class AsyncRWLock implements LockIdentity {
  readonly name: string;
  readonly #issuer: GuardIssuer;

  /** Waits and holds are measured, and timeouts end, by `clock`: the machine's monotonic one unless a test holds time still. */
  constructor(options: AsyncRWLockOptions = {}, { clock = monotonicClock }: { readonly clock?: Clock } = {}) {
    const { name = "unnamed", observer, trackOwners: tracksOwners = false } = options;
    this.name = name;
    const makeLine = resolveAdmission(options);
    if (clock === monotonicClock && observer === undefined && !tracksOwners) {
      this.#issuer = new GuardIssuer(this, makeLine, sharedParts);
      return;
    }
    const watch = clock === monotonicClock ? sharedParts.watch : new WaitWatch(clock);
    const parts: LockParts = { clock, watch, hooks: undefined, tracksOwners };
    this.#issuer = new GuardIssuer(this, makeLine, parts);
    // Last, because an observer may read the lock that registers.
    if (observer !== undefined) parts.hooks = new IsolatedHooks(observer.register(this));
  }

  /** Readers inside now. */
  get readers(): number {
    return this.#issuer.readers;
  }

  /** Whether a writer is inside now. */
  get isWriteLocked(): boolean {
    return this.#issuer.isWriteLocked;
  }

  /** Callers that wait now, one that waits for its upgrade included. */
  get queueLength(): number {
    return this.#issuer.queueLength;
  }

  /** How long the caller that waits longest has waited, in ms; 0 when nobody waits. */
  get oldestWaitMs(): number {
    return this.#issuer.oldestWaitMs;
  }

  /**
   * Runs `run` while no writer is inside, and settles as it does. The lock is released when `run` returns, throws, or
   * the promise it returned settles. A timeout or an abort ends the wait only, never a `run` that has begun.
   */
  withRead<T>(run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    return this.#with("read", run, options);
  }

  /** Runs `run` while nobody else is inside; else as {@link withRead}. */
  withWrite<T>(run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    return this.#with("write", run, options);
  }

  /**
   * Looks whether there is something to change, among readers, and changes it as the only one inside: `check` runs under
   * the read lock, again under the write lock, and then `change` runs with what it found. When `check` finds nothing,
   * `undefined` or `false`, the call ends there and resolves with `undefined`. `check` changes nothing itself.
   *
   * No writer comes in between, unless two calls want to change at once: then one lets go of its read, and takes its place in
   * line as a writer. `timeoutMs` limits all waits of the call together.
   */
  withUpgrade<Found, T>(
    check: () => CheckResult<Found> | PromiseLike<CheckResult<Found>>,
    change: (found: Found) => T | PromiseLike<T>,
    options: LockWaitOptions = {},
  ): Promise<T | undefined> {
    return checkAndChange(this, { check, change }, options, {
      clock: this.#issuer.clock,
      inside: (guard, run) => this.#inside(guard, run)(),
    });
  }

  /**
   * Waits until no writer is inside or queued before the caller. The guard must be released.
   * Rejects with a `LockTimeoutError`, with the signal's reason, with that of {@link close}, with a `LockReentryError` where
   * owners are tracked, or with a `RangeError` for a `timeoutMs` below 0 or NaN.
   */
  acquireRead(options?: LockWaitOptions): Promise<LockGuard> {
    return this.#acquire("read", options);
  }

  /** Waits until nobody is inside; else as {@link acquireRead}. */
  acquireWrite(options?: LockWaitOptions): Promise<LockGuard> {
    return this.#acquire("write", options);
  }

  /**
   * Takes the lock now, without a promise; `undefined` when it cannot without passing somebody it may not pass. Throws the
   * reason of {@link close} once the lock is closed, because it will never be free again.
   */
  tryAcquireRead(): LockGuard | undefined {
    return this.#tryAcquire("read");
  }

  /** As {@link tryAcquireRead}, when nobody is inside. */
  tryAcquireWrite(): LockGuard | undefined {
    return this.#tryAcquire("write");
  }

  /**
   * Ends the lock: whoever waits is rejected with `reason`, and so is whoever comes later. Who is inside stays, releases and
   * downgrades as ever; upgrades are rejected. Only the first call counts. {@link whenIdle} tells when the last has left.
   *
   * `reason` is a `ClosedError` unless given.
   */
  close(reason: unknown = new ClosedError(`lock "${this.name}"`)): void {
    if (!this.isClosed) this.#issuer.closeFor(reason);
  }

  get isClosed(): boolean {
    return this.#issuer.closure !== undefined;
  }

  /** Resolves at the next moment at which nobody is inside or waits, at once when it is now. Others may enter right after. */
  whenIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#issuer.whenIdle(resolve);
    });
  }

  #with<T>(mode: LockMode, run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    const guard = this.#issuer.tryIssue(mode);
    return guard === undefined
      ? this.#issuer.wait(mode, options).then((granted) => runHeld(granted, this.#inside(granted, run)))
      : runHeld(guard, this.#inside(guard, run));
  }

  /** `run` as the body of `guard`. */
  #inside<T>(guard: LockGuard, run: () => T): () => T {
    return this.#issuer.tracksOwners ? () => runAsOwner(this, guard, run) : run;
  }

  #acquire(mode: LockMode, options?: LockWaitOptions): Promise<LockGuard> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    const guard = this.#issuer.tryIssue(mode);
    return guard === undefined ? this.#issuer.wait(mode, options) : Promise.resolve(guard);
  }

  #tryAcquire(mode: LockMode): LockGuard | undefined {
    return this.#issuer.tryIssue(mode) ?? this.#issuer.refuse(mode);
  }
}
