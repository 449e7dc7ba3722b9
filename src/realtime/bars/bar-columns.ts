import { ExactSums } from "./exact-sums.ts";
import { Int64Column } from "./int64-column.ts";
import { OpenField, type OpenBar } from "./open-bar.ts";
import { RewriteLog } from "./rewrite-log.ts";
import type { BarRow } from "./bar-row.ts";

const FIRST_CAPACITY = 64;
// A constant of this module's own: see OpenField.
const Field = OpenField;

/** Ten columns of float64, three of int64, two of int32. */
const ROW_BYTES = 10 * 8 + 3 * 8 + 2 * 4;

/** The arrays behind {@link BarColumns}; replaced as a whole when they are full. */
class Storage {
  readonly capacity: number;
  readonly openTime: Int64Column;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly quoteVolume: Float64Array;
  readonly trades: Int32Array;
  readonly takerBuyVolume: Float64Array;
  readonly firstTradeId: Int64Column;
  readonly lastTradeId: Int64Column;
  readonly revision: Int32Array;
  /** What `volume`, `quoteVolume` and `takerBuyVolume` are rounded from; amendments need the exact sums. */
  readonly exact: readonly [volume: ExactSums, quoteVolume: ExactSums, takerBuyVolume: ExactSums];

  constructor(capacity: number) {
    // One allocation, widest columns first so that each begins at a multiple of its element size.
    const buffer = new ArrayBuffer(capacity * ROW_BYTES);
    let offset = 0;
    const float64 = () => {
      const column = new Float64Array(buffer, offset, capacity);
      offset += column.byteLength;
      return column;
    };
    const int32 = (perRow: number) => {
      const column = new Int32Array(buffer, offset, capacity * perRow);
      offset += column.byteLength;
      return column;
    };
    this.capacity = capacity;
    this.open = float64();
    this.high = float64();
    this.low = float64();
    this.close = float64();
    this.volume = float64();
    this.quoteVolume = float64();
    this.takerBuyVolume = float64();
    this.exact = [new ExactSums(float64()), new ExactSums(float64()), new ExactSums(float64())];
    this.openTime = new Int64Column(int32(2));
    this.firstTradeId = new Int64Column(int32(2));
    this.lastTradeId = new Int64Column(int32(2));
    this.trades = int32(1);
    this.revision = int32(1);
  }

  /** Moves rows `[from, from + count)` of `source`, which may be this, so that they begin at `to`. */
  moveFrom(source: Storage, from: number, count: number, to: number): void {
    for (const name of ["open", "high", "low", "close", "volume", "quoteVolume", "takerBuyVolume"] as const) {
      this[name].set(source[name].subarray(from, from + count), to);
    }
    for (const name of ["trades", "revision"] as const) {
      this[name].set(source[name].subarray(from, from + count), to);
    }
    for (const name of ["openTime", "firstTradeId", "lastTradeId"] as const) {
      this[name].words.set(source[name].words.subarray(2 * from, 2 * (from + count)), 2 * to);
    }
    this.exact.forEach((sums, i) => sums.moveFrom(source.exact[i], from, count, to));
  }
}

/**
 * Closed bars of one series, oldest first, a typed array a column. Rows are appended into a sliding buffer of twice the
 * kept length; only an amendment by a late trade writes to a row again. Row `i` of the kept bars lies at `start + i`.
 */
export class BarColumns {
  readonly keepBars: number;
  /** Rows written again after they were appended; a row is counted from the first bar ever, as `trimmed + i`. */
  readonly rewrites = new RewriteLog();
  #storage = new Storage(FIRST_CAPACITY);
  #start = 0;
  #length = 0;
  #trimmed = 0;

  /** @param keepBars how many bars stay; Infinity keeps all. */
  constructor(keepBars: number) {
    if (!(keepBars >= 1 && (Number.isInteger(keepBars) || keepBars === Infinity))) {
      throw new RangeError(`keepBars must be a whole number above 0, or Infinity, was ${keepBars}`);
    }
    this.keepBars = keepBars;
  }

