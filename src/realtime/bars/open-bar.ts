import { SideCode } from "../feed/wire-record.ts";
import { parseDecimal } from "../market/decimal.ts";
import { SIDE_BITS, type TickColumns } from "../ring/tick-columns.ts";
import { EXACT_POWERS_OF_TEN, ExactSums, lotsOf, type LotDecimals } from "./exact-sums.ts";
import type { WideDigitsTable } from "../ring/wide-digits.ts";
import type { BarRow } from "./bar-row.ts";

/** Where each number of an {@link OpenBar} lies; together they fill two cache lines. */
const Field = {
  openTime: 0,
  closeTime: 1,
  open: 2,
  high: 3,
  low: 4,
  close: 5,
  /** 0 means that the bar has no trade yet. */
  trades: 6,
  firstTradeId: 7,
  lastTradeId: 8,
  // Sums, in lots: see ExactSums.
  volume: 9,
  quoteVolume: 10,
  takerBuyVolume: 11,
  // Powers of ten that turn a price or a size into lots; NaN where a float64 cannot hold the power.
  priceScale: 12,
  sizeScale: 13,
  /** Of a symbol's first bar: when the next of the bars built from trades ends, and when the latest of them began. */
  nextClose: 14,
  latestOpen: 15,
} as const;

const FIELDS = 16;

// V8 folds constants that a module declares for itself into the code, but looks up exported and imported ones each time.
export const OpenField = Field;
/** Of the side codes, only this one is odd. */
const BUY = SideCode.buy;

/** Above this, scaling a price by a power of ten may miss the integer that the wire wrote. */
const MAX_EXACT_MANTISSA = 2 ** 51;
/** Adding it leaves a float64 below 2^51 no place for a fraction: added and taken away it rounds, in two instructions. */
const ROUNDER = 1.5 * 2 ** 52;

/**
 * A bar that trades still enter. One that is rolled up holds only its closed parts; the open part lies with the smaller
 * timeframe. Its numbers lie in one array of float64 alone, which V8 neither boxes nor, unlike a typed array, keeps behind
 * three objects: that tells where ticks of 500 symbols come in turn.
 */
export class OpenBar {
  readonly fields: number[] = Array.from({ length: FIELDS }, () => NaN);
  readonly sums = new ExactSums(this.fields);
  readonly #wide: WideDigitsTable;
  #decimals: LotDecimals = { price: 0, size: 0, quote: 0 };

  /** A bar of no time at all, which ended before any. */
  constructor(wide: WideDigitsTable) {
    this.#wide = wide;
    this.fields[Field.priceScale] = 1;
    this.fields[Field.sizeScale] = 1;
    this.begin(-Infinity, -Infinity);
  }

  /** What the sums count in. */
  get decimals(): LotDecimals {
    return this.#decimals;
  }

  /** Makes it an empty bar of `[openTime, closeTime)`. */
  begin(openTime: number, closeTime: number): void {
    const { fields: f, sums } = this;
    f[Field.openTime] = openTime;
    f[Field.closeTime] = closeTime;
    f[Field.high] = -Infinity;
    f[Field.low] = Infinity;
    f[Field.trades] = 0;
    f[Field.firstTradeId] = Infinity;
    f[Field.lastTradeId] = -Infinity;
    sums.clear(Field.volume);
    sums.clear(Field.quoteVolume);
    sums.clear(Field.takerBuyVolume);
  }

