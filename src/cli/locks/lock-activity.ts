import type { LockMode } from "../../locks/index.ts";
import type { BlameReport, DurationReport, LockReport, ProfileReport } from "../../profiling/index.ts";

/** What went on in one mode of a lock between two reports. */
export interface ModeActivity {
  readonly lock: string;
  readonly mode: LockMode;
  readonly perSecond: number;
  /** Part of the acquisitions that waited: 0 to 1. */
  readonly waitedShare: number;
  readonly meanWaitMs: number;
  /** Since the start of the profile: a report has no quantiles of a shorter time. */
  readonly waitP99Ms: number;
  readonly holdP99Ms: number;
  readonly inside: number;
  readonly queueLength: number;
}

/** How much of each second callers of one place waited behind another. */
export interface BlameActivity extends Omit<BlameReport, "waitMs"> {
  readonly lock: string;
  readonly msPerSecond: number;
}

export interface LockActivity {
  readonly seconds: number;
  readonly modes: readonly ModeActivity[];
  /** The dearest first. */
  readonly blame: readonly BlameActivity[];
}

/** What `now` has more than `before`, or all of it where `before` is of another start: the process is new, or was reset. */
export function activityBetween(before: ProfileReport | undefined, now: ProfileReport): LockActivity {
  const base = before !== undefined && isSameStart(before, now) ? before : undefined;
  const seconds = Math.max(now.spanMs - (base?.spanMs ?? 0), Number.MIN_VALUE) / 1_000;
  const earlier = new Map(base?.locks.map((lock) => [lock.name, lock]));
  return {
    seconds,
    modes: now.locks.flatMap((lock) =>
      (["read", "write"] as const)
        .filter((mode) => lock[mode].acquisitions > 0)
        .map((mode) => modeActivity(lock, earlier.get(lock.name), mode, seconds)),
    ),
    blame: now.locks
      .flatMap((lock) => blameActivity(lock, earlier.get(lock.name), seconds))
      .sort((a, b) => b.msPerSecond - a.msPerSecond),
  };
}

/** A clock that is set while the process runs moves all its times of day; a restart or a reset lets no counter go on. */
function isSameStart(before: ProfileReport, now: ProfileReport): boolean {
  return now.spanMs > before.spanMs && now.profiler.events >= before.profiler.events;
}

function modeActivity(
  lock: LockReport,
  before: LockReport | undefined,
  mode: LockMode,
  seconds: number,
): ModeActivity {
  const { acquisitions, contended, wait, hold } = lock[mode];
  const acquired = acquisitions - (before?.[mode].acquisitions ?? 0);
  const waited = contended - (before?.[mode].contended ?? 0);
  return {
    lock: lock.name,
    mode,
    perSecond: acquired / seconds,
    waitedShare: acquired === 0 ? 0 : waited / acquired,
    meanWaitMs: waited === 0 ? 0 : (sumMs(wait) - sumMs(before?.[mode].wait)) / waited,
    waitP99Ms: wait.p99Ms,
    holdP99Ms: hold.p99Ms,
    inside: mode === "read" ? lock.readers : lock.writers,
    queueLength: lock.queueLength,
  };
}

function blameActivity(lock: LockReport, before: LockReport | undefined, seconds: number): BlameActivity[] {
  const earlier = new Map(before?.blame.map((each) => [keyOf(each), each.waitMs]));
  return lock.blame
    .map(({ waiter, holder, waitMs }) => ({
      lock: lock.name,
      waiter,
      holder,
      msPerSecond: (waitMs - (earlier.get(keyOf({ waiter, holder })) ?? 0)) / seconds,
    }))
    .filter(({ msPerSecond }) => msPerSecond > 0);
}

function keyOf({ waiter, holder }: Pick<BlameReport, "waiter" | "holder">): string {
  return `${waiter}\n${holder}`;
}

function sumMs(durations: DurationReport | undefined): number {
  return durations === undefined ? 0 : durations.count * durations.meanMs;
}
