import { WIDE_DIGITS, type TickColumns } from "../ring/tick-columns.ts";
import { BarColumns } from "./bar-columns.ts";
import { ClosedBars } from "./closed-bars.ts";
import { OpenBar, OpenField } from "./open-bar.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { WideDigitsTable } from "../ring/wide-digits.ts";
import type { BarRow } from "./bar-row.ts";
import type { BarSeries, LiveSeries } from "./bar-series.ts";
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

// Constants of this module's own: see OpenField.
const Field = OpenField;
const WIDE = WIDE_DIGITS;

/**
 * All bars of one symbol. A trade touches only the timeframes that are built from trades (usually the smallest); the
 * others are rolled up when those close. Trades may come late, out of order and in any batches: the bars are the same
 * as if they had come sorted by id. Whoever calls `apply` holds the symbol's write lock.
 */
export class SymbolBars {
  readonly series: readonly LiveSeries[];
  readonly late: LateCounts = { amended: 0, tooLate: 0 };
  /** Raised by whoever commits a batch. */
  version = 0;
  // What the tick path reads, side by side.
  readonly #table: SymbolTable;
  /** The version of the table's precision that the sums count in. */
  #precisionVersion = -1;
  /** The smallest open bar, which is always built from trades, and the others that are. */
  readonly #first: OpenBar;
  readonly #otherRoots: readonly OpenBar[];
  readonly #symbolIndex: number;
  readonly #wide: WideDigitsTable;
  readonly #plan: readonly RollupStep[];
  /** Per step. */
  readonly #open: readonly OpenBar[];
  readonly #closed: readonly ClosedBars[];
  /** Per step, the open bars it feeds. */
  readonly #fed: readonly (readonly OpenBar[])[];
  readonly #scratch: OpenBar;

