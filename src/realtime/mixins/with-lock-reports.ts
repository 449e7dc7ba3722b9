import type { LockReport } from "../../profiling/lock-report.ts";
import type { HasParts, Mixin } from "./mixin.ts";

/** What the locks cost. */
export interface LockReports {
  /** Wait and hold times of each symbol's lock, reads and writes apart: a copy of now. */
  lockStats(): readonly LockReport[];
}

export const withLockReports: Mixin<HasParts, LockReports> = (Base) =>
  class extends Base implements LockReports {
    lockStats(): readonly LockReport[] {
      return this.parts.profiler.snapshot();
    }
  };
