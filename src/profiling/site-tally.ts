import type { LockMode } from "../locks/lock-observer.ts";
import type { SiteReport } from "./lock-report.ts";
import { UseTally } from "./use-tally.ts";

/** The running counts of one place, in one mode of one lock name. */
export class SiteTally extends UseTally {
  readonly site: string;
  readonly mode: LockMode;
  acquisitions = 0;

  constructor(site: string, mode: LockMode) {
    super();
    this.site = site;
    this.mode = mode;
  }

  merge(other: SiteTally): void {
    this.acquisitions += other.acquisitions;
    this.mergeUse(other);
  }

  report(): SiteReport {
    return { site: this.site, mode: this.mode, acquisitions: this.acquisitions, ...this.reportUse() };
  }
}
