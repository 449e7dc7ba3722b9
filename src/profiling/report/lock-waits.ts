import type { LockMode } from "../../locks/lock-observer.ts";
import { UNKNOWN_SITE } from "../held-shares.ts";
import type { BlameReport, DurationReport, LockModeReport, LockReport, SiteReport } from "../lock-report.ts";

const MODES: readonly LockMode[] = ["read", "write"];

/** How long callers of one place waited behind holders of another, and what is known of the two. */
export interface WaitPair extends BlameReport {
  /** How much of the wait was for reading, or behind a reader, from 0 to 1; `undefined` where it is not known. */
  readonly waiterReads: number | undefined;
  readonly holderReads: number | undefined;
}

/** What a lock's report tells of its waits, by place. */
export class LockWaits {
  readonly lock: LockReport;
  readonly pairs: readonly WaitPair[];
  readonly totalMs: number;

  constructor(lock: LockReport) {
    this.lock = lock;
    this.pairs = lock.blame.map((blame) => ({
      ...blame,
      waiterReads: this.#readShare(blame.waiter, ({ wait }) => wait),
      holderReads: this.#readShare(blame.holder, ({ hold }) => hold),
    }));
    this.totalMs = sumOf(this.pairs);
  }

  /** All that waited or held others up, and `unknown` where waits have not ended or have no place. */
  get places(): readonly string[] {
    const known = this.pairs.flatMap(({ waiter, holder }) => [waiter, holder]);
    const isOpen = this.pairs.length === 0 && this.lock.contendedMs > 0;
    return [...new Set(isOpen ? [UNKNOWN_SITE] : known)];
  }

  waitedMs(place: string): number {
    return sumOf(this.pairs.filter(({ waiter }) => waiter === place));
  }

  causedMs(place: string): number {
    return sumOf(this.pairs.filter(({ holder }) => holder === place));
  }

  /** Part of the grants of this place that came after a wait. Of the lock's, or the place's, the larger: its own may not all be known. */
  waitedShare(place: string): number {
    const reports = MODES.flatMap((mode) => {
      const sites = this.lock.sites.filter((site) => site.site === place && site.mode === mode);
      const isOfMode = sites.length > 0 || !this.lock.sites.some(({ site }) => site === place);
      return isOfMode ? [this.lock[mode], ...sites] : [];
    });
    const shares = reports.map(({ acquisitions, contended }) => contended / Math.max(1, acquisitions));
    return Math.max(0, ...shares);
  }

  /** By the time that the place spent on each mode. */
  #readShare(
    place: string,
    pick: (report: LockModeReport | SiteReport) => DurationReport,
  ): number | undefined {
    const ofMode = (mode: LockMode): number => {
      const sites = this.lock.sites.filter((site) => site.mode === mode);
      const known = sites.filter(({ site }) => site === place).map(pick);
      if (place !== UNKNOWN_SITE) return totalMs(known);
      return Math.max(0, totalMs([pick(this.lock[mode])]) - totalMs(sites.map(pick)));
    };
    const modes = MODES.filter((mode) => this.#takes(place, mode));
    if (modes.length === 1) return modes[0] === "read" ? 1 : 0;
    const [read, write] = MODES.map(ofMode);
    return read + write > 0 ? read / (read + write) : undefined;
  }

  #takes(place: string, mode: LockMode): boolean {
    if (place === UNKNOWN_SITE) return this.lock[mode].acquisitions > 0;
    return this.lock.sites.some((site) => site.site === place && site.mode === mode);
  }
}

function totalMs(durations: readonly DurationReport[]): number {
  return durations.reduce((sum, { count, meanMs }) => sum + count * meanMs, 0);
}

function sumOf(pairs: readonly BlameReport[]): number {
  return pairs.reduce((sum, { waitMs }) => sum + waitMs, 0);
}
