import { SideCode } from "../feed/wire-record.ts";
import { parseDecimal } from "../market/decimal.ts";
import { SIDE_BITS, WIDE_DIGITS, type TickColumns } from "../ring/tick-columns.ts";
import { BarColumns, type SumDecimals } from "./bar-columns.ts";
import { EXACT_POWERS_OF_TEN, lotsOf } from "./exact-sums.ts";
import { OPEN_FIELDS, OpenBars, OpenField } from "./open-bars.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { WideDigitsTable } from "../ring/wide-digits.ts";
import type { BarRow } from "./bar-row.ts";
import type { BarSeries } from "./bar-series.ts";
import type { RollupStep } from "./rollup-plan.ts";

/** What becomes of an interval without a trade: no bar, or a flat one at the previous close with volume 0. */
export type EmptyIntervals = "omit" | "flat";

export interface SymbolBarsOptions {
  readonly plan: readonly RollupStep[];
  /** Closed bars kept a timeframe. */
  readonly keepBars: number;
  readonly emptyIntervals: EmptyIntervals;
}

/** What the bars of a symbol tell while trades are applied. Rows are indexes into `series.closed`. */
export interface BarListener {
  /** Once per bar, in the order of time within a timeframe, smaller timeframes first. */
  onClosed(series: BarSeries, row: number): void;
  /** A late trade changed a closed bar, or made one where there was none. */
  onRevised(series: BarSeries, row: number): void;
}

export interface SymbolBarsParts {
  readonly table: SymbolTable;
  readonly wide: WideDigitsTable;
  readonly listener: BarListener;
  /** Bars that open before this (ms) are partial; read when asked for, since a late trade may lower it. */
  readonly completeFrom: () => number;
}

/** Trades that arrived after a bar of theirs had closed. */
export interface LateCounts {
  /** They amended every closed bar of theirs. */
  amended: number;
  /** At least one timeframe no longer keeps their bar, and so lacks them. */
  tooLate: number;
}

/** A bar of the past in exact numbers, as history seeds it; its trade ids are not known. */
export interface SeedBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly trades: number;
  /** In lots of the symbol's size decimals, and of its price plus size decimals. */
  readonly volume: bigint;
  readonly quoteVolume: bigint;
  readonly takerBuyVolume: bigint;
}

/** Above this, `Math.round(price * 10 ** decimals)` may miss the integer that the wire wrote. */
const MAX_EXACT_MANTISSA = 2 ** 51;

/** Numbers the tick path reads; in a Float64Array they are never boxed. */
const Hot = { latestOpen: 0, nextClose: 1, priceScale: 2, sizeScale: 3 } as const;

/**
 * All bars of one symbol. A trade touches only the timeframes that are built from trades (usually the smallest); the
 * others are rolled up when those close. Trades may come late, out of order and in any batches: the bars are the same
 * as if they had come sorted by id. Whoever calls `apply` holds the symbol's write lock.
 */
export class SymbolBars {
  readonly series: readonly BarSeries[];
  readonly late: LateCounts = { amended: 0, tooLate: 0 };
  /** Raised by whoever commits a batch. */
  version = 0;
  readonly #symbolIndex: number;
  readonly #table: SymbolTable;
  readonly #wide: WideDigitsTable;
  readonly #listener: BarListener;
  readonly #plan: readonly RollupStep[];
  readonly #isFlat: boolean;
  readonly #columns: readonly BarColumns[];
  readonly #open: OpenBars;
  readonly #scratch = new OpenBars(1);
  /** Where the bars built from trades lie among the open ones, and per step where the bars it feeds lie. */
  readonly #roots: readonly number[];
  readonly #fed: readonly (readonly number[])[];
  readonly #hot = Float64Array.of(-Infinity, -Infinity, 1, 1);
  #priceDecimals = 0;
  #decimals: SumDecimals = { size: 0, quote: 0 };

