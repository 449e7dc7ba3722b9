import type { LockMode } from "../../locks/lock-observer.ts";
import type {
  DurationReport,
  LockModeReport,
  LockReport,
  ProfileReport,
  ProfilerCost,
  SiteReport,
} from "../lock-report.ts";

/** A figure of now or since the start, and what it is of. */
export interface MetricPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Durations in seconds, and what they are of. */
export interface DurationPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly sum: number;
  /** None where there are no durations. */
  readonly quantiles: readonly { readonly quantile: string; readonly value: number }[];
}

interface MetricName {
  /** Words with `_` between them, without a prefix, the unit, or what a kind adds. */
  readonly name: string;
  readonly help: string;
  /** What is counted; durations and times are in seconds. */
  readonly unit: string;
}

/** A metric of lock profiles, whatever it is exported as. */
export type LockMetric = MetricName &
  (
    | { readonly kind: "counter" | "gauge"; readonly points: (report: ProfileReport) => MetricPoint[] }
    | { readonly kind: "durations"; readonly points: (report: ProfileReport) => DurationPoint[] }
  );

const SECONDS = "s";
const MODES: readonly LockMode[] = ["read", "write"];

/** What each lock name cost: so many figures a name, and no more. */
export const LOCK_METRICS: readonly LockMetric[] = [
  perMode("acquisitions", "Grants, with and without a wait.", "acquisition", (mode) => mode.acquisitions),
  perMode("contended", "Grants that came after a wait.", "acquisition", (mode) => mode.contended),
  perMode("refused", "Calls that were not granted at once and did not wait.", "call", (mode) => mode.refused),
  perMode("timeouts", "Calls that ended because their time was over.", "call", (mode) => mode.timeouts),
  perMode("aborts", "Waits that were given up for another reason than time.", "call", (mode) => mode.aborts),
  ofLock("counter", "upgrades", "Reads that became writes.", "upgrade", (lock) => lock.upgrades),
  ofLock("counter", "downgrades", "Writes that became reads.", "downgrade", (lock) => lock.downgrades),
  ofLock("counter", "contended_time", "Time in which at least one caller waited.", SECONDS, (lock) =>
    seconds(lock.contendedMs),
  ),
  durationsPerMode("wait", "From joining the queue to the grant.", (mode) => mode.wait),
  durationsPerMode("resume", "From the grant to the caller's next instruction.", (mode) => mode.resume),
  durationsPerMode("hold", "How long the lock was held, of the holds that were timed.", (mode) => mode.hold),
  longestPerMode("wait_max", "The longest wait.", (mode) => mode.wait),
  longestPerMode(
    "resume_max",
    "The longest time from a grant to the next instruction.",
    (mode) => mode.resume,
  ),
  longestPerMode("hold_max", "The longest of the holds that were timed.", (mode) => mode.hold),
  ofLock("gauge", "instances", "Locks that reported under the name.", "lock", (lock) => lock.locks),
  {
    name: "holders",
    help: "Who is inside now.",
    unit: "holder",
    kind: "gauge",
    points: ({ locks }) =>
      locks.flatMap(({ name, readers, writers }) => [
        { labels: { lock: name, mode: "read" }, value: readers },
        { labels: { lock: name, mode: "write" }, value: writers },
      ]),
  },
  ofLock("gauge", "queue_length", "Callers that wait now.", "caller", (lock) => lock.queueLength),
  ofLock(
    "gauge",
    "readers_max",
    "Most readers inside of one lock at once.",
    "holder",
    (lock) => lock.maxReaders,
  ),
  ofLock(
    "gauge",
    "queue_length_max",
    "Most callers that waited at once.",
    "caller",
    (lock) => lock.maxQueueLength,
  ),
  ofProfiler("events", "Grants and waits that were counted.", "event", (cost) => cost.events),
  ofProfiler("timed_holds", "Holds that were timed.", "hold", (cost) => cost.timedHolds),
  ofProfiler("stacks", "Stacks that were taken.", "stack", (cost) => cost.stacks),
  ofProfiler(
    "dropped_stacks",
    "Stacks that the budget did not allow.",
    "stack",
    (cost) => cost.droppedStacks,
  ),
  ofProfiler("dropped_events", "Events that left the trace.", "event", (cost) => cost.droppedEvents),
  ofProfiler("folded_names", "Lock names that were folded into other.", "name", (cost) => cost.foldedNames),
  ofProfiler("folded_sites", "Places that were folded into other.", "site", (cost) => cost.foldedSites),
  ofProfiler("time", "What the profiler cost, as it estimates.", SECONDS, (cost) =>
    seconds(cost.estimatedMs),
  ),
];

