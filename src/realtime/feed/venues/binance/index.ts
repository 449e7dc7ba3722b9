export {
  binance,
  binanceUsdm,
  type BinanceCollaborators,
  type BinanceEndpoints,
  type BinanceOptions,
} from "./binance.ts";
export { type BinanceRestOptions } from "./binance-http.ts";
