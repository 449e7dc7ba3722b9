/** A bar as the venue's REST interface serves it. Numbers stay the venue's own decimal texts, so that sums stay exact. */
export interface VenueBar {
  /** In ms since the epoch. */
  readonly openTime: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly takerBuyVolume: string;
  readonly trades: number;
}

/** A trade as REST serves it; an aggregate covers the ids `firstTradeId` to `lastTradeId`. */
export interface VenueTrade {
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly price: string;
  readonly size: string;
  /** In ms since the epoch. */
  readonly time: number;
  readonly takerBought: boolean;
}

/** Which bars are wanted. */
export interface BarsRequest {
  /** Open time of the first bar wanted, in ms. */
  readonly startTime?: number;
  /** Open time of the last bar wanted, inclusive, in ms. */
  readonly endTime?: number;
  /** At most so many; pages are walked where it exceeds the venue's page. Without `startTime`, the newest. */
  readonly limit: number;
}

/** What a venue serves of the past, in ascending order of time. Requests are paced and retried inside. */
export interface HistorySource {
  /** Timeframes served as they are, ascending. */
  readonly intervals: readonly string[];
  /**
   * @throws UnknownSymbolError when the venue has no such symbol.
   * @throws VenueRequestError when it refuses, VenueConnectionError when it cannot be reached.
   */
  bars(symbol: string, interval: string, request: BarsRequest, signal?: AbortSignal): Promise<VenueBar[]>;
  /**
   * One page of trades from a time (ms, inclusive) or from an aggregate on, as the venue numbers aggregates, which is not
   * how it numbers trades. Empty when there are none yet. Prints that no order book matched are not among them.
   */
  trades(
    symbol: string,
    from: { readonly time: number } | { readonly aggregateId: number },
    signal?: AbortSignal,
  ): Promise<VenueTradePage>;
}

/** A page of trades, and where the next one begins. */
export interface VenueTradePage {
  readonly trades: readonly VenueTrade[];
  /** Pass it as `aggregateId` to read on; `undefined` when this page was empty. */
  readonly nextAggregateId: number | undefined;
}