/** The same by place: as many as the report has places, whose names change with the code. */
export const PLACE_METRICS: readonly LockMetric[] = [
  perSite(
    "site_acquisitions",
    "Grants of a place that is known.",
    "acquisition",
    (site) => site.acquisitions,
  ),
  perSite("site_wait_time", "Waits of a place that ended in a grant.", SECONDS, (site) =>
    sumSeconds(site.wait),
  ),
  perSite("site_hold_time", "Timed holds of a place.", SECONDS, (site) => sumSeconds(site.hold)),
  {
    name: "blame_time",
    help: "How long callers of one place waited while another held the lock.",
    unit: SECONDS,
    kind: "counter",
    points: ({ locks }) =>
      locks.flatMap(({ name, blame }) =>
        blame.map(({ waiter, holder, waitMs }) => ({
          labels: { lock: name, waiter, holder },
          value: seconds(waitMs),
        })),
      ),
  },
];

export function seconds(ms: number): number {
  // Through whole ns, so that 7 ms are 0.007 and no neighbour of it.
  return Math.round(ms * 1e6) / 1e9;
}

function sumSeconds({ count, meanMs }: DurationReport): number {
  return seconds(count * meanMs);
}

function perMode(name: string, help: string, unit: string, of: (mode: LockModeReport) => number): LockMetric {
  return { name, help, unit, kind: "counter", points: (report) => modePoints(report, of) };
}

function longestPerMode(
  name: string,
  help: string,
  of: (mode: LockModeReport) => DurationReport,
): LockMetric {
  const points = (report: ProfileReport) => modePoints(report, (mode) => seconds(of(mode).maxMs));
  return { name, help, unit: SECONDS, kind: "gauge", points };
}

function modePoints({ locks }: ProfileReport, of: (mode: LockModeReport) => number): MetricPoint[] {
  return locks.flatMap((lock) =>
    MODES.map((mode) => ({ labels: { lock: lock.name, mode }, value: of(lock[mode]) })),
  );
}

function durationsPerMode(
  name: string,
  help: string,
  of: (mode: LockModeReport) => DurationReport,
): LockMetric {
  const points = ({ locks }: ProfileReport) =>
    locks.flatMap((lock) => MODES.map((mode) => durationPoint({ lock: lock.name, mode }, of(lock[mode]))));
  return { name, help, unit: SECONDS, kind: "durations", points };
}

function durationPoint(labels: MetricPoint["labels"], report: DurationReport): DurationPoint {
  const { count, p50Ms, p90Ms, p99Ms, p999Ms } = report;
  const quantiles = [
    { quantile: "0.5", value: seconds(p50Ms) },
    { quantile: "0.9", value: seconds(p90Ms) },
    { quantile: "0.99", value: seconds(p99Ms) },
    { quantile: "0.999", value: seconds(p999Ms) },
  ];
  return { labels, count, sum: sumSeconds(report), quantiles: count === 0 ? [] : quantiles };
}

function ofLock(
  kind: "counter" | "gauge",
  name: string,
  help: string,
  unit: string,
  of: (lock: LockReport) => number,
): LockMetric {
  const points = ({ locks }: ProfileReport) =>
    locks.map((lock) => ({ labels: { lock: lock.name }, value: of(lock) }));
  return { name, help, unit, kind, points };
}

function perSite(name: string, help: string, unit: string, of: (site: SiteReport) => number): LockMetric {
  const points = ({ locks }: ProfileReport) =>
    locks.flatMap((lock) =>
      lock.sites.map((site) => ({
        labels: { lock: lock.name, mode: site.mode, site: site.site },
        value: of(site),
      })),
    );
  return { name, help, unit, kind: "counter", points };
}

function ofProfiler(
  name: string,
  help: string,
  unit: string,
  of: (cost: ProfilerCost) => number,
): LockMetric {
  const points = ({ profiler }: ProfileReport) => [{ labels: {}, value: of(profiler) }];
  return { name: `profiler_${name}`, help, unit, kind: "counter", points };
}
