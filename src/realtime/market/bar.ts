/**
 * One bar, `[openTime, closeTime)` by the exchange's trade time. Sums are the float64 nearest to the exact
 * decimal sum of the wire's digits. Ids are -1 where they are not known or the bar has no trade.
 */
export interface Bar {
  readonly symbol: string;
  /** Canonical name, such as `5m`. */
  readonly timeframe: string;
  /** First millisecond of the bar, since the epoch. */
  readonly openTime: number;
  /** First millisecond after the bar, since the epoch. */
  readonly closeTime: number;
  /** Price of the trade with the lowest id, whenever it arrived. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** Price of the trade with the highest id so far. */
  readonly close: number;
  /** Sum of sizes, in units of the base asset (contracts, where the venue trades those). */
  readonly volume: number;
  /** Sum of price times size. */
  readonly quoteVolume: number;
  /** Number of trades, an aggregate counted as those it stands for. */
  readonly trades: number;
  /** The part of `volume` in which the taker bought. */
  readonly takerBuyVolume: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  /** 0 when the bar closed, one more for each late trade that amended it afterwards. */
  readonly revision: number;
  /** False while trades still enter it in time. */
  readonly isClosed: boolean;
  /** True when the bar began before the feed did, so that trades of it may be missing. */
  readonly isPartial: boolean;
}
