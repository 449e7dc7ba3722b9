import type { LockReport, ProfileReport } from "../../profiling/lock-report.ts";
import type { HasParts, Mixin } from "./mixin.ts";

/** What the locks cost. */
export interface LockReports {
  /** Wait and hold times of each symbol's lock, reads and writes apart: a copy of now. */
  lockStats(): readonly LockReport[];
  /** The same with the time it stands for and what the profiler cost: what `contentionTable` and `htmlReport` read. */
  lockProfile(): ProfileReport;
}

export const withLockReports: Mixin<HasParts, LockReports> = (Base) =>
  class extends Base implements LockReports {
    lockStats(): readonly LockReport[] {
      return this.parts.profiler.snapshot();
    }

    lockProfile(): ProfileReport {
      return this.parts.profiler.report();
    }
  };
