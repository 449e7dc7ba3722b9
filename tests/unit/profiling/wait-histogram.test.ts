import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WaitHistogram } from "../../../src/profiling/wait-histogram.ts";

function histogramOf(values: Iterable<number>): WaitHistogram {
  const histogram = new WaitHistogram();
  for (const ms of values) histogram.record(ms);
  return histogram;
}

/** Nearest rank: the smallest value that at least the share `q` does not exceed. */
function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1];
}

/** Spread over 13 orders of magnitude, from a nanosecond to 2.4 hours. */
const durationMs = fc.double({ min: Math.log(1e-6), max: Math.log(8.7e6), noNaN: true }).map(Math.exp);

describe("WaitHistogram", () => {
  it("is all zeros while it is empty", () => {
    expect(new WaitHistogram().report()).toEqual({
      count: 0,
      meanMs: 0,
      p50Ms: 0,
      p90Ms: 0,
      p99Ms: 0,
      p999Ms: 0,
      maxMs: 0,
    });
  });

  it("shows a hold of 5 µs", () => {
    const { p50Ms, maxMs } = histogramOf([0.005]).report();
    expect(p50Ms).toBeCloseTo(0.005, 6);
    expect(maxMs).toBe(0.005);
  });

  it("has every quantile within 1.6 % and half a nanosecond of the exact one", () => {
    fc.assert(
      fc.property(
        fc.array(durationMs, { minLength: 1, maxLength: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, q) => {
          const exact = exactQuantile(values, q);
          const error = Math.abs(histogramOf(values).quantileMs(q) - exact);
          expect(error).toBeLessThanOrEqual(exact * 0.016 + 0.5e-6 + 1e-12);
        },
      ),
    );
  });

  it("has count, mean and maximum exact to the nanosecond", () => {
    fc.assert(
      fc.property(fc.array(durationMs, { minLength: 1, maxLength: 100 }), (values) => {
        const { count, meanMs, maxMs, p50Ms, p90Ms, p99Ms } = histogramOf(values).report();
        const mean = values.reduce((sum, ms) => sum + ms, 0) / values.length;
        expect(count).toBe(values.length);
        expect(Math.abs(meanMs - mean)).toBeLessThanOrEqual(1e-6 + mean * 1e-9);
        expect(Math.abs(maxMs - Math.max(...values))).toBeLessThanOrEqual(0.51e-6);
        expect([p50Ms, p90Ms, p99Ms, maxMs]).toEqual([p50Ms, p90Ms, p99Ms, maxMs].sort((a, b) => a - b));
      }),
    );
  });

  it("keeps every duration of the edges between buckets in a bucket that covers it", () => {
    for (let exponent = 0; exponent <= 43; exponent++) {
      for (const ns of [2 ** exponent - 1, 2 ** exponent, 2 ** exponent + 1]) {
        const histogram = histogramOf([ns / 1e6, ns / 1e6, 1e9]);
        if (ns >= 2 ** 43) expect(histogram.quantileMs(0.5)).toBe(1e9);
        else expect(Math.abs(histogram.quantileMs(0.5) * 1e6 - ns)).toBeLessThanOrEqual(ns * 0.016);
      }
    }
  });

  it("counts less than nothing as nothing, and leaves out what is not finite", () => {
    const histogram = histogramOf([-1, NaN, Infinity, -Infinity]);
    expect(histogram.report()).toEqual({
      count: 1,
      meanMs: 0,
      p50Ms: 0,
      p90Ms: 0,
      p99Ms: 0,
      p999Ms: 0,
      maxMs: 0,
    });
  });

  it("merged from parts equals the whole", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1e7 })),
        fc.array(fc.integer({ min: 0, max: 1e7 })),
        (a, b) => {
          const merged = histogramOf(a);
          merged.merge(histogramOf(b));
          expect(merged.report()).toEqual(histogramOf([...a, ...b]).report());
        },
      ),
    );
  });

  it("begins anew after a reset", () => {
    const histogram = histogramOf([1, 2, 3]);
    histogram.reset();
    histogram.record(7);
    expect(histogram.report()).toEqual(histogramOf([7]).report());
  });
});
