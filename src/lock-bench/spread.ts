/** A figure over the rounds of a bench. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Below this two medians count as the same, whatever the rounds say: it is no reason to change a program. */
export const LEAST_DIFFERENCE = 0.05;

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    low: sorted[0],
    high: sorted[sorted.length - 1],
  };
}

/** Whether every round of `a` is above every round of `b`, and by enough to matter. */
export function isAbove(a: Spread, b: Spread): boolean {
  return a.low > b.high && a.median > b.median * (1 + LEAST_DIFFERENCE);
}
