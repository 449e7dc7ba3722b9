import type { Hold, LockGuard } from "./lock-guard.ts";
import type { LockMode } from "./lock-observer.ts";
import type { CoreWaiter } from "./rw-lock-core.ts";

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

/** Hears how waits end. */
export interface WaitKeeper {
  admitted(wait: LockWait): void;
  timedOut(wait: LockWait): void;
  aborted(wait: LockWait): void;
}

/** A caller that waits, with the promise that was given to it. */
export class LockWait implements CoreWaiter<LockWait> {
  readonly keeper: WaitKeeper;
  readonly mode: LockMode;
  readonly queuedAtMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The read that becomes a write when this wait ends well; `undefined` for a wait in line. */
  readonly upgrading: Hold | undefined;
  readonly promise: Promise<LockGuard>;
  isQueued = false;
  ahead: LockWait | undefined = undefined;
  behind: LockWait | undefined = undefined;
  resolve!: (guard: LockGuard) => void;
  reject!: (reason: unknown) => void;

  constructor(
    keeper: WaitKeeper,
    mode: LockMode,
    queuedAtMs: number,
    { timeoutMs = Infinity, signal }: LockWaitOptions,
    upgrading: Hold | undefined,
  ) {
    this.keeper = keeper;
    this.mode = mode;
    this.queuedAtMs = queuedAtMs;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
    this.upgrading = upgrading;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  onAdmitted(): void {
    this.keeper.admitted(this);
  }
}
