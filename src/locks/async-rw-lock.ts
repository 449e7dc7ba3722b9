import type { Clock } from "../clock.ts";
import { ClosedError } from "../errors.ts";
import { GuardIssuer } from "./guard-issuer.ts";
import { IsolatedHooks } from "./isolated-hooks.ts";
import type { LockGuard } from "./lock-guard.ts";
import type { LockIdentity, LockObserver } from "./lock-observer.ts";
import { resolveParts } from "./lock-parts.ts";
import type { LockWaitOptions } from "./lock-wait.ts";
import { monotonicClock } from "./monotonic-clock.ts";
import type { NOT_FREE } from "./not-free.ts";
import type { SynchronousBody } from "./run-held.ts";
import { type CheckResult, checkAndChange } from "./check-and-change.ts";
import type { AdmissionOptions } from "./wait-line.ts";

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
   * times dearer before Node 24.
   *
   * @defaultValue false; true where the observer asks for it, as a `LockProfiler` does with `debug`, or the environment
   * variable `TICKFRAME_TRACK_OWNERS` is `1` as the process starts, for tests
   */
  readonly trackOwners?: boolean;
}

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
  readonly #issuer: GuardIssuer;

  /** Waits and holds are measured, and timeouts end, by `clock`: the machine's monotonic one unless a test holds time still. */
  constructor(options: AsyncRWLockOptions = {}, { clock = monotonicClock }: { readonly clock?: Clock } = {}) {
    const { name = "unnamed", observer, trackOwners } = options;
    const parts = resolveParts(options, clock);
    this.#issuer = new GuardIssuer(name, parts);
    // Last, because an observer may read the lock that registers.
    if (observer === undefined) return;
    // By the identity under which owners know it.
    parts.hooks = new IsolatedHooks(observer.register(this.#issuer));
    parts.tally = parts.hooks.tally;
    parts.tracksOwners = trackOwners ?? (parts.tracksOwners || parts.hooks.wantsOwners === true);
  }

  get name(): string {
    return this.#issuer.name;
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
    return this.#issuer.run("read", run, options);
  }

  /** Runs `run` while nobody else is inside; else as {@link withRead}. */
  withWrite<T>(run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    return this.#issuer.run("write", run, options);
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
      inside: (guard, run) => this.#issuer.bodyOf(guard, run)(),
    });
  }

  /**
   * Waits until no writer is inside or queued before the caller. The guard must be released.
   * Rejects with a `LockTimeoutError`, with the signal's reason, with that of {@link close}, with a `LockReentryError` where
   * owners are tracked, or with a `RangeError` for a `timeoutMs` below 0 or NaN.
   */
  acquireRead(options?: LockWaitOptions): Promise<LockGuard> {
    return this.#issuer.acquire("read", options);
  }

  /** Waits until nobody is inside; else as {@link acquireRead}. */
  acquireWrite(options?: LockWaitOptions): Promise<LockGuard> {
    return this.#issuer.acquire("write", options);
  }

  /**
   * Takes the lock now, without a promise; `undefined` when it cannot without passing somebody it may not pass. Throws the
   * reason of {@link close} once the lock is closed, because it will never be free again.
   */
  tryAcquireRead(): LockGuard | undefined {
    return this.#issuer.tryAcquire("read");
  }

  /** As {@link tryAcquireRead}, when nobody is inside. */
  tryAcquireWrite(): LockGuard | undefined {
    return this.#issuer.tryAcquire("write");
  }

  /**
   * Runs `run` under the lock if that is free now, and returns what it returns; {@link NOT_FREE}, without running it, where
   * {@link tryAcquireRead} would get nothing. The lock is released when `run` returns or throws, and what it throws is thrown
   * on. It is the cheapest form: no promise, no guard. Throws the reason of {@link close} once the lock is closed.
   *
   * `run` is synchronous. Where it returns a promise all the same, the lock stays held until that settles, and the call
   * throws a `TypeError` at once.
   */
  tryWithRead<T>(run: SynchronousBody<T>): T | typeof NOT_FREE {
    return this.#issuer.tryRun("read", run);
  }

  /** As {@link tryWithRead}, when nobody is inside. */
  tryWithWrite<T>(run: SynchronousBody<T>): T | typeof NOT_FREE {
    return this.#issuer.tryRun("write", run);
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

  /** @internal `run` as what is done under `guard`, one of this lock's own. */
  bodyOf<T>(guard: LockGuard, run: () => T): () => T {
    return this.#issuer.bodyOf(guard, run);
  }
}
