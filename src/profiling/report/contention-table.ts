import { UNKNOWN_SITE } from "../held-shares.ts";
import type { LockReport, ProfileReport } from "../lock-report.ts";
import { adviceFor } from "./advice.ts";
import type { ContentionMode, ContentionRow } from "./contention-row.ts";
import { LockWaits } from "./lock-waits.ts";
import { placeModes } from "./place-modes.ts";
import { priorityOf, scoreOf } from "./priority.ts";
import { bestCure } from "./wait-model.ts";

/**
 * Where the run waited for locks, and what would help: a row for each lock and each place that waited for it or held others up,
 * the worst first. A lock that nobody waited for has no row.
 *
 * Columns are measured, with their number of samples, or say {@link NOT_MEASURED}. The share is the union of the lock's waits,
 * so it is at most 1. The score is `100 × share × causedShare`: percentage points of the run in which somebody waited behind
 * this place; `critical` from 20, `high` from 5, `medium` from 1, `low` above 0.
 *
 * The gain is an upper bound by a model, which knows who waited behind whom, and how many of the grants waited:
 *
 *     left = Σ waitMs(w, h) × keep(w, h) × (1 − moved(h))
 *     moved(h) = waited(h) × Σ part(h, g) × (1 − keep(h, g) × (1 − moved(g)))
 *
 * over waiters `w` and holders `h`. `keep` is what the cure leaves of a wait. `snapshot`: all between two writers, nothing where
 * one of them reads. `finer`: nothing between writers of different places. `shorter`: a quarter behind this place, for half a
 * hold meets half as many callers for half as long. `moved` are the holders that had waited themselves, and so may be done
 * earlier: what others waited behind those may go too. Callers are taken to come when they came.
 */
export function contentionTable(report: ProfileReport): ContentionRow[] {
  const rows = report.locks.flatMap((lock) => rowsOf(lock, report.spanMs));
  return rows.sort(
    (a, b) =>
      b.score - a.score ||
      b.waitedMs - a.waitedMs ||
      compare(a.lock, b.lock) ||
      compare(a.location, b.location),
  );
}

function rowsOf(lock: LockReport, spanMs: number): ContentionRow[] {
  const waits = new LockWaits(lock);
  const share = spanMs > 0 ? Math.min(1, lock.contendedMs / spanMs) : 0;
  return waits.places.map((location) => {
    const causedMs = waits.causedMs(location);
    const causedShare = causedShareOf(waits, location);
    const score = scoreOf(share, causedShare);
    const bound = bestCure(waits, location, { spanMs });
    const modes = placeModes(lock, location, spanMs);
    return {
      lock: lock.name,
      location,
      type: typeOf(modes),
      modes,
      spanMs,
      share,
      waitedMs: waits.waitedMs(location),
      causedMs,
      causedShare,
      score,
      priority: priorityOf(score),
      bound,
      advice: adviceFor(waits, { location, causedMs, causedShare }, bound),
    };
  });
}

/** Waits that have not ended are nobody's yet: all of them stand against `unknown`. */
function causedShareOf(waits: LockWaits, location: string): number {
  if (waits.totalMs > 0) return waits.causedMs(location) / waits.totalMs;
  return location === UNKNOWN_SITE ? 1 : 0;
}

function typeOf(modes: readonly ContentionMode[]): ContentionRow["type"] {
  if (modes.length === 0) return "unknown";
  return modes.length === 1 ? modes[0].mode : "read and write";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
