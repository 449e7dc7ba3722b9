/** Trades that the venue's ids show to be missing between two that arrived. Some may still come, out of order. */
export interface Gap {
  readonly symbol: string;
  /** Ids of the first and last missing trade. */
  readonly fromTradeId: number;
  readonly toTradeId: number;
  /** Trade times around the gap, in ms since the epoch: of the newest trade before it, and of the one that showed it. */
  readonly fromTime: number;
  readonly toTime: number;
}
