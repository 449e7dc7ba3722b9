import type { LockMode } from "../locks/lock-observer.ts";
import type { SiteReport } from "./lock-report.ts";
import { WaitHistogram } from "./wait-histogram.ts";

/** The running counts of one place, in one mode of one lock name. */
export class SiteTally {
  readonly site: string;
  readonly mode: LockMode;
  acquisitions = 0;
  timeouts = 0;
  aborts = 0;
  readonly wait = new WaitHistogram();
  readonly resume = new WaitHistogram();
  readonly hold = new WaitHistogram();

  constructor(site: string, mode: LockMode) {
    this.site = site;
    this.mode = mode;
  }

  merge(other: SiteTally): void {
    this.acquisitions += other.acquisitions;
    this.timeouts += other.timeouts;
    this.aborts += other.aborts;
    this.wait.merge(other.wait);
    this.resume.merge(other.resume);
    this.hold.merge(other.hold);
  }

  report(): SiteReport {
    return {
      site: this.site,
      mode: this.mode,
      acquisitions: this.acquisitions,
      contended: this.wait.count,
      timeouts: this.timeouts,
      aborts: this.aborts,
      wait: this.wait.report(),
      resume: this.resume.report(),
      hold: this.hold.report(),
    };
  }
}
