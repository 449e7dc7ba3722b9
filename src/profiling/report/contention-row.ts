import type { LockMode } from "../../locks/lock-observer.ts";
import type { DurationReport } from "../lock-report.ts";

/** Stands where a figure would be a guess. */
export const NOT_MEASURED = "not measured";

export type Measured<T> = T | typeof NOT_MEASURED;

/** What one place had of a lock in one mode. */
export interface ContentionMode {
  readonly mode: LockMode;
  /** Acquisitions known at this place; of a place that is known by stacks, those that waited. */
  readonly acquisitions: number;
  /** Of them in a second of the span. */
  readonly perSecond: number;
  readonly contended: number;
  /** Of the contended acquisitions; its `count` says of how many. */
  readonly wait: Measured<DurationReport>;
  /** From the grant to the caller's next instruction: the event loop's part. */
  readonly resume: Measured<DurationReport>;
  /** Of the holds that were timed; its `count` says of how many. */
  readonly hold: Measured<DurationReport>;
}

/**
 * `snapshot`: readers see the last commit, neither wait nor hold a writer up. `finer`: writers of different places
 * take locks of their own. `shorter`: this place holds the lock for half as long.
 */
export type Cure = "snapshot" | "finer" | "shorter";

/** What a cure can bring at most, by a model of the waits that were measured: see {@link contentionTable}. */
export interface ContentionBound {
  readonly cure: Cure;
  /** Of the lock's waits, the part from 0 to 1 that the cure removes by itself, whatever else follows from it. */
  readonly direct: number;
  /** Upper bound of the same part, with what follows: holders that no longer waited themselves are done earlier. */
  readonly atMost: number;
  /** Upper bound: how many times as fast the run can get by it. `undefined` where the model sets no bound. */
  readonly runAtMost: number | undefined;
}

/** How much a place is worth a look; the limits of its score are 20, 5, 1 and 0. */
export type Priority = "critical" | "high" | "medium" | "low" | "none";

/** One place in the code at which a lock is taken, and what waiting there and behind it cost. Plain data, safe for JSON. */
export interface ContentionRow {
  readonly lock: string;
  /** The `site` the caller gave, or what its stack showed; `unknown` for all whose place is not known. */
  readonly location: string;
  readonly type: "read" | "write" | "read and write" | "unknown";
  readonly modes: readonly ContentionMode[];
  /** The interval of all figures, in ms. */
  readonly spanMs: number;
  /** Part of the span, from 0 to 1, in which at least one caller waited for this lock, at whatever place. */
  readonly share: number;
  /** How long callers of this place waited for the lock, all their waits together, given up ones included. */
  readonly waitedMs: number;
  /** How long others, or other callers of this place, waited while this place held the lock. */
  readonly causedMs: number;
  /** `causedMs` as a part of all waits for the lock, from 0 to 1. */
  readonly causedShare: number;
  /** 100 × `share` × `causedShare`: percentage points of the run. Those of a lock sum up to its share. */
  readonly score: number;
  readonly priority: Priority;
  /** `undefined` where nobody is known to have waited behind this place. */
  readonly bound: ContentionBound | undefined;
  /** What to do, and why, in one sentence. */
  readonly advice: string;
}
