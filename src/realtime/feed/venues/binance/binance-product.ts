import type { BinanceEndpoints } from "./binance-endpoints.ts";

/** What differs between the products of Binance that share one protocol. All limits are the venue's own. */
export interface BinanceProduct {
  readonly id: "binance" | "binance-usdm";
  /** Addresses of trades, aggregates and klines; of quotes; and of REST. */
  readonly endpoints: Required<BinanceEndpoints>;
  readonly restPath: string;
  /** Control frames a second: below what the venue allows, since pongs count, too. */
  readonly controlFramesPerSecond: number;
  readonly deadAfterMs: number;
  readonly klineIntervals: readonly string[];
  readonly klinePageSize: number;
  /** Request weight of a page of klines. */
  klineWeight(limit: number): number;
  readonly aggTradesWeight: number;
  /** Request weight an address may spend in a minute. */
  readonly weightPerMinute: number;
}

const INTERVALS = [
  "1m",
  "3m",
  "5m",
  "15m",
  "30m",
  "1h",
  "2h",
  "4h",
  "6h",
  "8h",
  "12h",
  "1d",
  "3d",
  "1w",
  "1M",
];

export const SPOT: BinanceProduct = {
  id: "binance",
  // The hosts for market data alone: the same streams and rows, no account, and reachable from more places.
  endpoints: {
    ws: "wss://data-stream.binance.vision",
    wsQuotes: "wss://data-stream.binance.vision",
    rest: "https://data-api.binance.vision",
  },
  restPath: "/api/v3",
  controlFramesPerSecond: 4,
  // The server pings every 20 s, so a line that is silent for longer has lost its other end.
  deadAfterMs: 25_000,
  klineIntervals: ["1s", ...INTERVALS],
  klinePageSize: 1_000,
  klineWeight: () => 2,
  aggTradesWeight: 4,
  weightPerMinute: 6_000,
};

export const USDM: BinanceProduct = {
  id: "binance-usdm",
  // The venue serves quotes on a path of their own, and sends nothing, without an error, on the wrong one.
  endpoints: {
    ws: "wss://fstream.binance.com/market",
    wsQuotes: "wss://fstream.binance.com/public",
    rest: "https://fapi.binance.com",
  },
  restPath: "/fapi/v1",
  controlFramesPerSecond: 8,
  // The server pings every 3 minutes only.
  deadAfterMs: 190_000,
  klineIntervals: INTERVALS,
  klinePageSize: 1_500,
  klineWeight: (limit) => (limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10),
  aggTradesWeight: 20,
  weightPerMinute: 2_400,
};
