import { SideCode } from "../feed/wire-record.ts";
import { parseDecimal } from "../market/decimal.ts";
import { SIDE_BITS, WIDE_DIGITS, type TickColumns } from "../ring/tick-columns.ts";
import { EXACT_POWERS_OF_TEN, ExactSums, lotsOf, type LotDecimals } from "./exact-sums.ts";
import type { WideDigitsTable } from "../ring/wide-digits.ts";
import type { BarRow } from "./bar-row.ts";

/** Numbers before the first bar; they lie with the bars so that a tick finds them in a cache line it needs anyway. */
export const OpenHeader = {
  /** When the next of the bars built from trades ends, and when the latest of them began, in ms. */
  nextClose: 0,
  latestOpen: 1,
  // Powers of ten that turn a price or a size into lots; NaN where a float64 cannot hold the power.
  priceScale: 2,
  sizeScale: 3,
} as const;

/** Where each field of an open bar lies, from the start of its bar. */
export const OpenField = {
  openTime: 0,
  closeTime: 1,
  open: 2,
  high: 3,
  low: 4,
  close: 5,
  /** 0 means that the bar has no trade yet; its prices and ids then mean nothing. */
  trades: 6,
  firstTradeId: 7,
  lastTradeId: 8,
  // Sums, in lots: see ExactSums.
  volume: 9,
  quoteVolume: 10,
  takerBuyVolume: 11,
} as const;

const HEADER_FIELDS = 4;
const OPEN_FIELDS = 12;

/** Above this, `Math.round(price * 10 ** decimals)` may miss the integer that the wire wrote. */
const MAX_EXACT_MANTISSA = 2 ** 51;

/** Where the `k`-th bar of {@link OpenBars} begins. */
export function openBarAt(k: number): number {
  return HEADER_FIELDS + k * OPEN_FIELDS;
}

/**
 * The bars of one symbol that are still open, one a timeframe, in one Float64Array so that a tick touches two cache
 * lines. A bar that is rolled up holds only its closed parts here; the open part lies with the smaller timeframe.
 */
export class OpenBars {
  readonly fields: Float64Array;
  readonly sums: ExactSums;
  readonly #count: number;
  readonly #wide: WideDigitsTable;
  #decimals: LotDecimals = { price: 0, size: 0, quote: 0 };

  constructor(count: number, wide: WideDigitsTable) {
    this.fields = new Float64Array(openBarAt(count));
    this.fields[OpenHeader.nextClose] = -Infinity;
    this.fields[OpenHeader.latestOpen] = -Infinity;
    this.fields[OpenHeader.priceScale] = 1;
    this.fields[OpenHeader.sizeScale] = 1;
    this.sums = new ExactSums(this.fields);
    this.#count = count;
    this.#wide = wide;
  }

  /** What the sums count in. */
  get decimals(): LotDecimals {
    return this.#decimals;
  }

  /** Makes the bar at `at` an empty one of `[openTime, closeTime)`. */
  begin(at: number, openTime: number, closeTime: number): void {
    const { fields, sums } = this;
    fields[at + OpenField.openTime] = openTime;
    fields[at + OpenField.closeTime] = closeTime;
    fields[at + OpenField.trades] = 0;
    sums.clear(at + OpenField.volume);
    sums.clear(at + OpenField.quoteVolume);
    sums.clear(at + OpenField.takerBuyVolume);
  }

  /** Adds the tick in slot `i` to the bar at `at`: the lowest id opens the bar, the highest closes it. */
  addTick(at: number, ticks: TickColumns, i: number): void {
    const f = this.fields;
    const price = ticks.price[i];
    const count = ticks.tradeCount[i];
    const lastId = ticks.tradeId[i];
    const trades = f[at + OpenField.trades];
    f[at + OpenField.trades] = trades + count;
    if (trades === 0) {
      f[at + OpenField.open] = price;
      f[at + OpenField.high] = price;
      f[at + OpenField.low] = price;
      f[at + OpenField.close] = price;
      f[at + OpenField.firstTradeId] = lastId - count + 1;
      f[at + OpenField.lastTradeId] = lastId;
    } else {
      if (price > f[at + OpenField.high]) f[at + OpenField.high] = price;
      else if (price < f[at + OpenField.low]) f[at + OpenField.low] = price;
      if (lastId >= f[at + OpenField.lastTradeId]) {
        f[at + OpenField.close] = price;
        f[at + OpenField.lastTradeId] = lastId;
      } else if (lastId - count + 1 < f[at + OpenField.firstTradeId]) {
        f[at + OpenField.open] = price;
        f[at + OpenField.firstTradeId] = lastId - count + 1;
      }
    }

    const p = Math.round(price * f[OpenHeader.priceScale]);
    const q = Math.round(ticks.size[i] * f[OpenHeader.sizeScale]);
    const flags = ticks.flags[i];
    const volume = f[at + OpenField.volume] + q;
    const quoteVolume = f[at + OpenField.quoteVolume] + p * q;
    const takerBuyVolume = f[at + OpenField.takerBuyVolume] + (flags === SideCode.buy ? q : 0);
    if (
      p < MAX_EXACT_MANTISSA &&
      q < MAX_EXACT_MANTISSA &&
      flags < WIDE_DIGITS &&
      volume <= Number.MAX_SAFE_INTEGER &&
      quoteVolume <= Number.MAX_SAFE_INTEGER &&
      takerBuyVolume <= Number.MAX_SAFE_INTEGER
    ) {
      // Integers below 2^53 throughout, so nothing was rounded.
      f[at + OpenField.volume] = volume;
      f[at + OpenField.quoteVolume] = quoteVolume;
      f[at + OpenField.takerBuyVolume] = takerBuyVolume;
    } else {
      this.#addExactly(at, ticks, i, p, q);
    }
  }

