/** Best bid and ask. Quotes never enter bars. */
export interface Quote {
  readonly symbol: string;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** The venue's time in milliseconds since the epoch; NaN where the venue sends none (Binance spot). */
  readonly time: number;
  /** Local receive time, in milliseconds since the epoch. */
  readonly receivedAt: number;
}