  constructor(symbolIndex: number, options: SymbolBarsOptions, parts: SymbolBarsParts) {
    const { plan } = options;
    this.#symbolIndex = symbolIndex;
    this.#table = parts.table;
    this.#wide = parts.wide;
    this.#listener = parts.listener;
    this.#plan = plan;
    this.#isFlat = options.emptyIntervals === "flat";
    this.#columns = plan.map(() => new BarColumns(options.keepBars));
    this.#open = new OpenBars(plan.length);
    const offsets = plan.map((_, k) => k * OPEN_FIELDS);
    for (const at of offsets) this.#open.begin(at, -Infinity, -Infinity);
    this.#roots = offsets.filter((_, k) => plan[k].source < 0);
    this.#fed = plan.map((_, k) => offsets.filter((_, j) => plan[j].source === k));
    this.series = plan.map((_, k) => this.#seriesOf(k, parts.completeFrom));
  }

  /** Takes the trade in slot `i` of `ticks` into every timeframe. */
  apply(ticks: TickColumns, i: number): void {
    this.#followPrecision();
    const hot = this.#hot;
    const time = ticks.time[i];
    if (time >= hot[Hot.nextClose]) this.#moveTo(time);
    if (time >= hot[Hot.latestOpen]) {
      for (const root of this.#roots) this.#add(this.#open, root, ticks, i);
    } else {
      this.#applyLate(ticks, i);
    }
    if (ticks.flags[i] & WIDE_DIGITS) this.#wide.forget(this.#symbolIndex, ticks.tradeId[i]);
  }

  /** Closes every bar that ends at or before `timeMs`. Does nothing before the first trade. */
  advanceTo(timeMs: number): void {
    if (timeMs >= this.nextClose) this.#moveTo(timeMs);
  }

  /** When the next open bar ends, in ms; Infinity before the first trade. */
  get nextClose(): number {
    const close = this.#hot[Hot.nextClose];
    return close === -Infinity ? Infinity : close;
  }

  /** Puts closed bars of the past, ascending, into a timeframe that has none yet. */
  seedClosed(step: number, bars: readonly SeedBar[]): void {
    this.#followPrecision();
    for (const bar of bars) {
      this.#loadSeed(bar);
      this.#columns[step].append(this.#scratch, 0, this.#decimals, bar.close);
    }
  }

  /**
   * Opens the bars that contain `timeMs`, and puts into each timeframe what is known of its bar from before `timeMs`
   * and before its source's open bar. Trades from `timeMs` on are applied afterwards.
   */
  seedOpen(timeMs: number, parts: readonly (readonly SeedBar[])[]): void {
    this.#followPrecision();
    this.#moveTo(timeMs);
    parts.forEach((bars, step) => {
      for (const bar of bars) {
        this.#loadSeed(bar);
        this.#open.merge(step * OPEN_FIELDS, this.#scratch, 0);
      }
    });
  }

  // The tick path.

  /** Adds a trade to the bar at `at` of `bars`. */
  #add(bars: OpenBars, at: number, ticks: TickColumns, i: number): void {
    const f = bars.fields;
    const price = ticks.price[i];
    const count = ticks.tradeCount[i];
    const lastId = ticks.tradeId[i];
    const firstId = lastId - count + 1;
    const trades = f[at + OpenField.trades];
    f[at + OpenField.trades] = trades + count;
    if (trades === 0) {
      f[at + OpenField.open] =
        f[at + OpenField.high] =
        f[at + OpenField.low] =
        f[at + OpenField.close] =
          price;
      f[at + OpenField.firstTradeId] = firstId;
      f[at + OpenField.lastTradeId] = lastId;
    } else {
      if (price > f[at + OpenField.high]) f[at + OpenField.high] = price;
      else if (price < f[at + OpenField.low]) f[at + OpenField.low] = price;
      if (lastId >= f[at + OpenField.lastTradeId]) {
        f[at + OpenField.close] = price;
        f[at + OpenField.lastTradeId] = lastId;
      } else if (firstId < f[at + OpenField.firstTradeId]) {
        f[at + OpenField.open] = price;
        f[at + OpenField.firstTradeId] = firstId;
      }
    }
    const p = Math.round(price * this.#hot[Hot.priceScale]);
    const q = Math.round(ticks.size[i] * this.#hot[Hot.sizeScale]);
    const flags = ticks.flags[i];
    if (!(p < MAX_EXACT_MANTISSA && q < MAX_EXACT_MANTISSA && flags < WIDE_DIGITS)) {
      this.#addWide(bars, at, ticks, i);
      return;
    }
    const { sums } = bars;
    const volume = f[at + OpenField.volume] + q;
    if (volume <= Number.MAX_SAFE_INTEGER) f[at + OpenField.volume] = volume;
    else sums.add(at + OpenField.volume, q);
    const quoteVolume = f[at + OpenField.quoteVolume] + p * q;
    if (quoteVolume <= Number.MAX_SAFE_INTEGER) f[at + OpenField.quoteVolume] = quoteVolume;
    else sums.addBig(at + OpenField.quoteVolume, BigInt(p) * BigInt(q));
    if (flags === SideCode.buy) {
      const takerBuyVolume = f[at + OpenField.takerBuyVolume] + q;
      if (takerBuyVolume <= Number.MAX_SAFE_INTEGER) f[at + OpenField.takerBuyVolume] = takerBuyVolume;
      else sums.add(at + OpenField.takerBuyVolume, q);
    }
  }

  /** Sums of a trade whose lots do not fit: exact digits from beside the columns, else the shortest that round-trip. */
  #addWide({ sums }: OpenBars, at: number, ticks: TickColumns, i: number): void {
    const digits = this.#wide.get(this.#symbolIndex, ticks.tradeId[i]);
    const price = digits?.price ?? parseDecimal(String(ticks.price[i]))!;
    const size = digits?.size ?? parseDecimal(String(ticks.size[i]))!;
    const p = lotsOf(price, this.#priceDecimals);
    const q = lotsOf(size, this.#decimals.size);
    sums.addBig(at + OpenField.volume, q);
    sums.addBig(at + OpenField.quoteVolume, p * q);
    if ((ticks.flags[i] & SIDE_BITS) === SideCode.buy) sums.addBig(at + OpenField.takerBuyVolume, q);
  }

  // Closing and rolling up.

  /** Closes what ends at or before `timeMs`, smaller timeframes first, and opens the bars that contain it. */
  #moveTo(timeMs: number): void {
    const f = this.#open.fields;
    this.#plan.forEach((_, k) => {
      if (timeMs >= f[k * OPEN_FIELDS + OpenField.closeTime]) this.#turnOver(k, timeMs);
    });
    const hot = this.#hot;
    hot[Hot.latestOpen] = -Infinity;
    hot[Hot.nextClose] = Infinity;
    for (const root of this.#roots) {
      hot[Hot.latestOpen] = Math.max(hot[Hot.latestOpen], f[root + OpenField.openTime]);
      hot[Hot.nextClose] = Math.min(hot[Hot.nextClose], f[root + OpenField.closeTime]);
    }
  }

  #turnOver(k: number, timeMs: number): void {
    const { timeframe } = this.#plan[k];
    const at = k * OPEN_FIELDS;
    const closeTime = this.#open.fields[at + OpenField.closeTime];
    const openTime = timeframe.openOf(timeMs);
    const wasOpen = closeTime !== -Infinity;
    if (wasOpen) this.#close(k);
    if (wasOpen && this.#isFlat && this.#columns[k].length > 0) {
      this.#fillFlat(k, Math.max(closeTime, this.#firstKept(k, openTime)), openTime);
    }
    this.#open.begin(at, openTime, timeframe.closeOf(openTime));
  }