  /** Merges the bar at `from` of `source`, in the same unit, into the one at `at`. An empty bar changes nothing. */
  merge(at: number, source: OpenBars, from: number): void {
    const f = this.fields;
    const g = source.fields;
    const trades = g[from + OpenField.trades];
    if (trades === 0) return;
    const isEmpty = f[at + OpenField.trades] === 0;
    const high = g[from + OpenField.high];
    const low = g[from + OpenField.low];
    if (isEmpty || high > f[at + OpenField.high]) f[at + OpenField.high] = high;
    if (isEmpty || low < f[at + OpenField.low]) f[at + OpenField.low] = low;
    if (isEmpty || g[from + OpenField.firstTradeId] < f[at + OpenField.firstTradeId]) {
      f[at + OpenField.open] = g[from + OpenField.open];
      f[at + OpenField.firstTradeId] = g[from + OpenField.firstTradeId];
    }
    // Equal only where ids are not known (-1): the later part then closes the bar.
    if (isEmpty || g[from + OpenField.lastTradeId] >= f[at + OpenField.lastTradeId]) {
      f[at + OpenField.close] = g[from + OpenField.close];
      f[at + OpenField.lastTradeId] = g[from + OpenField.lastTradeId];
    }
    f[at + OpenField.trades] += trades;
    this.sums.addFrom(at + OpenField.volume, source.sums, from + OpenField.volume);
    this.sums.addFrom(at + OpenField.quoteVolume, source.sums, from + OpenField.quoteVolume);
    this.sums.addFrom(at + OpenField.takerBuyVolume, source.sums, from + OpenField.takerBuyVolume);
  }

  /** The bar at `at`, which has trades, with its sums rounded. */
  rowAt(at: number): BarRow {
    const { fields: f, sums } = this;
    const { size, quote } = this.#decimals;
    return {
      openTime: f[at + OpenField.openTime],
      open: f[at + OpenField.open],
      high: f[at + OpenField.high],
      low: f[at + OpenField.low],
      close: f[at + OpenField.close],
      volume: sums.toNumber(at + OpenField.volume, size),
      quoteVolume: sums.toNumber(at + OpenField.quoteVolume, quote),
      trades: f[at + OpenField.trades],
      takerBuyVolume: sums.toNumber(at + OpenField.takerBuyVolume, size),
      firstTradeId: f[at + OpenField.firstTradeId],
      lastTradeId: f[at + OpenField.lastTradeId],
      revision: 0,
    };
  }

  /** Counts in these decimals, none of which is below what it was, from now on. */
  countIn(decimals: LotDecimals): void {
    const bySize = decimals.size - this.#decimals.size;
    const byQuote = decimals.quote - this.#decimals.quote;
    for (let k = 0; k < this.#count; k++) {
      const at = openBarAt(k);
      this.sums.rescale(at + OpenField.volume, 1, bySize);
      this.sums.rescale(at + OpenField.quoteVolume, 1, byQuote);
      this.sums.rescale(at + OpenField.takerBuyVolume, 1, bySize);
    }
    this.#decimals = decimals;
    this.fields[OpenHeader.priceScale] = EXACT_POWERS_OF_TEN[decimals.price] ?? NaN;
    this.fields[OpenHeader.sizeScale] = EXACT_POWERS_OF_TEN[decimals.size] ?? NaN;
  }

  /** The sums of a tick that float64 arithmetic could round. `p` and `q` are its price and size in lots, where they fit. */
  #addExactly(at: number, ticks: TickColumns, i: number, p: number, q: number): void {
    const isNarrow = p < MAX_EXACT_MANTISSA && q < MAX_EXACT_MANTISSA && ticks.flags[i] < WIDE_DIGITS;
    const [price, size] = isNarrow ? [BigInt(p), BigInt(q)] : this.#wideLots(ticks, i);
    this.sums.addBig(at + OpenField.volume, size);
    this.sums.addBig(at + OpenField.quoteVolume, price * size);
    if ((ticks.flags[i] & SIDE_BITS) === SideCode.buy) this.sums.addBig(at + OpenField.takerBuyVolume, size);
  }

  /** Exact digits from beside the columns; without them the shortest that round-trip, which for up to 2^51 are the wire's. */
  #wideLots(ticks: TickColumns, i: number): [price: bigint, size: bigint] {
    const digits = this.#wide.get(ticks.symbol[i], ticks.tradeId[i]);
    const price = digits?.price ?? parseDecimal(String(ticks.price[i]))!;
    const size = digits?.size ?? parseDecimal(String(ticks.size[i]))!;
    return [lotsOf(price, this.#decimals.price), lotsOf(size, this.#decimals.size)];
  }
}
