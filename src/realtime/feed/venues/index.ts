export {
  binance,
  binanceUsdm,
  type BinanceCollaborators,
  type BinanceEndpoints,
  type BinanceOptions,
  type BinanceRestOptions,
} from "./binance/index.ts";
export { VENUE_IDS, venueById } from "./venue-by-id.ts";