  /** Adds the tick in slot `i`. The lowest id opens the bar, the highest closes it. */
  addTick(ticks: TickColumns, i: number): void {
    const f = this.fields;
    const price = ticks.price[i];
    const lastId = ticks.tradeId[i];
    const count = ticks.tradeCount[i];
    f[Field.trades] += count;
    if (price > f[Field.high]) f[Field.high] = price;
    if (price < f[Field.low]) f[Field.low] = price;
    // No two ticks share ids, so the last one tells as well as the first.
    if (lastId < f[Field.firstTradeId]) {
      f[Field.open] = price;
      f[Field.firstTradeId] = lastId - count + 1;
    }
    if (lastId >= f[Field.lastTradeId]) {
      f[Field.close] = price;
      f[Field.lastTradeId] = lastId;
    }

    const p = price * f[Field.priceScale] + ROUNDER - ROUNDER;
    const q = ticks.size[i] * f[Field.sizeScale] + ROUNDER - ROUNDER;
    const volume = f[Field.volume] + q;
    const quoteVolume = f[Field.quoteVolume] + p * q;
    const takerBuyVolume = f[Field.takerBuyVolume] + q * (ticks.flags[i] & BUY);
    if (
      p < MAX_EXACT_MANTISSA &&
      q < MAX_EXACT_MANTISSA &&
      volume <= Number.MAX_SAFE_INTEGER &&
      quoteVolume <= Number.MAX_SAFE_INTEGER &&
      takerBuyVolume <= Number.MAX_SAFE_INTEGER
    ) {
      // Integers below 2^53 throughout, so nothing was rounded. Digits beyond 2^51 give a larger p or q.
      f[Field.volume] = volume;
      f[Field.quoteVolume] = quoteVolume;
      f[Field.takerBuyVolume] = takerBuyVolume;
    } else {
      this.#addExactly(ticks, i);
    }
  }

  /** Merges a bar that counts in the same unit into this one. An empty bar changes nothing. */
  merge(other: OpenBar): void {
    const f = this.fields;
    const g = other.fields;
    if (g[Field.trades] === 0) return;
    f[Field.trades] += g[Field.trades];
    if (g[Field.high] > f[Field.high]) f[Field.high] = g[Field.high];
    if (g[Field.low] < f[Field.low]) f[Field.low] = g[Field.low];
    if (g[Field.firstTradeId] < f[Field.firstTradeId]) {
      f[Field.open] = g[Field.open];
      f[Field.firstTradeId] = g[Field.firstTradeId];
    }
    // Equal only where ids are not known (-1): the later part then closes the bar.
    if (g[Field.lastTradeId] >= f[Field.lastTradeId]) {
      f[Field.close] = g[Field.close];
      f[Field.lastTradeId] = g[Field.lastTradeId];
    }
    this.sums.addFrom(Field.volume, other.sums, Field.volume);
    this.sums.addFrom(Field.quoteVolume, other.sums, Field.quoteVolume);
    this.sums.addFrom(Field.takerBuyVolume, other.sums, Field.takerBuyVolume);
  }

  /** The bar, which has trades, as readers see it. */
  toRow(): BarRow {
    const { fields: f, sums } = this;
    const { size, quote } = this.#decimals;
    return {
      openTime: f[Field.openTime],
      open: f[Field.open],
      high: f[Field.high],
      low: f[Field.low],
      close: f[Field.close],
      volume: sums.toNumber(Field.volume, size),
      quoteVolume: sums.toNumber(Field.quoteVolume, quote),
      trades: f[Field.trades],
      takerBuyVolume: sums.toNumber(Field.takerBuyVolume, size),
      firstTradeId: f[Field.firstTradeId],
      lastTradeId: f[Field.lastTradeId],
      revision: 0,
    };
  }

  /** Counts in these decimals, none of which is below what it was, from now on. */
  countIn(decimals: LotDecimals): void {
    const bySize = decimals.size - this.#decimals.size;
    this.sums.rescale(Field.volume, 1, bySize);
    this.sums.rescale(Field.quoteVolume, 1, decimals.quote - this.#decimals.quote);
    this.sums.rescale(Field.takerBuyVolume, 1, bySize);
    this.#decimals = decimals;
    this.fields[Field.priceScale] = EXACT_POWERS_OF_TEN[decimals.price] ?? NaN;
    this.fields[Field.sizeScale] = EXACT_POWERS_OF_TEN[decimals.size] ?? NaN;
  }

  /** The sums of a tick that float64 arithmetic could round. */
  #addExactly(ticks: TickColumns, i: number): void {
    // Without digits beside the columns, the shortest that give the same float64 are the wire's, as they are below 2^51.
    const digits = this.#wide.get(ticks.symbol[i], ticks.tradeId[i]);
    const price = lotsOf(digits?.price ?? parseDecimal(String(ticks.price[i]))!, this.#decimals.price);
    const size = lotsOf(digits?.size ?? parseDecimal(String(ticks.size[i]))!, this.#decimals.size);
    this.sums.addBig(Field.volume, size);
    this.sums.addBig(Field.quoteVolume, price * size);
    if ((ticks.flags[i] & SIDE_BITS) === BUY) this.sums.addBig(Field.takerBuyVolume, size);
  }
}
