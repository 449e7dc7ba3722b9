/** What came in over all connections of a feed. Counters only, so that counting costs the tick path next to nothing. */
export class Traffic {
  messages = 0;
  bytes = 0;
  pings = 0;
  pongs = 0;
  /** Trades, quotes, klines and other events of the market: what proves that a subscription works. */
  events = 0;
  /** Receive time of the newest burst of messages or ping, in ms since the epoch. */
  newestAt: number | undefined = undefined;
}
