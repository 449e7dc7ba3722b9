/** Durations in milliseconds. All are 0 when `count` is 0. */
export interface DurationReport {
  readonly count: number;
  readonly meanMs: number;
  /** Quantiles are within 1.6 % of the exact one. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
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
  /** How long the contended grants waited: of `contended`, not of all acquisitions. Waits that gave up are not in it. */
  readonly wait: DurationReport;
  /** How long the lock was held, of the holds that ended and were timed. */
  readonly hold: DurationReport;
}

/**
 * What the locks of one name cost, all of them together, since the profiler began or since its last reset. Plain data,
 * safe for JSON.
 */
export interface LockReport {
  readonly name: string;
  /** Locks that reported under this name. */
  readonly locks: number;
  /** Readers inside now. */
  readonly readers: number;
  /** Writers inside now: 0 or 1 for a single lock. */
  readonly writers: number;
  /** Callers that wait now. */
  readonly queueLength: number;
  /** Most readers inside at once. */
  readonly maxReaders: number;
  /** Most callers that waited at once. */
  readonly maxQueueLength: number;
  /** Reads that became writes without a release; each counts as an acquisition of `write` too. */
  readonly upgrades: number;
  /** Writes that became reads without a release; each counts as an acquisition of `read` too. */
  readonly downgrades: number;
  readonly read: LockModeReport;
  readonly write: LockModeReport;
}
