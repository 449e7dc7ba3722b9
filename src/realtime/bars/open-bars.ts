import { ExactSums } from "./exact-sums.ts";

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

export const OPEN_FIELDS = 12;

/**
 * The bars of one symbol that are still open, one a timeframe, in one Float64Array so that a tick touches two cache
 * lines. A bar that is rolled up holds only its closed parts here; the open part lies with the smaller timeframe.
 */
export class OpenBars {
  readonly fields: Float64Array;
  readonly sums: ExactSums;

  constructor(count: number) {
    this.fields = new Float64Array(count * OPEN_FIELDS);
    this.sums = new ExactSums(this.fields);
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

  /** Takes a trade's prices and ids into the bar at `at`; the trade with the lowest id opens it, the highest closes it. */
  addPrice(at: number, price: number, firstTradeId: number, lastTradeId: number, trades: number): void {
    this.#mergePrices(at, price, price, price, price, firstTradeId, lastTradeId, trades);
  }

  /** Merges the bar at `from` of `source` into the one at `at`. Merging an empty bar changes nothing. */
  merge(at: number, source: OpenBars, from: number): void {
    const f = source.fields;
    const trades = f[from + OpenField.trades];
    if (trades === 0) return;
    this.#mergePrices(
      at,
      f[from + OpenField.open],
      f[from + OpenField.high],
      f[from + OpenField.low],
      f[from + OpenField.close],
      f[from + OpenField.firstTradeId],
      f[from + OpenField.lastTradeId],
      trades,
    );
    this.sums.addFrom(at + OpenField.volume, source.sums, from + OpenField.volume);
    this.sums.addFrom(at + OpenField.quoteVolume, source.sums, from + OpenField.quoteVolume);
    this.sums.addFrom(at + OpenField.takerBuyVolume, source.sums, from + OpenField.takerBuyVolume);
  }

  #mergePrices(
    at: number,
    open: number,
    high: number,
    low: number,
    close: number,
    firstTradeId: number,
    lastTradeId: number,
    trades: number,
  ): void {
    const f = this.fields;
    const isEmpty = f[at + OpenField.trades] === 0;
    if (isEmpty || high > f[at + OpenField.high]) f[at + OpenField.high] = high;
    if (isEmpty || low < f[at + OpenField.low]) f[at + OpenField.low] = low;
    if (isEmpty || firstTradeId < f[at + OpenField.firstTradeId]) {
      f[at + OpenField.open] = open;
      f[at + OpenField.firstTradeId] = firstTradeId;
    }
    // Equal only where ids are not known (-1): the later part then closes the bar.
    if (isEmpty || lastTradeId >= f[at + OpenField.lastTradeId]) {
      f[at + OpenField.close] = close;
      f[at + OpenField.lastTradeId] = lastTradeId;
    }
    f[at + OpenField.trades] += trades;
  }
}
