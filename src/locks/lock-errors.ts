import { TickframeError } from "../errors.ts";
import type { LockIdentity, LockMode } from "./lock-observer.ts";

/**
 * The lock was not granted within the time the caller allowed. It has no stack frames: they would show a timer, and
 * taking them costs ten times the rest.
 */
export class LockTimeoutError extends TickframeError {
  override readonly name = "LockTimeoutError";
  /** Name of the lock. */
  readonly lock: string;
  readonly mode: LockMode;
  readonly timeoutMs: number;

  constructor(lock: LockIdentity, mode: LockMode, timeoutMs: number) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super("LOCK_TIMEOUT", describe(lock, mode, timeoutMs));
    Error.stackTraceLimit = stackTraceLimit;
    this.lock = lock.name;
    this.mode = mode;
    this.timeoutMs = timeoutMs;
  }
}

function describe(lock: LockIdentity, mode: LockMode, timeoutMs: number): string {
  const holder = lock.isWriteLocked ? "a writer" : `${lock.readers} reader(s)`;
  return `lock "${lock.name}" was not granted for ${mode} within ${timeoutMs} ms: ${holder} inside, ${lock.queueLength} waiting`;
}
