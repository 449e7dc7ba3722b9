/** When a caller means to ask next, in ms of the clock; it is asked with the time at which its last access ended. */
export type Arrivals = (nowMs: number) => number;

/** A closed loop: the next access is due as soon as the last one has ended. */
export const askAgainAtOnce: Arrivals = (nowMs) => nowMs;

/**
 * Accesses that come at random (Poisson), `perSecond` on average, whether the last one has ended or not: a caller that is late
 * asks at once, and its access counts from when it was due. `random` is uniform in [0, 1).
 */
export function poissonArrivals(beginMs: number, perSecond: number, random: () => number): Arrivals {
  let dueMs = beginMs;
  return () => (dueMs += (-1_000 * Math.log1p(-random())) / perSecond);
}
