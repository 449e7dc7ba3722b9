export { binance, binanceUsdm, type BinanceCollaborators, type BinanceOptions } from "./binance.ts";
export { type BinanceEndpoints } from "./binance-endpoints.ts";
export { type BinanceRestOptions } from "./binance-rest-options.ts";
