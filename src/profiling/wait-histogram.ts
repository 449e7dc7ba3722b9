import type { DurationReport } from "./lock-report.ts";

/** Each power of two is split into this many buckets, so that a quantile is off by at most half of 1/32. */
const SUB_BUCKETS = 32;
const SUB_BUCKET_BITS = 5;
/** Durations of 2^43 ns (2.4 hours) and above share the last bucket; mean and maximum stay exact for them. */
const MAX_EXPONENT = 42;
const BUCKETS = SUB_BUCKETS * (MAX_EXPONENT - SUB_BUCKET_BITS + 2) + 1;
const TWO_32 = 2 ** 32;
const NS_PER_MS = 1e6;

/**
 * Durations, counted in buckets of a width in proportion to their size (log-linear), in whole nanoseconds inside.
 * Quantiles are within 1.6 % of the recorded value of that rank; count, mean and maximum are exact. Takes 10 KB, from
 * the first record on; the counts are float64, because 32 bits are full after an hour at a million records a second.
 */
export class WaitHistogram {
  #counts: Float64Array | undefined;
  #count = 0;
  #sumNs = 0;
  #maxNs = 0;

  get count(): number {
    return this.#count;
  }

  /** Counts a duration of `ms`. One below 0 counts as 0, one that is not finite is none. */
  record(ms: number): void {
    if (!Number.isFinite(ms)) return;
    const ns = Math.max(0, Math.round(ms * NS_PER_MS));
    this.#counts ??= new Float64Array(BUCKETS);
    this.#counts[bucketOf(ns)]++;
    this.#count++;
    this.#sumNs += ns;
    if (ns > this.#maxNs) this.#maxNs = ns;
  }

  /** Adds all that `other` has counted. */
  merge(other: WaitHistogram): void {
    if (other.#counts === undefined) return;
    this.#counts ??= new Float64Array(BUCKETS);
    for (let i = 0; i < BUCKETS; i++) this.#counts[i] += other.#counts[i];
    this.#count += other.#count;
    this.#sumNs += other.#sumNs;
    this.#maxNs = Math.max(this.#maxNs, other.#maxNs);
  }

  reset(): void {
    this.#counts?.fill(0);
    this.#count = 0;
    this.#sumNs = 0;
    this.#maxNs = 0;
  }

  /** The smallest recorded duration that at least the share `q` of all does not exceed, in ms; 0 when there is none. */
  quantileMs(q: number): number {
    if (this.#counts === undefined) return 0;
    let above = Math.max(1, Math.ceil(q * this.#count));
    for (let i = 0; i < BUCKETS; i++) {
      above -= this.#counts[i];
      if (above <= 0) return this.#middleNs(i) / NS_PER_MS;
    }
    return 0;
  }

  report(): DurationReport {
    return {
      count: this.#count,
      meanMs: this.#count === 0 ? 0 : this.#sumNs / this.#count / NS_PER_MS,
      p50Ms: this.quantileMs(0.5),
      p90Ms: this.quantileMs(0.9),
      p99Ms: this.quantileMs(0.99),
      maxMs: this.#maxNs / NS_PER_MS,
    };
  }

  /** The middle of a bucket stands for all of it; of the last one, which has no end, the maximum does. */
  #middleNs(bucket: number): number {
    if (bucket === BUCKETS - 1) return this.#maxNs;
    if (bucket < 2 * SUB_BUCKETS) return bucket;
    const shift = Math.floor(bucket / SUB_BUCKETS) - 1;
    const middle = ((bucket % SUB_BUCKETS) + SUB_BUCKETS + 0.5) * 2 ** shift;
    return Math.min(middle, this.#maxNs);
  }
}

/** Below 64 ns a bucket is one nanosecond wide; each further power of two doubles the width. */
function bucketOf(ns: number): number {
  if (ns < 2 * SUB_BUCKETS) return ns;
  const exponent = ns < TWO_32 ? 31 - Math.clz32(ns) : 63 - Math.clz32(ns / TWO_32);
  if (exponent > MAX_EXPONENT) return BUCKETS - 1;
  const shift = exponent - SUB_BUCKET_BITS;
  return shift * SUB_BUCKETS + (ns < TWO_32 ? ns >>> shift : Math.floor(ns / 2 ** shift));
}
