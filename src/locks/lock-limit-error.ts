import { TickframeError } from "../errors.ts";

/** A `LockManager` has as many locks as it may have, and each of them is held or awaited. */
export class LockLimitError extends TickframeError {
  override readonly name = "LockLimitError";
  /** Name of the manager. */
  readonly manager: string;
  /** The key that got no lock. */
  readonly key: string;
  readonly maxLocks: number;

  constructor(manager: string, key: string, maxLocks: number) {
    super(
      "LOCK_LIMIT",
      `no lock for key "${key}" of "${manager}": all ${maxLocks} locks it may have are held or awaited`,
    );
    this.manager = manager;
    this.key = key;
    this.maxLocks = maxLocks;
  }
}
