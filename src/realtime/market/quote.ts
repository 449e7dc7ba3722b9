/** Best bid and ask. Quotes never enter bars. */
export interface Quote {
  readonly symbol: string;
  /** Best price that buyers offer; 0, with a size of 0, where there is none. So is `ask` of sellers. */
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** The venue's time in milliseconds since the epoch; NaN where the venue sends none (Binance spot). */
  readonly time: number;
  /** Local receive time, in milliseconds since the epoch. */
  readonly receivedAt: number;
}
