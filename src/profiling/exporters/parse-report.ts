import { TickframeError } from "../../errors.ts";
import type { LockEvent } from "../event-ring.ts";
import type {
  BlameReport,
  DurationReport,
  LockModeReport,
  LockReport,
  LongestHold,
  ProfileReport,
  ProfilerCost,
  SiteReport,
} from "../lock-report.ts";
import {
  amount,
  count,
  listOf,
  objectOf,
  oneOf,
  optional,
  ShapeError,
  text,
  timeOfDay,
  type FieldsOf,
  type Shape,
} from "./report-shape.ts";

/** A text that is no report of a lock profiler, or none of a version that is known. */
export class ReportFormatError extends TickframeError {
  override readonly name = "ReportFormatError";
  constructor(message: string, options?: ErrorOptions) {
    super("REPORT_FORMAT", message, options);
  }
}

const mode = oneOf("read", "write");
const duration = objectOf({
  count,
  meanMs: amount,
  p50Ms: amount,
  p90Ms: amount,
  p99Ms: amount,
  p999Ms: amount,
  maxMs: amount,
} satisfies FieldsOf<DurationReport>);
const modeReport = objectOf({
  acquisitions: count,
  contended: count,
  refused: count,
  timeouts: count,
  aborts: count,
  wait: duration,
  resume: duration,
  hold: duration,
} satisfies FieldsOf<LockModeReport>);
const siteReport = objectOf({
  site: text,
  mode,
  acquisitions: count,
  contended: count,
  timeouts: count,
  aborts: count,
  wait: duration,
  resume: duration,
  hold: duration,
} satisfies FieldsOf<SiteReport>);
const lockReport = objectOf({
  name: text,
  level: oneOf("off", "counts", "sampled", "trace"),
  locks: count,
  readers: count,
  writers: count,
  queueLength: count,
  maxReaders: count,
  maxQueueLength: count,
  upgrades: count,
  downgrades: count,
  contendedMs: amount,
  longestHold: optional(objectOf({ mode, site: text, holdMs: amount } satisfies FieldsOf<LongestHold>)),
  read: modeReport,
  write: modeReport,
  sites: listOf(siteReport),
  blame: listOf(objectOf({ waiter: text, holder: text, waitMs: amount } satisfies FieldsOf<BlameReport>)),
} satisfies FieldsOf<LockReport>);
const profileReport = objectOf({
  version: oneOf(1),
  takenAt: timeOfDay,
  spanMs: amount,
  locks: listOf(lockReport),
  profiler: objectOf({
    events: count,
    timedHolds: count,
    stacks: count,
    droppedStacks: count,
    droppedEvents: count,
    foldedNames: count,
    foldedSites: count,
    estimatedMs: amount,
  } satisfies FieldsOf<ProfilerCost>),
} satisfies FieldsOf<ProfileReport>);
const lockEvents = listOf(
  objectOf({
    atMs: amount,
    lock: text,
    number: count,
    kind: oneOf(
      "queued",
      "granted",
      "resumed",
      "timeout",
      "abort",
      "refused",
      "upgraded",
      "downgraded",
      "released",
    ),
    mode,
    caller: count,
    site: optional(text),
  } satisfies FieldsOf<LockEvent>),
);

/**
 * Reads a {@link ProfileReport} from JSON. Throws a {@link ReportFormatError} that says in one line what is wrong. Fields it does
 * not know are kept.
 */
export function parseReport(json: string): ProfileReport {
  return parsed(json, "a lock profile", profileReport) as ProfileReport;
}

/** Reads the list that `LockProfiler.events()` returns from JSON; throws as {@link parseReport} does. */
export function parseEvents(json: string): LockEvent[] {
  return parsed(json, "a list of lock events", lockEvents) as LockEvent[];
}

function parsed(json: string, what: string, shape: Shape): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ReportFormatError(`not ${what}: ${(error as Error).message.replace(/\s+/g, " ")}`, {
      cause: error,
    });
  }
  try {
    shape(value, "");
  } catch (error) {
    if (error instanceof ShapeError)
      throw new ReportFormatError(`not ${what}: ${error.message}`, { cause: error });
    throw error;
  }
  return value;
}
