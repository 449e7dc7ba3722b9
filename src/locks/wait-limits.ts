import type { QueueLinks } from "./wait-queue.ts";
import type { LockWait, LockWaitOptions } from "./lock-wait.ts";

/** Hears how waits end that are limited. */
export interface WaitKeeper {
  timedOut(wait: LockWait, timeoutMs: number): void;
  aborted(wait: LockWait, reason: unknown): void;
}

/** What may end a wait before its grant. Apart from the wait, because most have no limit. */
export class WaitLimits implements QueueLinks<WaitLimits> {
  readonly keeper: WaitKeeper;
  readonly wait: LockWait;
  /** Infinity when time does not end it. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  ahead: WaitLimits | undefined = undefined;
  behind: WaitLimits | undefined = undefined;
  /** Rejects the caller's promise. */
  readonly reject: (reason: unknown) => void;

  constructor(
    keeper: WaitKeeper,
    wait: LockWait,
    { timeoutMs = Infinity, signal }: LockWaitOptions,
    reject: (reason: unknown) => void,
  ) {
    this.keeper = keeper;
    this.wait = wait;
    this.reject = reject;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
  }

  get dueMs(): number {
    return this.wait.queuedAtMs + this.timeoutMs;
  }

  timedOut(): void {
    this.keeper.timedOut(this.wait, this.timeoutMs);
  }

  aborted(): void {
    this.keeper.aborted(this.wait, this.signal?.reason);
  }
}

/** Whether the options limit a wait at all. */
export function isLimited({ timeoutMs = Infinity, signal }: LockWaitOptions): boolean {
  return timeoutMs !== Infinity || signal !== undefined;
}
