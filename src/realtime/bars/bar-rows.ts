import type { BarRow } from "./bar-row.ts";
import type { BarStorage } from "./bar-storage.ts";
import type { RewriteLog } from "./rewrite-log.ts";

/**
 * Closed bars of one series as readers see them, oldest first, a typed array a column. Row `i` lies at `start + i` of the
 * arrays, and is number `trimmed + i` from the first bar ever.
 */
export abstract class BarRows {
  /** Rows written again after they were appended, counted from the first bar ever. */
  readonly rewrites: RewriteLog;
  protected storage: BarStorage;
  protected first = 0;
  protected count = 0;
  protected gone = 0;

  constructor(storage: BarStorage, rewrites: RewriteLog) {
    this.storage = storage;
    this.rewrites = rewrites;
  }

  /** Whether they stay as they are while the series goes on. */
  abstract readonly isFrozen: boolean;

  /** Rows that were written again since they were frozen, as they were, by their place in {@link arrays}. */
  abstract readonly before: ReadonlyMap<number, BarRow> | undefined;

  /** The time of {@link rewrites} up to which rewritten rows show. */
  abstract readonly rewritesSeen: number;

  get length(): number {
    return this.count;
  }

  /** Where the oldest row lies in {@link arrays}. */
  get start(): number {
    return this.first;
  }

  /** How many bars left because newer ones came. */
  get trimmed(): number {
    return this.gone;
  }

  /** The columns themselves, for encoders: read rows `[start, start + length)`, and do not keep them across a commit. */
  get arrays(): Omit<BarStorage, "moveFrom" | "exact" | "frozen"> {
    return this.storage;
  }

  openTimeAt(i: number): number {
    return this.storage.openTime.get(this.first + i);
  }

  rowAt(i: number): BarRow {
    const s = this.storage;
    const at = this.first + i;
    const before = this.before?.get(at);
    if (before !== undefined) return before;
    return {
      openTime: s.openTime.get(at),
      open: s.open[at],
      high: s.high[at],
      low: s.low[at],
      close: s.close[at],
      volume: s.volume[at],
      quoteVolume: s.quoteVolume[at],
      trades: s.trades[at],
      takerBuyVolume: s.takerBuyVolume[at],
      firstTradeId: s.firstTradeId.get(at),
      lastTradeId: s.lastTradeId.get(at),
      revision: s.revision[at],
    };
  }

  /** The first row that opens at `openTime` or later; `length` when none does. */
  lowerBound(openTime: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.openTimeAt(middle) < openTime) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
