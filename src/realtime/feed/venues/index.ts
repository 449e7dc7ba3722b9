export {
  binance,
  binanceUsdm,
  type BinanceCollaborators,
  type BinanceEndpoints,
  type BinanceOptions,
  type BinanceRestOptions,
} from "./binance/index.ts";
export { VENUE_IDS, venueById } from "./venue-by-id.ts";
export { SimulatedVenue, ServedTape, TradeLog } from "../simulated/index.ts";
export { recording, tape, TapeReader, TapeWriter, tradedSymbols } from "../tape/index.ts";
export type {
  AdmissionFault,
  ConnectionFault,
  Fault,
  HistoryOptions,
  MessageFault,
  OrderedTrade,
  PlayAmount,
  RestFault,
  ServedTapeOptions,
  ServedTapeStats,
  SimulatedSymbol,
  SimulatedTrade,
  SimulatedVenueOptions,
  SimulatedVenueStats,
  VenueFlavour,
} from "../simulated/index.ts";
export type {
  TapeOptions,
  TapeWriterDrops,
  TapeWriterOptions,
  TradedSymbols,
  TradedSymbolsOptions,
} from "../tape/index.ts";
export type { Venue } from "../venue.ts";
