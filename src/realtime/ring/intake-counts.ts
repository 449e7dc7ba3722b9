import type { RejectReason } from "../feed/feed.ts";

/** What became of one symbol's trades on their way to the ring. */
export interface TradeCounts {
  /** Trades taken, an aggregate counted as the trades it stands for. */
  trades: number;
  /** Messages whose trades were all seen before; dropped. */
  duplicates: number;
  /** Messages that came after a later one; taken. */
  outOfOrder: number;
  /** Messages dropped because history already covers them. */
  coveredByHistory: number;
  /** Aggregates dropped because only some of their trades had been seen. */
  overlapping: number;
  /** Messages dropped because it is no longer known whether they were seen. */
  forgotten: number;
  /** Messages the full ring refused. */
  ringDropped: number;
}

/** What became of all messages. */
export interface MessageCounts {
  quotes: number;
  klines: number;
  /** Known messages that carry nothing for us. */
  other: number;
  readonly rejected: Record<RejectReason, number>;
}

export function noTrades(): TradeCounts {
  return {
    trades: 0,
    duplicates: 0,
    outOfOrder: 0,
    coveredByHistory: 0,
    overlapping: 0,
    forgotten: 0,
    ringDropped: 0,
  };
}

export function noMessages(): MessageCounts {
  return {
    quotes: 0,
    klines: 0,
    other: 0,
    rejected: {
      malformed: 0,
      unknownMessage: 0,
      unknownSymbol: 0,
      badField: 0,
      badNumber: 0,
      badTradeId: 0,
      badTime: 0,
    },
  };
}
