/** Who took the liquidity: `buy` when the buyer was the taker. */
export type Side = "buy" | "sell" | "unknown";

/** One trade, or one aggregate of trades of a taker order at one price, as a bot sees it. */
export interface Tick {
  readonly symbol: string;
  /** The venue's id of the trade; of an aggregate, the id of its last trade. */
  readonly tradeId: number;
  /** How many trades this tick stands for: 1, unless it is an aggregate. */
  readonly tradeCount: number;
  /** The float64 nearest to the wire's digits, as is `size`. */
  readonly price: number;
  /** In units of the base asset (contracts, where the venue trades those). */
  readonly size: number;
  /** Of the taker. */
  readonly side: Side;
  /** The venue's trade time, in milliseconds since the epoch. */
  readonly time: number;
  /** Local receive time, in milliseconds since the epoch; may be below `time` when the clocks differ. */
  readonly receivedAt: number;
}
