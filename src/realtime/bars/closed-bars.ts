import { OpenField, type OpenBar } from "./open-bar.ts";
import type { Timeframe } from "../market/timeframe.ts";
import type { TickColumns } from "../ring/tick-columns.ts";
import type { BarColumns } from "./bar-columns.ts";

export interface ClosedBarsParts {
  readonly timeframe: Timeframe;
  readonly columns: BarColumns;
  /** Whether an interval without a trade becomes a flat bar. */
  readonly isFlat: boolean;
  /** Room for one bar; holds nothing between calls. */
  readonly scratch: OpenBar;
  /** Told of each bar that closed, or that was amended, by its row. */
  readonly onClosed: (row: number) => void;
  readonly onRevised: (row: number) => void;
}

/** The closed bars of one timeframe: appends them, fills empty intervals, and amends them when trades come late. */
export class ClosedBars {
  readonly columns: BarColumns;
  readonly #timeframe: Timeframe;
  readonly #isFlat: boolean;
  readonly #scratch: OpenBar;
  readonly #onClosed: (row: number) => void;
  readonly #onRevised: (row: number) => void;

  constructor({ timeframe, columns, isFlat, scratch, onClosed, onRevised }: ClosedBarsParts) {
    this.columns = columns;
    this.#timeframe = timeframe;
    this.#isFlat = isFlat;
    this.#scratch = scratch;
    this.#onClosed = onClosed;
    this.#onRevised = onRevised;
  }

  /** Appends the bar; returns false where it has no trade and empty intervals are left out. */
  append(bar: OpenBar): boolean {
    if (bar.fields[OpenField.trades] > 0) this.columns.append(bar);
    else if (this.flatPrice !== undefined) this.columns.append(bar, this.flatPrice);
    else return false;
    return true;
  }

  /** The price of a bar without trades that follows the newest one; `undefined` where there is no such bar. */
  get flatPrice(): number | undefined {
    const { columns } = this;
    return this.#isFlat && columns.length > 0 ? columns.closeAt(columns.length - 1) : undefined;
  }

  /** Tells that the newest bar closed. */
  tellClosed(): void {
    this.#onClosed(this.columns.length - 1);
  }

  /**
   * Appends flat bars, where those are wanted, from the newest bar to the one that opens at `end`; those that would leave
   * the window again at once are left out.
   */
  fillUntil(end: number, { isTold }: { readonly isTold: boolean }): void {
    const { flatPrice, columns } = this;
    if (flatPrice === undefined) return;
    const newest = columns.openTimeAt(columns.length - 1);
    const from = Math.max(this.#timeframe.closeOf(newest), this.#windowStart(end));
    for (let openTime = from; openTime < end; openTime = this.#timeframe.closeOf(openTime)) {
      this.#beginScratch(openTime);
      columns.append(this.#scratch, flatPrice);
      if (isTold) this.tellClosed();
    }
  }

  /**
   * Adds a late trade to its bar, or makes that bar; `end` is when the open bar began. Returns false when the bar is older
   * than the kept window.
   */
  amend(ticks: TickColumns, i: number, end: number): boolean {
    const scratch = this.#scratch;
    const { columns } = this;
    const openTime = this.#timeframe.openOf(ticks.time[i]);
    const row = columns.lowerBound(openTime);
    const exists = this.#isAt(row, openTime);
    if (!exists && row === 0 && this.#isBeforeWindow(openTime, end)) return false;

    this.#beginScratch(openTime);
    if (exists && columns.tradesAt(row) > 0) columns.load(row, scratch);
    scratch.addTick(ticks, i);
    if (exists) columns.store(row, scratch, columns.revisionAt(row) + 1);
    else columns.insert(row, scratch, 1);
    // An insertion into a full window pushed the oldest row out.
    const stored = columns.lowerBound(openTime);
    this.#onRevised(stored);
    if (this.#isFlat) this.#mendFlatAfter(stored, end);
    return true;
  }

  /** Flat bars follow the close of the bar before them: moves those after `row`, and makes those that are missing. */
  #mendFlatAfter(row: number, end: number): void {
    const { columns } = this;
    const price = columns.closeAt(row);
    let openTime = this.#timeframe.closeOf(columns.openTimeAt(row));
    for (let next = row + 1; openTime < end; next++, openTime = this.#timeframe.closeOf(openTime)) {
      if (this.#isAt(next, openTime)) {
        if (columns.tradesAt(next) > 0 || columns.closeAt(next) === price) return;
        columns.reflatten(next, price);
      } else {
        this.#beginScratch(openTime);
        columns.insert(next, this.#scratch, 1, price);
      }
      this.#onRevised(next);
    }
  }

  #isAt(row: number, openTime: number): boolean {
    return row < this.columns.length && this.columns.openTimeAt(row) === openTime;
  }

  /** Whether a bar older than all kept ones could not be kept either. */
  #isBeforeWindow(openTime: number, end: number): boolean {
    const { columns } = this;
    if (columns.trimmed > 0 || columns.length >= columns.keepBars) return true;
    return this.#isFlat && openTime < this.#windowStart(end);
  }

  /** When the oldest bar of a full window without gaps began, whose newest bar ends at `end`. */
  #windowStart(end: number): number {
    const { keepBars } = this.columns;
    const isLongerThanTime = !(keepBars * this.#timeframe.sizeMs < end);
    return isLongerThanTime ? -Infinity : this.#timeframe.openBefore(end, keepBars);
  }

  #beginScratch(openTime: number): void {
    this.#scratch.begin(openTime, this.#timeframe.closeOf(openTime));
  }
}
