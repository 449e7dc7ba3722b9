import type { Priority } from "./contention-row.ts";

const LIMITS: readonly (readonly [Priority, number])[] = [
  ["critical", 20],
  ["high", 5],
  ["medium", 1],
];

/**
 * Percentage points of the run for which a place is to blame: the part of the run in which somebody waited for the lock, times
 * the part of those waits that was behind this place, times 100.
 */
export function scoreOf(share: number, causedShare: number): number {
  return 100 * share * causedShare;
}

/** `critical` from 20 up, `high` from 5, `medium` from 1, `low` above 0, `none` at 0. */
export function priorityOf(score: number): Priority {
  const [priority] = LIMITS.find(([, limit]) => score >= limit) ?? [score > 0 ? "low" : "none"];
  return priority;
}
