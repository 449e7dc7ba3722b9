import type { LockModeReport } from "./lock-report.ts";
import { WaitHistogram } from "./wait-histogram.ts";

/** What was waited for and held: of a mode, or of a place. */
export class UseTally {
  timeouts = 0;
  aborts = 0;
  readonly wait = new WaitHistogram();
  readonly resume = new WaitHistogram();
  readonly hold = new WaitHistogram();

  protected mergeUse(other: UseTally): void {
    this.timeouts += other.timeouts;
    this.aborts += other.aborts;
    this.wait.merge(other.wait);
    this.resume.merge(other.resume);
    this.hold.merge(other.hold);
  }

  protected reportUse(): Omit<LockModeReport, "acquisitions" | "refused"> {
    return {
      contended: this.wait.count,
      timeouts: this.timeouts,
      aborts: this.aborts,
      wait: this.wait.report(),
      resume: this.resume.report(),
      hold: this.hold.report(),
    };
  }
}