  get length(): number {
    return this.#length;
  }

  /** Where the oldest kept row lies in {@link arrays}. */
  get start(): number {
    return this.#start;
  }

  /** How many bars left because newer ones came. */
  get trimmed(): number {
    return this.#trimmed;
  }

  /** The columns themselves, for encoders: read rows `[start, start + length)`, and do not keep them across a commit. */
  get arrays(): Omit<Storage, "moveFrom" | "exact"> {
    return this.#storage;
  }

  openTimeAt(i: number): number {
    return this.#storage.openTime.get(this.#start + i);
  }

  closeAt(i: number): number {
    return this.#storage.close[this.#start + i];
  }

  tradesAt(i: number): number {
    return this.#storage.trades[this.#start + i];
  }

  revisionAt(i: number): number {
    return this.#storage.revision[this.#start + i];
  }

  rowAt(i: number): BarRow {
    const s = this.#storage;
    const at = this.#start + i;
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
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.openTimeAt(middle) < openTime) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Appends an open bar. An empty one becomes a flat bar at `flatPrice`. */
  append(bar: OpenBar, flatPrice = NaN): void {
    this.#makeRoom();
    this.#length++;
    this.#write(this.#length - 1, bar, 0, flatPrice);
    if (this.#length > this.keepBars) this.#dropOldest();
  }

  /** Puts the bar before row `i`. The oldest row leaves when the window is full; row 0 of a full window cannot be kept. */
  insert(i: number, bar: OpenBar, revision: number, flatPrice = NaN): void {
    this.#makeRoom();
    const { start } = this;
    this.#storage.moveFrom(this.#storage, start + i, this.#length - i, start + i + 1);
    this.#length++;
    this.store(i, bar, revision, flatPrice);
    if (this.#length > this.keepBars) this.#dropOldest();
  }

  /** Overwrites row `i` with the bar. */
  store(i: number, bar: OpenBar, revision: number, flatPrice = NaN): void {
    this.rewrites.record(this.#trimmed + i, this.#trimmed);
    this.#write(i, bar, revision, flatPrice);
  }

  #write(i: number, bar: OpenBar, revision: number, flatPrice: number): void {
    const s = this.#storage;
    const f = bar.fields;
    const row = this.#start + i;
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
    const s = this.#storage;
    const f = bar.fields;
    const row = this.#start + i;
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
    const s = this.#storage;
    const row = this.#start + i;
    this.rewrites.record(this.#trimmed + i, this.#trimmed);
    s.open[row] = s.high[row] = s.low[row] = s.close[row] = price;
    s.revision[row]++;
  }

  /** Counts the sums of all rows in smaller units from now on. */
  rescale(bySizeDecimals: number, byQuoteDecimals: number): void {
    const [volume, quoteVolume, takerBuyVolume] = this.#storage.exact;
    volume.rescale(this.#start, this.#length, bySizeDecimals);
    quoteVolume.rescale(this.#start, this.#length, byQuoteDecimals);
    takerBuyVolume.rescale(this.#start, this.#length, bySizeDecimals);
  }

  #dropOldest(): void {
    this.#storage.exact.forEach((sums) => sums.clear(this.#start));
    this.#start++;
    this.#length--;
    this.#trimmed++;
  }

  /** Leaves one free row at the end: slides the kept rows to the front once half is free, or else moves to larger arrays. */
  #makeRoom(): void {
    const old = this.#storage;
    if (this.#start + this.#length < old.capacity) return;
    if (this.#start < this.#length) {
      this.#storage = new Storage(Math.min(2 * old.capacity, 2 * (this.keepBars + 1)));
    }
    this.#storage.moveFrom(old, this.#start, this.#length, 0);
    this.#start = 0;
  }
}
