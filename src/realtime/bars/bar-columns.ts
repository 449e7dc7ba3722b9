import { BarRows } from "./bar-rows.ts";
import { BarStorage } from "./bar-storage.ts";
import { FrozenBars } from "./frozen-bars.ts";
import { OpenField, type OpenBar } from "./open-bar.ts";
import { RewriteLog } from "./rewrite-log.ts";

const FIRST_CAPACITY = 64;
// A constant of this module's own: see OpenField.
const Field = OpenField;

/**
 * The closed bars of one series, as they grow. Rows are appended into a sliding buffer of twice the kept length; only an
 * amendment by a late trade writes to a row again. What was frozen is written by neither.
 */
export class BarColumns extends BarRows {
  readonly keepBars: number;
  readonly isFrozen = false;
  readonly before = undefined;

  /** @param keepBars how many bars stay; Infinity keeps all. */
  constructor(keepBars: number) {
    super(new BarStorage(FIRST_CAPACITY), new RewriteLog());
    if (!(keepBars >= 1 && (Number.isInteger(keepBars) || keepBars === Infinity))) {
      throw new RangeError(`keepBars must be a whole number above 0, or Infinity, was ${keepBars}`);
    }
    this.keepBars = keepBars;
  }

  get rewritesSeen(): number {
    return this.rewrites.now;
  }

  /** The rows as they are now, whatever is appended, amended or dropped afterwards. Copies none of them. */
  freeze(): FrozenBars {
    const { storage, rewrites, first, count, gone } = this;
    return new FrozenBars(storage, rewrites, { first, count, gone });
  }

  closeAt(i: number): number {
    return this.storage.close[this.first + i];
  }

  tradesAt(i: number): number {
    return this.storage.trades[this.first + i];
  }

  revisionAt(i: number): number {
    return this.storage.revision[this.first + i];
  }

  /** Appends an open bar. An empty one becomes a flat bar at `flatPrice`. */
  append(bar: OpenBar, flatPrice = NaN): void {
    this.#makeRoom();
    this.count++;
    this.#write(this.count - 1, bar, 0, flatPrice);
    if (this.count > this.keepBars) this.#dropOldest();
  }

  /** Puts the bar before row `i`. The oldest row leaves when the window is full; row 0 of a full window cannot be kept. */
  insert(i: number, bar: OpenBar, revision: number, flatPrice = NaN): void {
    this.#makeRoom();
    this.#unshare();
    const row = this.first + i;
    this.storage.moveFrom(this.storage, row, this.count - i, row + 1);
    this.count++;
    this.store(i, bar, revision, flatPrice);
    if (this.count > this.keepBars) this.#dropOldest();
  }

  /** Overwrites row `i` with the bar. */
  store(i: number, bar: OpenBar, revision: number, flatPrice = NaN): void {
    this.#keepBefore(i);
    this.rewrites.record(this.gone + i, this.gone);
    this.#write(i, bar, revision, flatPrice);
  }

  #write(i: number, bar: OpenBar, revision: number, flatPrice: number): void {
    const s = this.storage;
    const f = bar.fields;
    const row = this.first + i;
    const isEmpty = f[Field.trades] === 0;
    s.openTime.set(row, f[Field.openTime]);
    s.open[row] = isEmpty ? flatPrice : f[Field.open];
    s.high[row] = isEmpty ? flatPrice : f[Field.high];
    s.low[row] = isEmpty ? flatPrice : f[Field.low];
    s.close[row] = isEmpty ? flatPrice : f[Field.close];
    s.trades[row] = f[Field.trades];
    s.firstTradeId.set(row, isEmpty ? -1 : f[Field.firstTradeId]);
    s.lastTradeId.set(row, isEmpty ? -1 : f[Field.lastTradeId]);
    s.revision[row] = revision;
    const [volume, quoteVolume, takerBuyVolume] = s.exact;
    const { size, quote } = bar.decimals;
    volume.copyFrom(row, bar.sums, Field.volume);
    quoteVolume.copyFrom(row, bar.sums, Field.quoteVolume);
    takerBuyVolume.copyFrom(row, bar.sums, Field.takerBuyVolume);
    s.volume[row] = volume.toNumber(row, size);
    s.quoteVolume[row] = quoteVolume.toNumber(row, quote);
    s.takerBuyVolume[row] = takerBuyVolume.toNumber(row, size);
  }

  /** Loads row `i` into `bar`, exact sums and all, so that a late trade can be added to it. */
  load(i: number, bar: OpenBar): void {
    const s = this.storage;
    const f = bar.fields;
    const row = this.first + i;
    f[Field.openTime] = s.openTime.get(row);
    f[Field.open] = s.open[row];
    f[Field.high] = s.high[row];
    f[Field.low] = s.low[row];
    f[Field.close] = s.close[row];
    f[Field.trades] = s.trades[row];
    f[Field.firstTradeId] = s.firstTradeId.get(row);
    f[Field.lastTradeId] = s.lastTradeId.get(row);
    const [volume, quoteVolume, takerBuyVolume] = s.exact;
    bar.sums.copyFrom(Field.volume, volume, row);
    bar.sums.copyFrom(Field.quoteVolume, quoteVolume, row);
    bar.sums.copyFrom(Field.takerBuyVolume, takerBuyVolume, row);
  }

  /** Moves the flat bar `i` to another price and raises its revision; it stays without trades. */
  reflatten(i: number, price: number): void {
    this.#keepBefore(i);
    const s = this.storage;
    const row = this.first + i;
    this.rewrites.record(this.gone + i, this.gone);
    s.open[row] = s.high[row] = s.low[row] = s.close[row] = price;
    s.revision[row]++;
  }

  /** Counts the sums of all rows in smaller units from now on. */
  rescale(bySizeDecimals: number, byQuoteDecimals: number): void {
    const [volume, quoteVolume, takerBuyVolume] = this.storage.exact;
    volume.rescale(this.first, this.count, bySizeDecimals);
    quoteVolume.rescale(this.first, this.count, byQuoteDecimals);
    takerBuyVolume.rescale(this.first, this.count, bySizeDecimals);
  }

  #dropOldest(): void {
    this.storage.exact.forEach((sums) => sums.clear(this.first));
    this.first++;
    this.count--;
    this.gone++;
  }

  /** Leaves one free row at the end: slides the kept rows to the front once half is free, or else moves to larger arrays. */
  #makeRoom(): void {
    const { capacity, frozen } = this.storage;
    if (this.first + this.count < capacity) return;
    if (this.first < this.count)
      this.#moveTo(new BarStorage(Math.min(2 * capacity, 2 * (this.keepBars + 1))));
    else this.#moveTo(frozen.size > 0 ? new BarStorage(capacity) : this.storage);
  }

  /** Row `i` is about to be written again. */
  #keepBefore(i: number): void {
    for (const frozen of this.storage.frozen) frozen.keep(this.first + i, () => this.rowAt(i));
  }

  /** Rows are about to move: those that somebody still reads stay where they are, and all are copied. */
  #unshare(): void {
    if (this.storage.frozen.size > 0) this.#moveTo(new BarStorage(this.storage.capacity));
  }

  #moveTo(storage: BarStorage): void {
    storage.moveFrom(this.storage, this.first, this.count, 0);
    this.storage = storage;
    this.first = 0;
  }
}
