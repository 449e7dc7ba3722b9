import { BarRows } from "./bar-rows.ts";
import type { BarRow } from "./bar-row.ts";
import type { BarStorage } from "./bar-storage.ts";
import type { RewriteLog } from "./rewrite-log.ts";

/** Where frozen rows lie in their arrays. */
export interface RowSpan {
  readonly first: number;
  readonly count: number;
  readonly gone: number;
}

/**
 * Closed bars as they were at one moment: an offset and a length over arrays that still grow, and a copy of each row that
 * was written again since. Until it is released whoever writes such a row lets it {@link keep} that first, and moves none.
 */
export class FrozenBars extends BarRows {
  readonly isFrozen = true;
  readonly rewritesSeen: number;
  #before: Map<number, BarRow> | undefined;

  constructor(storage: BarStorage, rewrites: RewriteLog, { first, count, gone }: RowSpan) {
    super(storage, rewrites);
    this.first = first;
    this.count = count;
    this.gone = gone;
    this.rewritesSeen = rewrites.now;
    storage.frozen.add(this);
  }

  get before(): ReadonlyMap<number, BarRow> | undefined {
    return this.#before;
  }

  /** Row `at` of the arrays is about to be written again: `read` gives it as it is. */
  keep(at: number, read: () => BarRow): void {
    if (at < this.first || at >= this.first + this.count || this.#before?.has(at)) return;
    (this.#before ??= new Map()).set(at, read());
  }

  /** Nobody reads it any more: from here on its rows may change. */
  release(): void {
    this.storage.frozen.delete(this);
  }
}
