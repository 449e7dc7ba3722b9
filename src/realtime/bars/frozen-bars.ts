import { BarRows } from "./bar-rows.ts";
import type { BarStorage } from "./bar-storage.ts";
import type { RewriteLog } from "./rewrite-log.ts";

/** Where frozen rows lie in their arrays. */
export interface RowSpan {
  readonly first: number;
  readonly count: number;
  readonly gone: number;
}

/**
 * Closed bars as they were at one moment: an offset and a length over arrays that still grow. While it is held, whoever
 * would change one of its rows copies them first.
 */
export class FrozenBars extends BarRows {
  readonly isFrozen = true;
  readonly rewritesSeen: number;

  constructor(storage: BarStorage, rewrites: RewriteLog, { first, count, gone }: RowSpan) {
    super(storage, rewrites);
    this.first = first;
    this.count = count;
    this.gone = gone;
    this.rewritesSeen = rewrites.now;
    storage.pins++;
  }

  /** Nobody reads it any more: from here on its rows may change. Called once. */
  release(): void {
    this.storage.pins--;
  }
}