  /** Appends the open bar of step `k` to its columns, if it is one, and feeds it to the timeframes rolled up from it. */
  #close(k: number): void {
    const at = k * OPEN_FIELDS;
    const columns = this.#columns[k];
    if (this.#open.fields[at + OpenField.trades] > 0) {
      columns.append(this.#open, at, this.#decimals);
      for (const larger of this.#fed[k]) this.#open.merge(larger, this.#open, at);
    } else if (this.#isFlat && columns.length > 0) {
      columns.append(this.#open, at, this.#decimals, columns.closeAt(columns.length - 1));
    } else {
      return;
    }
    this.#listener.onClosed(this.series[k], columns.length - 1);
  }

  /** Closes flat bars for the whole intervals of `[from, to)`. */
  #fillFlat(k: number, from: number, to: number): void {
    const { timeframe } = this.#plan[k];
    for (let openTime = from; openTime < to; openTime = timeframe.closeOf(openTime)) {
      this.#open.begin(k * OPEN_FIELDS, openTime, timeframe.closeOf(openTime));
      this.#close(k);
    }
  }

  /** Flat bars older than this would be pushed out of the window at once by those that follow; they are left out. */
  #firstKept(k: number, openTime: number): number {
    const { timeframe } = this.#plan[k];
    const windowMs = this.#columns[k].keepBars * timeframe.sizeMs;
    return windowMs < openTime ? timeframe.openOf(openTime - windowMs) : -Infinity;
  }

