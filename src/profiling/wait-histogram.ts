import type { DurationReport } from "./lock-report.ts";

/** Each power of two is split into this many buckets, so that a quantile is off by at most half of 1/32. */
const SUB_BUCKETS = 32;
const SUB_BUCKET_BITS = 5;
/** Durations of 2^43 ns (2.4 hours) and above share the last bucket; mean and maximum stay exact for them. */
const MAX_EXPONENT = 42;
/** A row of buckets for each power of two, two for all below 64 ns, and one for what is beyond. */
const ROWS = MAX_EXPONENT - SUB_BUCKET_BITS + 3;
const LAST_BUCKET = SUB_BUCKETS * (ROWS - 1);
const TWO_32 = 2 ** 32;
const NS_PER_MS = 1e6;

/**
 * Durations, counted in buckets of a width in proportion to their size (log-linear), in whole nanoseconds inside.
 * Quantiles are within 1.6 % of the recorded value of that rank; count, mean and maximum are exact. Takes 256 bytes for
 * each power of two that occurs, 10 KB at most; the counts are float64, because 32 bits are full after an hour at a million
 * records a second.
 */
export class WaitHistogram {
  readonly #rows: (Float64Array | undefined)[] = [];
  #count = 0;
  #sumNs = 0;
  #maxNs = 0;

  get count(): number {
    return this.#count;
  }

  get sumMs(): number {
    return this.#sumNs / NS_PER_MS;
  }

  /** Counts a duration of `ms`. One below 0 counts as 0, one that is not finite is none. */
  record(ms: number): void {
    if (!Number.isFinite(ms)) return;
    const ns = Math.max(0, Math.round(ms * NS_PER_MS));
    const bucket = bucketOf(ns);
    this.#row(bucket >>> SUB_BUCKET_BITS)[bucket % SUB_BUCKETS]++;
    this.#count++;
    this.#sumNs += ns;
    if (ns > this.#maxNs) this.#maxNs = ns;
  }

  /** Adds all that `other` has counted. */
  merge(other: WaitHistogram): void {
    for (const [bucket, count] of other.#counted()) {
      this.#row(bucket >>> SUB_BUCKET_BITS)[bucket % SUB_BUCKETS] += count;
    }
    this.#count += other.#count;
    this.#sumNs += other.#sumNs;
    this.#maxNs = Math.max(this.#maxNs, other.#maxNs);
  }

  reset(): void {
    for (const row of this.#rows) row?.fill(0);
    this.#count = 0;
    this.#sumNs = 0;
    this.#maxNs = 0;
  }

  /** The smallest recorded duration that at least the share `q` of all does not exceed, in ms; 0 when there is none. */
  quantileMs(q: number): number {
    let above = Math.max(1, Math.ceil(q * this.#count));
    for (const [bucket, count] of this.#counted()) {
      above -= count;
      if (above <= 0) return this.#middleNs(bucket) / NS_PER_MS;
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
      p999Ms: this.quantileMs(0.999),
      maxMs: this.#maxNs / NS_PER_MS,
    };
  }

  #row(index: number): Float64Array {
    return (this.#rows[index] ??= new Float64Array(SUB_BUCKETS));
  }

  /** Buckets that are not empty, ascending. */
  *#counted(): Generator<readonly [bucket: number, count: number]> {
    for (let row = 0; row < this.#rows.length; row++) {
      const counts = this.#rows[row];
      if (counts === undefined) continue;
      for (let i = 0; i < SUB_BUCKETS; i++) if (counts[i] > 0) yield [row * SUB_BUCKETS + i, counts[i]];
    }
  }

  /** The middle of a bucket stands for all of it; of the last one, which has no end, the maximum does. */
  #middleNs(bucket: number): number {
    if (bucket === LAST_BUCKET) return this.#maxNs;
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
  if (exponent > MAX_EXPONENT) return LAST_BUCKET;
  const shift = exponent - SUB_BUCKET_BITS;
  return shift * SUB_BUCKETS + (ns < TWO_32 ? ns >>> shift : Math.floor(ns / 2 ** shift));
}
