import type { LockModeReport } from "./lock-report.ts";
import { UseTally } from "./use-tally.ts";

/** The running counts of one mode, apart from the grants that the lock counts itself. */
export class ModeTally extends UseTally {
  /** Upgrades and downgrades that came to this mode without a wait. */
  changed = 0;
  refused = 0;

  merge(other: ModeTally): void {
    this.changed += other.changed;
    this.refused += other.refused;
    this.mergeUse(other);
  }

  /** `granted` came without a wait. */
  report(granted: number): LockModeReport {
    const acquisitions = granted + this.changed + this.wait.count;
    return { acquisitions, refused: this.refused, ...this.reportUse() };
  }
}