  // Late trades.

  #applyLate(ticks: TickColumns, i: number): void {
    const f = this.#open.fields;
    const time = ticks.time[i];
    let isAmended = false;
    let isTooLate = false;
    this.#plan.forEach(({ source }, k) => {
      const at = k * OPEN_FIELDS;
      if (time < f[at + OpenField.openTime]) {
        if (this.#amendClosed(k, ticks, i)) isAmended = true;
        else isTooLate = true;
      } else if (source < 0 || time < f[source * OPEN_FIELDS + OpenField.openTime]) {
        // Otherwise the source's bar is still open, and brings the trade when it closes.
        this.#add(this.#open, at, ticks, i);
      }
    });
    if (isTooLate) this.late.tooLate++;
    else if (isAmended) this.late.amended++;
  }

  /** Returns false when the bar is older than the kept window. */
  #amendClosed(k: number, ticks: TickColumns, i: number): boolean {
    const columns = this.#columns[k];
    const { timeframe } = this.#plan[k];
    const openTime = timeframe.openOf(ticks.time[i]);
    const row = columns.lowerBound(openTime);
    const exists = row < columns.length && columns.openTimeAt(row) === openTime;
    if (!exists && row === 0 && (columns.trimmed > 0 || columns.length >= columns.keepBars)) return false;

    const scratch = this.#scratch;
    scratch.begin(0, openTime, timeframe.closeOf(openTime));
    if (exists && columns.tradesAt(row) > 0) columns.load(row, scratch, 0);
    this.#add(scratch, 0, ticks, i);
    if (exists) columns.store(row, scratch, 0, this.#decimals, columns.revisionAt(row) + 1);
    else columns.insert(row, scratch, 0, this.#decimals, 1);
    // An insertion into a full window pushes the oldest row out.
    const stored = columns.lowerBound(openTime);
    this.#listener.onRevised(this.series[k], stored);
    if (this.#isFlat) this.#mendFlatAfter(k, stored);
    return true;
  }

  /** Flat bars follow the close of the bar before them: moves those after `row`, and makes those that are missing. */
  #mendFlatAfter(k: number, row: number): void {
    const columns = this.#columns[k];
    const { timeframe } = this.#plan[k];
    const price = columns.closeAt(row);
    const end = this.#open.fields[k * OPEN_FIELDS + OpenField.openTime];
    for (
      let openTime = timeframe.closeOf(columns.openTimeAt(row));
      openTime < end;
      openTime = timeframe.closeOf(openTime)
    ) {
      let next = columns.lowerBound(openTime);
      if (next < columns.length && columns.openTimeAt(next) === openTime) {
        if (columns.tradesAt(next) > 0) return;
        columns.reflatten(next, price);
      } else {
        this.#scratch.begin(0, openTime, timeframe.closeOf(openTime));
        columns.insert(next, this.#scratch, 0, this.#decimals, 1, price);
        next = columns.lowerBound(openTime);
      }
      this.#listener.onRevised(this.series[k], next);
    }
  }

  // Reading.

  #seriesOf(k: number, completeFrom: () => number): BarSeries {
    const owner = this;
    return {
      symbol: this.#table.names[this.#symbolIndex],
      timeframe: this.#plan[k].timeframe,
      closed: this.#columns[k],
      formingRow: () => this.#formingRow(k),
      get version() {
        return owner.version;
      },
      get completeFrom() {
        return completeFrom();
      },
    };
  }

  /** The open bar of step `k` merged with those of the timeframes that feed it. */
  #formingRow(k: number): BarRow | undefined {
    const { fields, sums } = this.#scratch;
    const openTime = this.#open.fields[k * OPEN_FIELDS + OpenField.openTime];
    this.#scratch.begin(0, openTime, NaN);
    for (let j = k; j >= 0; j = this.#plan[j].source) this.#scratch.merge(0, this.#open, j * OPEN_FIELDS);
    const columns = this.#columns[k];
    if (fields[OpenField.trades] === 0) {
      return this.#isFlat && columns.length > 0
        ? flatRow(openTime, columns.closeAt(columns.length - 1))
        : undefined;
    }
    return {
      openTime,
      open: fields[OpenField.open],
      high: fields[OpenField.high],
      low: fields[OpenField.low],
      close: fields[OpenField.close],
      volume: sums.toNumber(OpenField.volume, this.#decimals.size),
      quoteVolume: sums.toNumber(OpenField.quoteVolume, this.#decimals.quote),
      trades: fields[OpenField.trades],
      takerBuyVolume: sums.toNumber(OpenField.takerBuyVolume, this.#decimals.size),
      firstTradeId: fields[OpenField.firstTradeId],
      lastTradeId: fields[OpenField.lastTradeId],
      revision: 0,
    };
  }

  // Units.

  /** Sums count in the symbol's last decimals; when a trade brought more decimals, all sums move to the smaller unit. */
  #followPrecision(): void {
    const priceDecimals = this.#table.priceDecimals[this.#symbolIndex];
    const sizeDecimals = this.#table.sizeDecimals[this.#symbolIndex];
    if (priceDecimals === this.#priceDecimals && sizeDecimals === this.#decimals.size) return;
    const bySize = sizeDecimals - this.#decimals.size;
    const byQuote = bySize + priceDecimals - this.#priceDecimals;
    for (const columns of this.#columns) columns.rescale(bySize, byQuote);
    this.#plan.forEach((_, k) => {
      const at = k * OPEN_FIELDS;
      this.#open.sums.rescale(at + OpenField.volume, 1, bySize);
      this.#open.sums.rescale(at + OpenField.quoteVolume, 1, byQuote);
      this.#open.sums.rescale(at + OpenField.takerBuyVolume, 1, bySize);
    });
    this.#priceDecimals = priceDecimals;
    this.#decimals = { size: sizeDecimals, quote: priceDecimals + sizeDecimals };
    // A power of ten that float64 cannot hold becomes NaN: every trade then takes the exact path.
    this.#hot[Hot.priceScale] = EXACT_POWERS_OF_TEN[priceDecimals] ?? NaN;
    this.#hot[Hot.sizeScale] = EXACT_POWERS_OF_TEN[sizeDecimals] ?? NaN;
  }

  #loadSeed(bar: SeedBar): void {
    const { fields: f, sums } = this.#scratch;
    this.#scratch.begin(0, bar.openTime, NaN);
    f[OpenField.open] = bar.open;
    f[OpenField.high] = bar.high;
    f[OpenField.low] = bar.low;
    f[OpenField.close] = bar.close;
    f[OpenField.trades] = bar.trades;
    f[OpenField.firstTradeId] = -1;
    f[OpenField.lastTradeId] = -1;
    sums.addBig(OpenField.volume, bar.volume);
    sums.addBig(OpenField.quoteVolume, bar.quoteVolume);
    sums.addBig(OpenField.takerBuyVolume, bar.takerBuyVolume);
  }
}

function flatRow(openTime: number, price: number): BarRow {
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0,
    trades: 0,
    takerBuyVolume: 0,
    firstTradeId: -1,
    lastTradeId: -1,
    revision: 0,
  };
}
