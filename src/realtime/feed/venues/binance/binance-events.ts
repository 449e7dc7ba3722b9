/**
 * Events that Binance documents for the public streams of spot and USD-M, and that carry nothing a bar or a quote is
 * made of. They are known, so that they are not counted as rejected when a tape or a subscription holds them.
 */
export const OTHER_EVENTS: ReadonlySet<string> = new Set([
  "depthUpdate",
  "24hrTicker",
  "24hrMiniTicker",
  "1hTicker",
  "4hTicker",
  "1dTicker",
  "avgPrice",
  "blockTrade",
  "referencePrice",
  "markPriceUpdate",
  "indexPriceUpdate",
  "continuous_kline",
  "forceOrder",
  "compositeIndex",
  "contractInfo",
  "assetIndexUpdate",
  "tradingSession",
]);

/**
 * Order types (`X`) of prints on the USD-M trade stream that no order book matched: the insurance fund taking over a
 * position, auto-deleveraging, and empty prints. Their prices are off the market, by 10 % at times. Binance does not
 * aggregate them ("only market trades will be aggregated, which means the insurance fund trades and ADL trades won't be
 * aggregated"), and they make bars differ from its own, so they are told as a message without data. Each takes an id of
 * the symbol's sequence, so that id is told too. Every other value of `X` counts as a trade.
 */
export const OFF_BOOK_PRINTS: ReadonlySet<string> = new Set(["INSURANCE_FUND", "ADL", "NA"]);
