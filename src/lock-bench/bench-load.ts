import type { LockMode } from "../locks/lock-observer.ts";

/** Callers that use one lock, and how. */
export interface BenchLoad {
  /** Callers that read. */
  readonly readers: number;
  /** Callers that write. */
  readonly writers: number;
  /** How long an access holds on, in ms; 0 is one turn of the event loop. */
  readonly holdMs: Readonly<Record<LockMode, number>>;
  /** Accesses a second of all callers together; where it is absent, each asks again at once. */
  readonly ratePerSecond?: number;
  /** How long callers ask, in ms; accesses that have begun by then are ended. */
  readonly durationMs: number;
}

/** @throws RangeError for a load that nobody can make. */
export function checkLoad({ readers, writers, holdMs, ratePerSecond, durationMs }: BenchLoad): void {
  for (const [what, count] of Object.entries({ readers, writers })) {
    if (!(Number.isSafeInteger(count) && count >= 0)) {
      throw new RangeError(`${what} must be a whole number of at least 0, was ${count}`);
    }
  }
  if (readers + writers === 0) throw new RangeError("a load needs at least 1 reader or writer, got 0");
  for (const mode of ["read", "write"] as const) {
    if (!(holdMs[mode] >= 0 && Number.isFinite(holdMs[mode]))) {
      throw new RangeError(`a ${mode} must hold for at least 0 ms, was ${holdMs[mode]}`);
    }
  }
  if (ratePerSecond !== undefined && !(ratePerSecond > 0 && Number.isFinite(ratePerSecond))) {
    throw new RangeError(`ratePerSecond must be above 0, was ${ratePerSecond}`);
  }
  if (!(durationMs > 0 && Number.isFinite(durationMs))) {
    throw new RangeError(`durationMs must be above 0, was ${durationMs}`);
  }
}
