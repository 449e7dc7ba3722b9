import type { LockMode } from "../locks/lock-observer.ts";
import type { Charges } from "./held-shares.ts";
import type { BlameReport, LongestHold } from "./lock-report.ts";
import { ModeTally } from "./mode-tally.ts";
import { SiteTally } from "./site-tally.ts";

/** Where what does not fit is counted: names of locks, and places in the code. */
export const OTHER = "other";

/** Places kept apart in each mode; waiters, and holders for each of them. */
const MOST_SITES = 64;

/** What was counted of the locks of one name in a span of time. */
export class Span {
  readonly granted: Record<LockMode, number> = { read: 0, write: 0 };
  upgrades = 0;
  downgrades = 0;
  maxReaders = 0;
  maxQueueLength = 0;
  contendedMs = 0;
  longestHold: LongestHold | undefined;
  foldedSites = 0;
  readonly read = new ModeTally();
  readonly write = new ModeTally();
  readonly sites = new Map<string, SiteTally>();
  /** By waiter, then by holder, in ms. */
  readonly blame = new Map<string, Map<string, number>>();

  of(mode: LockMode): ModeTally {
    return mode === "read" ? this.read : this.write;
  }

  /** The tally of a place; that which was first known longest ago makes room where there are too many. */
  site(site: string, mode: LockMode): SiteTally {
    const key = keyOf(site, mode);
    const known = this.sites.get(key);
    if (known !== undefined) return known;
    if (this.sites.size >= 2 * MOST_SITES && site !== OTHER) this.#foldOldestSite();
    const added = new SiteTally(site, mode);
    this.sites.set(key, added);
    return added;
  }

  noteHold(mode: LockMode, site: string, holdMs: number): void {
    this.of(mode).hold.record(holdMs);
    if (holdMs > (this.longestHold?.holdMs ?? -1)) this.longestHold = { mode, site, holdMs };
  }

  charge(waiter: string, charges: Charges): void {
    const row = fitting(this.blame, waiter);
    const holders = this.blame.get(row) ?? new Map<string, number>();
    this.blame.set(row, holders);
    for (const [holder, ms] of charges) {
      const cell = fitting(holders, holder);
      holders.set(cell, (holders.get(cell) ?? 0) + ms);
    }
  }

  merge(other: Span): void {
    this.granted.read += other.granted.read;
    this.granted.write += other.granted.write;
    this.upgrades += other.upgrades;
    this.downgrades += other.downgrades;
    this.maxReaders = Math.max(this.maxReaders, other.maxReaders);
    this.maxQueueLength = Math.max(this.maxQueueLength, other.maxQueueLength);
    this.contendedMs += other.contendedMs;
    this.foldedSites += other.foldedSites;
    if ((other.longestHold?.holdMs ?? -1) > (this.longestHold?.holdMs ?? -1))
      this.longestHold = other.longestHold;
    this.read.merge(other.read);
    this.write.merge(other.write);
    for (const each of other.sites.values()) {
      this.site(each.site, each.mode).merge(each);
    }
    for (const [waiter, holders] of other.blame) this.charge(waiter, holders);
  }

  blameReports(): BlameReport[] {
    const reports = [...this.blame].flatMap(([waiter, holders]) =>
      [...holders].map(([holder, waitMs]) => ({ waiter, holder, waitMs })),
    );
    return reports.sort((a, b) => b.waitMs - a.waitMs);
  }

  #foldOldestSite(): void {
    for (const [key, oldest] of this.sites) {
      if (oldest.site === OTHER) continue;
      this.sites.delete(key);
      this.foldedSites++;
      return this.site(OTHER, oldest.mode).merge(oldest);
    }
  }
}

/** The key itself, where it is known or there is room for it; else `other`. */
export function fitting(map: ReadonlyMap<string, unknown>, key: string): string {
  return map.has(key) || map.size < MOST_SITES ? key : OTHER;
}

function keyOf(site: string, mode: LockMode): string {
  return `${mode} ${site}`;
}
