import type { LockModeReport } from "./lock-report.ts";
import { WaitHistogram } from "./wait-histogram.ts";

/** The running counts of one mode, apart from the grants that the lock counts itself. */
export class ModeTally {
  /** Upgrades and downgrades that came to this mode without a wait. */
  changed = 0;
  refused = 0;
  timeouts = 0;
  aborts = 0;
  readonly wait = new WaitHistogram();
  readonly resume = new WaitHistogram();
  readonly hold = new WaitHistogram();

  merge(other: ModeTally): void {
    this.changed += other.changed;
    this.refused += other.refused;
    this.timeouts += other.timeouts;
    this.aborts += other.aborts;
    this.wait.merge(other.wait);
    this.resume.merge(other.resume);
    this.hold.merge(other.hold);
  }

  /** `granted` came without a wait. */
  report(granted: number): LockModeReport {
    return {
      acquisitions: granted + this.changed + this.wait.count,
      contended: this.wait.count,
      refused: this.refused,
      timeouts: this.timeouts,
      aborts: this.aborts,
      wait: this.wait.report(),
      resume: this.resume.report(),
      hold: this.hold.report(),
    };
  }
}
