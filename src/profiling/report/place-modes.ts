import type { LockMode } from "../../locks/lock-observer.ts";
import { UNKNOWN_SITE } from "../held-shares.ts";
import type { DurationReport, LockReport, SiteReport } from "../lock-report.ts";
import { NOT_MEASURED, type ContentionMode, type Measured } from "./contention-row.ts";

/** What a place had of a lock, for each mode in which it took it. */
export function placeModes(lock: LockReport, place: string, spanMs: number): readonly ContentionMode[] {
  const modes = (["read", "write"] as const).map((mode) =>
    place === UNKNOWN_SITE ? unplaced(lock, mode, spanMs) : placed(lock, mode, place, spanMs),
  );
  return modes.filter((mode) => mode !== undefined);
}

function placed(lock: LockReport, mode: LockMode, place: string, spanMs: number): ContentionMode | undefined {
  const site = lock.sites.find((each) => each.site === place && each.mode === mode);
  if (site === undefined) return undefined;
  const { acquisitions, contended, wait, resume, hold } = site;
  return {
    mode,
    acquisitions,
    perSecond: perSecond(acquisitions, spanMs),
    contended,
    wait: known(wait),
    resume: known(resume),
    hold: known(hold),
  };
}

/** What is left of a mode when its known places are taken away; quantiles cannot be, so they are there only where nothing is to take. */
function unplaced(lock: LockReport, mode: LockMode, spanMs: number): ContentionMode | undefined {
  const total = lock[mode];
  const sites = lock.sites.filter((site) => site.mode === mode);
  const rest = (count: (report: SiteReport) => number, of: number): number =>
    Math.max(0, of - sites.reduce((sum, site) => sum + count(site), 0));
  const acquisitions = rest((site) => site.acquisitions, total.acquisitions);
  if (acquisitions === 0) return undefined;
  const whole = (pick: (report: Pick<SiteReport, "wait" | "resume" | "hold">) => DurationReport) =>
    sites.some((site) => pick(site).count > 0) ? NOT_MEASURED : known(pick(total));
  return {
    mode,
    acquisitions,
    perSecond: perSecond(acquisitions, spanMs),
    contended: rest((site) => site.contended, total.contended),
    wait: whole(({ wait }) => wait),
    resume: whole(({ resume }) => resume),
    hold: whole(({ hold }) => hold),
  };
}

function known(duration: DurationReport): Measured<DurationReport> {
  return duration.count > 0 ? duration : NOT_MEASURED;
}

function perSecond(count: number, spanMs: number): number {
  return spanMs > 0 ? (count * 1_000) / spanMs : 0;
}
