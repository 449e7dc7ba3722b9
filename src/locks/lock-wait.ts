import type { LockGuard } from "./lock-guard.ts";
import type { LockMode } from "./lock-observer.ts";

/** How long a caller is willing to wait for a lock. The first of grant, timeout and abort decides. */
export interface LockWaitOptions {
  /**
   * Longest wait in ms; 0 takes the lock at once or not at all. When it is over the call rejects with a
   * `LockTimeoutError`. @defaultValue Infinity
   */
  readonly timeoutMs?: number;
  /** When it aborts while the call waits, or has aborted before, the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The rejection of a caller that may not wait at all; `undefined` for all others. */
export function refusal({ timeoutMs, signal }: LockWaitOptions = {}): Promise<never> | undefined {
  if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
    return Promise.reject(new RangeError(`timeoutMs must be 0 or more, was ${timeoutMs}`));
  }
  return signal?.aborted ? Promise.reject(signal.reason) : undefined;
}

/** A caller in the queue, with the promise that was given to it. */
export class LockWait {
  readonly mode: LockMode;
  readonly queuedAtMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly promise: Promise<LockGuard>;
  isQueued = false;
  ahead: LockWait | undefined = undefined;
  behind: LockWait | undefined = undefined;
  resolve!: (guard: LockGuard) => void;
  reject!: (reason: unknown) => void;

  constructor(mode: LockMode, queuedAtMs: number, { timeoutMs = Infinity, signal }: LockWaitOptions) {
    this.mode = mode;
    this.queuedAtMs = queuedAtMs;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
