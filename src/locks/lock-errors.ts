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

/** What ended one wait of several: a timeout tells the `timeoutMs` that all may take, and not what was left of it. */
export function ofWholeTime(error: unknown, lock: LockIdentity, timeoutMs: number): unknown {
  return error instanceof LockTimeoutError ? new LockTimeoutError(lock, error.mode, timeoutMs) : error;
}

/** Why an upgrade is impossible: another reader waits for its own, or the guard is released. */
export type LockUpgradeObstacle = "another upgrade" | "released";

/** A read could not become a write, and waiting would not help. */
export class LockUpgradeError extends TickframeError {
  override readonly name = "LockUpgradeError";
  /** Name of the lock. */
  readonly lock: string;
  readonly obstacle: LockUpgradeObstacle;

  constructor(lock: LockIdentity, obstacle: LockUpgradeObstacle) {
    super("LOCK_UPGRADE", `a read of lock "${lock.name}" cannot become a write: ${OBSTACLES[obstacle]}`);
    this.lock = lock.name;
    this.obstacle = obstacle;
  }
}

const OBSTACLES: Readonly<Record<LockUpgradeObstacle, string>> = {
  "another upgrade":
    "another reader waits to, and each would wait for the other; release this one and acquire write",
  released: "its guard is released",
};

/** A task that holds the lock asked for it again, and would wait for itself. Told only where owners are tracked. */
export class LockReentryError extends TickframeError {
  override readonly name = "LockReentryError";
  /** Name of the lock. */
  readonly lock: string;
  /** What the task holds it for. */
  readonly held: LockMode;
  /** What it asked for. */
  readonly mode: LockMode;

  constructor(lock: LockIdentity, held: LockMode, mode: LockMode) {
    super(
      "LOCK_REENTRY",
      `lock "${lock.name}" is held for ${held} by the task that asks for ${mode}, which would wait for itself`,
    );
    this.lock = lock.name;
    this.held = held;
    this.mode = mode;
  }
}