  constructor(symbolIndex: number, options: SymbolBarsOptions, parts: SymbolBarsParts) {
    const { plan } = options;
    if (plan.length === 0) throw new RangeError("plan must have at least 1 timeframe, had 0");
    this.#symbolIndex = symbolIndex;
    this.#table = parts.table;
    this.#wide = parts.wide;
    this.#plan = plan;
    this.#open = plan.map(() => new OpenBar(parts.wide));
    this.#first = this.#open[0];
    this.#first.fields[Field.nextClose] = -Infinity;
    this.#otherRoots = this.#open.filter((_, k) => plan[k].source < 0 && k > 0);
    this.#fed = plan.map((_, k) => this.#open.filter((_bar, j) => plan[j].source === k));
    this.#scratch = new OpenBar(parts.wide);
    const columns = plan.map(() => new BarColumns(options.keepBars));
    this.series = columns.map((closed, k) => this.#seriesOf(k, closed, parts.completeFrom));
    this.#closed = columns.map((closed, k) => this.#closedOf(k, closed, options, parts.listener));
  }

  /** Takes the trade in slot `i` of `ticks` into every timeframe. */
  apply(ticks: TickColumns, i: number): void {
    this.#followPrecision();
    const first = this.#first;
    const time = ticks.time[i];
    if (time >= first.fields[Field.nextClose]) this.#moveTo(time);
    if (time >= first.fields[Field.latestOpen]) {
      first.addTick(ticks, i);
      const roots = this.#otherRoots;
      for (let r = 0; r < roots.length; r++) roots[r].addTick(ticks, i);
    } else {
      this.#applyLate(ticks, i);
    }
    if (ticks.flags[i] & WIDE) this.#wide.forget(this.#symbolIndex, ticks.tradeId[i]);
  }

  /**
   * Closes every bar that ends at or before `timeMs`. Does nothing before the first trade.
   *
   * @throws RangeError when `timeMs` is no time.
   */
  advanceTo(timeMs: number): void {
    if (!Number.isFinite(timeMs)) throw new RangeError(`timeMs must be a finite number, was ${timeMs}`);
    if (timeMs >= this.nextClose) this.#moveTo(timeMs);
  }

  /** When the next open bar ends, in ms; Infinity before the first trade. */
  get nextClose(): number {
    const close = this.#first.fields[Field.nextClose];
    return close === -Infinity ? Infinity : close;
  }

  // History.

  /**
   * Opens the bars that contain `timeMs`, and puts into each timeframe what is known of its bar from before `timeMs`
   * and before its source's open bar. Trades from `timeMs` on are applied afterwards.
   */
  seedOpen(timeMs: number, parts: readonly (readonly SeedBar[])[]): void {
    this.#followPrecision();
    this.#moveTo(timeMs);
    parts.forEach((bars, k) => {
      for (const bar of bars) {
        this.#loadSeed(bar);
        this.#open[k].merge(this.#scratch);
      }
    });
  }

  /** Puts closed bars of the past, ascending, each with trades, before the open bar of a timeframe that has none yet. */
  seedClosed(step: number, bars: readonly SeedBar[]): void {
    this.#followPrecision();
    const closed = this.#closed[step];
    for (const bar of bars) {
      closed.fillUntil(bar.openTime, { isTold: false });
      this.#loadSeed(bar);
      closed.append(this.#scratch);
    }
    closed.fillUntil(this.#openTimeOf(step), { isTold: false });
  }

  #loadSeed(bar: SeedBar): void {
    const { fields: f, sums } = this.#scratch;
    this.#scratch.begin(bar.openTime, NaN);
    f[Field.open] = bar.open;
    f[Field.high] = bar.high;
    f[Field.low] = bar.low;
    f[Field.close] = bar.close;
    f[Field.trades] = bar.trades;
    f[Field.firstTradeId] = -1;
    f[Field.lastTradeId] = -1;
    sums.addBig(Field.volume, bar.volume);
    sums.addBig(Field.quoteVolume, bar.quoteVolume);
    sums.addBig(Field.takerBuyVolume, bar.takerBuyVolume);
  }

  // Closing and rolling up.

  /** Closes what ends at or before `timeMs`, smaller timeframes first, and opens the bars that contain it. */
  #moveTo(timeMs: number): void {
    for (let k = 0; k < this.#plan.length; k++) {
      if (timeMs >= this.#open[k].fields[Field.closeTime]) this.#turnOver(k, timeMs);
    }
    const { fields } = this.#first;
    let nextClose = fields[Field.closeTime];
    let latestOpen = fields[Field.openTime];
    for (const root of this.#otherRoots) {
      nextClose = Math.min(nextClose, root.fields[Field.closeTime]);
      latestOpen = Math.max(latestOpen, root.fields[Field.openTime]);
    }
    fields[Field.nextClose] = nextClose;
    fields[Field.latestOpen] = latestOpen;
  }

  /** Closes the open bar of step `k`, feeds it to the timeframes rolled up from it, and opens the one that contains `timeMs`. */
  #turnOver(k: number, timeMs: number): void {
    const open = this.#open[k];
    const closed = this.#closed[k];
    const { timeframe } = this.#plan[k];
    const openTime = timeframe.openOf(timeMs);
    const wasOpen = open.fields[Field.closeTime] !== -Infinity;
    const isAppended = wasOpen && closed.append(open);
    for (const larger of this.#fed[k]) larger.merge(open);
    open.begin(openTime, timeframe.closeOf(openTime));
    // Only now is the closed bar in one place alone, so that a listener may read the forming bars.
    if (isAppended) closed.tellClosed();
    if (wasOpen) closed.fillUntil(openTime, { isTold: true });
  }

  // Late trades.

  #applyLate(ticks: TickColumns, i: number): void {
    const time = ticks.time[i];
    let isAmended = false;
    let isTooLate = false;
    for (let k = 0; k < this.#plan.length; k++) {
      const { source } = this.#plan[k];
      const openTime = this.#openTimeOf(k);
      if (time < openTime) {
        if (this.#closed[k].amend(ticks, i, openTime)) isAmended = true;
        else isTooLate = true;
      } else if (source < 0 || time < this.#openTimeOf(source)) {
        // Otherwise the source's bar is still open, and brings the trade when it closes.
        this.#open[k].addTick(ticks, i);
      }
    }
    if (isTooLate) this.late.tooLate++;
    else if (isAmended) this.late.amended++;
  }

  #openTimeOf(k: number): number {
    return this.#open[k].fields[Field.openTime];
  }

  // Reading.

  /** The open bar of step `k` merged with those of the timeframes that feed it. */
  #formingRow(k: number): BarRow | undefined {
    const scratch = this.#scratch;
    const openTime = this.#openTimeOf(k);
    if (openTime === -Infinity) return undefined;
    scratch.begin(openTime, NaN);
    for (let j = k; j >= 0; j = this.#plan[j].source) scratch.merge(this.#open[j]);
    if (scratch.fields[Field.trades] > 0) return scratch.toRow();
    const { flatPrice } = this.#closed[k];
    return flatPrice === undefined ? undefined : flatRow(openTime, flatPrice);
  }

  #seriesOf(k: number, closed: BarColumns, completeFrom: () => number): LiveSeries {
    const owner = this;
    return {
      symbol: this.#table.names[this.#symbolIndex],
      timeframe: this.#plan[k].timeframe,
      closed,
      formingRow: () => this.#formingRow(k),
      get version() {
        return owner.version;
      },
      versioned: this,
      get completeFrom() {
        return completeFrom();
      },
    };
  }

  #closedOf(k: number, columns: BarColumns, options: SymbolBarsOptions, listener: BarListener): ClosedBars {
    const series = this.series[k];
    return new ClosedBars({
      timeframe: series.timeframe,
      columns,
      isFlat: options.emptyIntervals === "flat",
      scratch: this.#scratch,
      onClosed: (row) => listener.onClosed(series, row),
      onRevised: (row) => listener.onRevised(series, row),
    });
  }

  // Units.

  /** Sums count in the symbol's last decimals; when a trade brought more decimals, all sums move to the smaller unit. */
  #followPrecision(): void {
    if (this.#table.precisionVersion !== this.#precisionVersion) this.#adoptPrecision();
  }

  #adoptPrecision(): void {
    this.#precisionVersion = this.#table.precisionVersion;
    const price = this.#table.priceDecimals[this.#symbolIndex];
    const size = this.#table.sizeDecimals[this.#symbolIndex];
    const before = this.#scratch.decimals;
    if (price === before.price && size === before.size) return;
    const decimals = { price, size, quote: price + size };
    for (const { columns } of this.#closed) {
      columns.rescale(decimals.size - before.size, decimals.quote - before.quote);
    }
    for (const bar of [...this.#open, this.#scratch]) bar.countIn(decimals);
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
