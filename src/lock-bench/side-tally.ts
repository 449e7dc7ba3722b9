import { WaitHistogram } from "../profiling/wait-histogram.ts";

/** What the reads, or the writes, of one run of a load came to. Times in milliseconds. */
export interface SideFigures {
  /** Accesses that were granted, all of which have ended. */
  readonly accesses: number;
  /** Accesses a second that ended within the time of the run. */
  readonly perSecond: number;
  /** From the wish to the end of the access; quantiles are within 1.6 %. Under a rate, unserved ones count with what they had waited. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of the accesses, those that were not inside by the end of the turn of the event loop in which they asked; from 0 to 1. */
  readonly waitedShare: number;
  /** From asking to being inside, of those that waited together: ms in each second of the run. */
  readonly waitedMsPerSecond: number;
  /** Due within the time of the run, but their caller was busy until its end. */
  readonly unserved: number;
}

/** Counts the accesses of one side, in the same way whatever the lock is. */
export class SideTally {
  readonly #latency = new WaitHistogram();
  #accesses = 0;
  #endedInTime = 0;
  #waits = 0;
  #waitedMs = 0;
  #unserved = 0;

  entered(hasWaited: boolean, afterMs: number): void {
    this.#accesses++;
    if (!hasWaited) return;
    this.#waits++;
    this.#waitedMs += afterMs;
  }

  ended(latencyMs: number, isInTime: boolean): void {
    this.#latency.record(latencyMs);
    if (isInTime) this.#endedInTime++;
  }

  /** Without those that never came to be, a lock that cannot keep up would look as if it could. */
  leftUnserved(latencyMs: number): void {
    this.#unserved++;
    this.#latency.record(latencyMs);
  }

  figures(durationMs: number): SideFigures {
    return {
      accesses: this.#accesses,
      perSecond: (1_000 * this.#endedInTime) / durationMs,
      p50Ms: this.#latency.quantileMs(0.5),
      p95Ms: this.#latency.quantileMs(0.95),
      p99Ms: this.#latency.quantileMs(0.99),
      maxMs: this.#latency.report().maxMs,
      waitedShare: this.#accesses === 0 ? 0 : this.#waits / this.#accesses,
      waitedMsPerSecond: (1_000 * this.#waitedMs) / durationMs,
      unserved: this.#unserved,
    };
  }
}
