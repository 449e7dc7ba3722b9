import type { Clock } from "../../clock.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { Decoder, Feed, FeedContext, FeedSink } from "./feed.ts";
import type { HistorySource } from "./history-source.ts";

/** A place that trades happen at, as `RealtimeDataManager.open({ venue })` takes it. */
export interface Venue {
  /** As the command line and the CSV write it: `binance`, `binance-usdm`. */
  readonly id: string;
  /** The venue's spelling of a symbol. @throws UnknownSymbolError when it cannot be one. */
  normalizeSymbol(symbol: string): string;
  /** The decoder alone, for tapes and for tests. */
  createDecoder(symbols: SymbolTable, sink: FeedSink): Decoder;
  /**
   * The symbol of a raw trade message, `undefined` for any other message: so that the symbols of a tape can be found.
   * Absent where a venue cannot tell.
   */
  tradedSymbol?(message: Uint8Array): string | undefined;
  /** A feed that is not started yet. */
  createFeed(context: FeedContext): Feed;
  /** `undefined` where the venue serves no past, as a tape. */
  readonly history: HistorySource | undefined;
  /** The clock its feed runs on, where that is not the machine's: a tape's, which stands where the tape does. */
  readonly clock?: Clock;
}
