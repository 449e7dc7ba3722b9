import type { LockMode } from "../locks/lock-observer.ts";
import type { ProfilerLevel } from "./profiler-level.ts";

/** Durations in milliseconds. All are 0 when `count` is 0. */
export interface DurationReport {
  readonly count: number;
  readonly meanMs: number;
  /** Quantiles are within 1.6 % of the exact one. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** What one mode of a lock cost. */
export interface LockModeReport {
  /** Grants, with and without a wait. */
  readonly acquisitions: number;
  /** Grants that came after a wait in the queue; a part of `acquisitions`. */
  readonly contended: number;
  /** Calls that were not granted at once and did not wait: `tryAcquire…`, and those that would have waited for ever. */
  readonly refused: number;
  /** Calls that ended in a `LockTimeoutError`, those with a `timeoutMs` of 0 included. */
  readonly timeouts: number;
  /** Waits that the caller's signal, closing the lock, or the release of an upgrading guard ended. */
  readonly aborts: number;
  /** From joining the queue to the grant: of the contended grants, all of them. Waits that gave up are not in it. */
  readonly wait: DurationReport;
  /** From the grant to the caller's next instruction: the event loop's part of a wait, and not the lock's. */
  readonly resume: DurationReport;
  /** How long the lock was held: of the holds that were timed, as many as the level says, and ended. */
  readonly hold: DurationReport;
}

/** What one place in the code had of a lock, in one mode. Only what waited, gave a `site`, or is in the trace is known by place. */
export interface SiteReport {
  /** The `site` that the caller gave, or the place its stack showed. */
  readonly site: string;
  readonly mode: LockMode;
  readonly acquisitions: number;
  readonly contended: number;
  readonly timeouts: number;
  readonly aborts: number;
  readonly wait: DurationReport;
  readonly resume: DurationReport;
  readonly hold: DurationReport;
}

/** How long callers of one place waited while another held the lock. */
export interface BlameReport {
  /** `unknown` where no place is known. */
  readonly waiter: string;
  readonly holder: string;
  /** A wait is shared out among those who hold the lock meanwhile, in equal parts at each moment. */
  readonly waitMs: number;
}

/**
 * What the locks of one name cost, all of them together. Plain data, safe for JSON.
 */
export interface LockReport {
  readonly name: string;
  readonly level: ProfilerLevel;
  /** Locks that reported under this name. */
  readonly locks: number;
  /** Readers inside now. */
  readonly readers: number;
  /** Writers inside now: 0 or 1 for a single lock. */
  readonly writers: number;
  /** Callers that wait now. */
  readonly queueLength: number;
  /** Most readers inside of one lock at once. */
  readonly maxReaders: number;
  /** Most callers that waited at once. */
  readonly maxQueueLength: number;
  /** Reads that became writes without a release; each counts as an acquisition of `write` too. */
  readonly upgrades: number;
  /** Writes that became reads without a release; each counts as an acquisition of `read` too. */
  readonly downgrades: number;
  /**
   * How long at least one caller waited, in ms: never more than the time that is reported on. Of `other`, the sum over the
   * names it stands for, up to that.
   */
  readonly contendedMs: number;
  /** The longest of the holds that were timed; `undefined` before one was. */
  readonly longestHold: LongestHold | undefined;
  readonly read: LockModeReport;
  readonly write: LockModeReport;
  /** Those with the longest waits first. */
  readonly sites: readonly SiteReport[];
  /** Whose holding cost whom how much, the dearest first. Sums up to all waits that ended, given up ones included. */
  readonly blame: readonly BlameReport[];
}

export interface LongestHold {
  readonly mode: LockMode;
  /** `unknown` where it is not known. */
  readonly site: string;
  readonly holdMs: number;
}

/** What the profiler itself cost, since the start or the last `reset`, whichever span is reported on. */
export interface ProfilerCost {
  /** Grants and waits that were counted. */
  readonly events: number;
  /** Holds that were timed. */
  readonly timedHolds: number;
  /** Stacks that were taken, and those that the budget did not allow. */
  readonly stacks: number;
  readonly droppedStacks: number;
  /** Events that left the trace because newer ones came. */
  readonly droppedEvents: number;
  /** Names and places that were folded into `other`, because there were more than are kept apart. */
  readonly foldedNames: number;
  readonly foldedSites: number;
  /** An estimate: 2 ns an event, 110 ns a timed hold, 5.6 µs a stack, in ms. */
  readonly estimatedMs: number;
}

/** Everything a profiler knows of a span of time. Plain data, safe for JSON. */
export interface ProfileReport {
  /** Of this form. */
  readonly version: 1;
  /** Time of day at its end, in ms since the epoch. */
  readonly takenAt: number;
  /** How long the span was, in ms. */
  readonly spanMs: number;
  readonly locks: readonly LockReport[];
  readonly profiler: ProfilerCost;
}
