import type { Clock } from "../clock.ts";
import { AbortWatch } from "./abort-watch.ts";
import { DeadlineWatch } from "./deadline-watch.ts";
import { GuardIssuer } from "./guard-issuer.ts";
import { IsolatedHooks } from "./isolated-hooks.ts";
import { LockTimeoutError } from "./lock-errors.ts";
import type { LockGuard } from "./lock-guard.ts";
import type { LockHooks, LockIdentity, LockMode, LockObserver } from "./lock-observer.ts";
import { LockWait, type LockWaitOptions, refusal } from "./lock-wait.ts";
import { monotonicClock } from "./monotonic-clock.ts";
import { runHeld } from "./run-held.ts";
import { RWLockCore } from "./rw-lock-core.ts";

/** What a lock is called, and who watches it. */
export interface AsyncRWLockOptions {
  /** Names the lock in errors and reports. @defaultValue "unnamed" */
  readonly name?: string;
  /** Learns of every grant, wait and release, such as a `LockProfiler`. Without one no clock is read on the way in. */
  readonly observer?: LockObserver;
}

/**
 * Many readers or one writer, for tasks of one thread that hold something across `await`s. Callers enter in the order
 * of arrival, neighbouring readers together; nobody passes a caller that waits, so neither side starves.
 *
 * It is not re-entrant: a task that holds the lock and waits for it again, in either mode, may wait for itself. It does
 * not protect against code that runs without it, and a single synchronous read needs no lock at all.
 */
export class AsyncRWLock implements LockIdentity {
  readonly name: string;
  readonly #core: RWLockCore<LockWait>;
  readonly #issuer: GuardIssuer;
  readonly #deadlines: DeadlineWatch<LockWait>;
  readonly #aborts: AbortWatch<LockWait>;
  readonly #clock: Clock;
  readonly #hooks: LockHooks | undefined;

  /** Waits and holds are measured, and timeouts end, by `clock`: the machine's monotonic one unless a test holds time still. */
  constructor(options: AsyncRWLockOptions = {}, { clock = monotonicClock }: { readonly clock?: Clock } = {}) {
    const { name = "unnamed", observer } = options;
    this.name = name;
    this.#clock = clock;
    this.#core = new RWLockCore((wait) => this.#admitted(wait));
    this.#deadlines = new DeadlineWatch(clock, (wait) => this.#timedOut(wait));
    this.#aborts = new AbortWatch((wait) => this.#aborted(wait));
    this.#hooks = observer && new IsolatedHooks(observer.register(this));
    this.#issuer = new GuardIssuer(this.#core, clock, this.#hooks);
  }

  /** Readers inside now. */
  get readers(): number {
    return this.#core.readers;
  }

  /** Whether a writer is inside now. */
  get isWriteLocked(): boolean {
    return this.#core.isWriteLocked;
  }

  /** Callers that wait now. */
  get queueLength(): number {
    return this.#core.queueLength;
  }

  /** How long the caller that waits longest has waited, in ms; 0 when nobody waits. */
  get oldestWaitMs(): number {
    const oldest = this.#core.head;
    return oldest === undefined ? 0 : this.#clock.now() - oldest.queuedAtMs;
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
   * Waits until no writer is inside or queued before the caller. The guard must be released.
   * Rejects with a `LockTimeoutError`, with the signal's reason, or with a `RangeError` for a `timeoutMs` below 0 or NaN.
   */
  acquireRead(options?: LockWaitOptions): Promise<LockGuard> {
    return this.#acquire("read", options);
  }

  /** Waits until nobody is inside; else as {@link acquireRead}. */
  acquireWrite(options?: LockWaitOptions): Promise<LockGuard> {
    return this.#acquire("write", options);
  }

  /** Takes the lock now, without a promise; `undefined` when a writer is inside or anybody waits. */
  tryAcquireRead(): LockGuard | undefined {
    return this.#tryAcquire("read");
  }

  /** Takes the lock now, without a promise; `undefined` when anybody is inside. */
  tryAcquireWrite(): LockGuard | undefined {
    return this.#tryAcquire("write");
  }

  #with<T>(mode: LockMode, run: () => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    const guard = this.#issuer.tryIssue(mode);
    return guard === undefined
      ? this.#wait(mode, options).then((granted) => runHeld(granted, run))
      : runHeld(guard, run);
  }

  #acquire(mode: LockMode, options?: LockWaitOptions): Promise<LockGuard> {
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    const guard = this.#issuer.tryIssue(mode);
    return guard === undefined ? this.#wait(mode, options) : Promise.resolve(guard);
  }

  #tryAcquire(mode: LockMode): LockGuard | undefined {
    const guard = this.#issuer.tryIssue(mode);
    if (guard === undefined) this.#hooks?.onRefused(mode);
    return guard;
  }

  #wait(mode: LockMode, options: LockWaitOptions = {}): Promise<LockGuard> {
    this.#hooks?.onQueued(mode, this.#core.queueLength + 1);
    if (options.timeoutMs === 0) {
      this.#hooks?.onTimeout(mode, 0);
      return Promise.reject(new LockTimeoutError(this, mode, 0));
    }
    const wait = new LockWait(mode, this.#clock.now(), options);
    if (wait.timeoutMs !== Infinity) this.#deadlines.watch(wait);
    if (wait.signal !== undefined) this.#aborts.watch(wait, wait.signal);
    // Last, so that a wait the core lets in at once is not watched afterwards.
    this.#core.enqueue(wait);
    return wait.promise;
  }

  #admitted(wait: LockWait): void {
    this.#forget(wait);
    wait.resolve(this.#issuer.issueAfterWait(wait));
  }

  #timedOut(wait: LockWait): void {
    this.#forget(wait);
    this.#hooks?.onTimeout(wait.mode, this.#clock.now() - wait.queuedAtMs);
    this.#core.giveUp(wait);
    wait.reject(new LockTimeoutError(this, wait.mode, wait.timeoutMs));
  }

  #aborted(wait: LockWait): void {
    this.#forget(wait);
    this.#hooks?.onAbort(wait.mode, this.#clock.now() - wait.queuedAtMs);
    this.#core.giveUp(wait);
    wait.reject(wait.signal?.reason);
  }

  #forget(wait: LockWait): void {
    this.#deadlines.forget(wait);
    this.#aborts.forget(wait);
  }
}
