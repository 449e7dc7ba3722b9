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
// What a venue of one's own is made of.
export { isJsonObject, parseJson, type JsonObject } from "../json-text.ts";
export { quoteComplaint, tradeComplaint } from "../record-checks.ts";
export { WebSocketFeed, type WebSocketFeedContext, type WebSocketFeedOptions } from "../websocket-feed.ts";
export { readDecimalText, writeTradeDigits, type WireDecimal } from "../wire-decimal.ts";
export { SideCode, WireField, WireRecord, type WideDigits } from "../wire-record.ts";
export { SymbolTable, type Precision } from "../../market/symbol-table.ts";
export type { ConnectionOptions } from "../connection-options.ts";
export type {
  Channel,
  ControlReply,
  Decoder,
  Feed,
  FeedContext,
  FeedHealth,
  FeedListener,
  FeedSink,
  KlineUpdate,
  RejectReason,
} from "../feed.ts";
export type { BarsRequest, HistorySource, VenueBar, VenueTrade, VenueTradePage } from "../history-source.ts";
export type { ReconnectOptions } from "../reconnect.ts";
export type { ControlFrame, StreamProtocol, StreamRequest } from "../stream-protocol.ts";
export type { Venue } from "../venue.ts";
export type { Decimal } from "../../market/decimal.ts";
