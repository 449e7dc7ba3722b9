import type { LockMode } from "./lock-observer.ts";

/**
 * Grants that had not to wait. The lock counts them here itself: a call of an observer for each would be most of what it
 * costs to be watched.
 */
export class GrantCounts {
  /** While false nothing is counted, and nothing told. */
  isOn = true;
  read = 0;
  write = 0;
  maxReaders = 0;
  /** Grants up to the one whose hold is to be followed, that one included; best a small integer, as those are quickest. */
  untilFollowed = 2 ** 30;

  /** `readers` are inside now. Returns whether the hold is to be followed. */
  note(mode: LockMode, readers: number): boolean {
    if (!this.isOn) return false;
    if (mode === "read") {
      this.read++;
      if (readers > this.maxReaders) this.maxReaders = readers;
    } else {
      this.write++;
    }
    return --this.untilFollowed <= 0;
  }
}
