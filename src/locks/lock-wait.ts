import type { Hold, LockGuard } from "./lock-guard.ts";
import type { LockMode } from "./lock-observer.ts";
import type { WaitLimits } from "./wait-limits.ts";
import type { Queued } from "./wait-line.ts";

/** How long a caller is willing to wait for a lock. The first of grant, timeout and abort decides. */
export interface LockWaitOptions {
  /**
   * Longest wait in ms; 0 takes the lock at once or not at all. When it is over the call rejects with a
   * `LockTimeoutError`. @defaultValue Infinity
   */
  readonly timeoutMs?: number;
  /** When it aborts while the call waits, or has aborted before, the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Names the caller's place in reports, where that of its stack would say less. A few short names, not one a call. */
  readonly site?: string;
}

/** The rejection of a caller that may not wait at all; `undefined` for all others. */
export function refusal(options: LockWaitOptions | undefined): Promise<never> | undefined {
  if (options === undefined) return undefined;
  const { timeoutMs, signal } = options;
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    return Promise.reject(new RangeError(`timeoutMs must be 0 or more, was ${timeoutMs}`));
  }
  return signal?.aborted ? Promise.reject(signal.reason) : undefined;
}

/** A caller that waits. Nearly all that a wait costs is its memory, so it keeps no more than every wait needs. */
export class LockWait implements Queued<LockWait> {
  readonly mode: LockMode;
  readonly queuedAtMs: number;
  /** The read that becomes a write when this wait ends well; `undefined` for a wait in line. */
  readonly upgrading: Hold | undefined;
  /** What the observer noted of it; `undefined` when it was told nothing. */
  readonly noted: unknown;
  /** `undefined` for a caller that waits for as long as it takes. */
  limits: WaitLimits | undefined = undefined;
  ahead: LockWait | undefined = undefined;
  behind: LockWait | undefined = undefined;
  readonly #resolve: (guard: LockGuard | PromiseLike<never>) => void;

  constructor(
    mode: LockMode,
    queuedAtMs: number,
    upgrading: Hold | undefined,
    noted: unknown,
    resolve: (guard: LockGuard | PromiseLike<never>) => void,
  ) {
    this.mode = mode;
    this.queuedAtMs = queuedAtMs;
    this.upgrading = upgrading;
    this.noted = noted;
    this.#resolve = resolve;
  }

  grant(guard: LockGuard): void {
    this.#resolve(guard);
  }

  refuse(reason: unknown): void {
    if (this.limits !== undefined) this.limits.reject(reason);
    // Rare, for one without limits, so none keeps a `reject`: it is a tenth of what a wait takes.
    else this.#resolve(rejectedWith(reason));
  }
}

/** Rejects the promise that is resolved with it. */
function rejectedWith(reason: unknown): PromiseLike<never> {
  const then = (_: unknown, reject: (reason: unknown) => void): void => reject(reason);
  // oxlint-disable-next-line unicorn/no-thenable -- only a thenable rejects by way of `resolve`
  return { then } as unknown as PromiseLike<never>;
}
