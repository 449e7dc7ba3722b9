import { JsonKind, JsonWalker, asciiBytes, equalsBytes, startsWith, stringEnd } from "../../json-walker.ts";
import { quoteComplaint, timeComplaint, tradeComplaint } from "../../record-checks.ts";
import { SymbolLookup } from "../../symbol-lookup.ts";
import { readDecimalText, readShortDecimal, readShortInteger, writeTradeDigits } from "../../wire-decimal.ts";
import { SideCode, WireField, WireRecord } from "../../wire-record.ts";
import { BinanceJsonDecoder } from "./binance-json-decoder.ts";
import type { Decoder, FeedSink, RejectReason } from "../../feed.ts";
import type { SymbolTable } from "../../market/symbol-table.ts";

/** Keys of one letter, as Binance names its fields. */
const Key = {
  event: code("e"),
  eventTime: code("E"),
  symbol: code("s"),
  tradeTime: code("T"),
  price: code("p"),
  size: code("q"),
  buyerIsMaker: code("m"),
  orderType: code("X"),
  tradeId: code("t"),
  aggregateId: code("a"),
  firstTradeId: code("f"),
  lastTradeId: code("l"),
  updateId: code("u"),
  bid: code("b"),
  bidSize: code("B"),
  ask: code("a"),
  askSize: code("A"),
} as const;

const WRAPPER_START = asciiBytes('{"stream":"');
const WRAPPER_DATA = asciiBytes('","data":{');
const LOWER_S = code("s");
const OPEN_BRACE = code("{");
const CLOSE_BRACE = code("}");

const TRADE = asciiBytes("trade");
const AGG_TRADE = asciiBytes("aggTrade");
const BOOK_TICKER = asciiBytes("bookTicker");
const DEPTH_UPDATE = asciiBytes("depthUpdate");
const MARKET = asciiBytes("MARKET");

/**
 * Decodes the streams of Binance spot and USD-M, raw or wrapped as `{"stream":…,"data":…}`. Trades, aggregates, quotes
 * and depth updates are read in place by a walker that knows no order of keys; whatever it does not fully understand,
 * and all that is rare, goes to `JSON.parse` and is checked field by field. Both ways give the same. A decoded trade
 * allocates nothing. See `bench/feed/how-fast-is-the-decoder.bench.ts`.
 */
export class BinanceDecoder implements Decoder {
  readonly record = new WireRecord();
  readonly #sink: FeedSink;
  readonly #walker = new JsonWalker();
  readonly #lookup: SymbolLookup;
  readonly #json: BinanceJsonDecoder;

  constructor(symbols: SymbolTable, sink: FeedSink) {
    this.#sink = sink;
    this.#lookup = new SymbolLookup(symbols);
    this.#json = new BinanceJsonDecoder(symbols, sink, this.record);
  }

  decode(message: Uint8Array): void {
    if (!this.#walkMessage(message) || !this.#tell(message)) this.#json.decode(message);
  }

  /** Walks the payload; false where the message is not understood. */
  #walkMessage(message: Uint8Array): boolean {
    const end = message.length;
    if (end < 3 || message[0] !== OPEN_BRACE) return false;
    if (message[2] !== LOWER_S || !startsWith(message, 0, end, WRAPPER_START)) {
      return this.#walker.walk(message, 1, end) === end;
    }
    const name = stringEnd(message, WRAPPER_START.length, end);
    if (name < 0 || !startsWith(message, name, end, WRAPPER_DATA)) return false;
    const close = this.#walker.walk(message, name + WRAPPER_DATA.length, end);
    return close === end - 1 && message[close] === CLOSE_BRACE;
  }

  /** Tells the sink what was walked; false where a field is not of the usual form. */
  #tell(message: Uint8Array): boolean {
    const walker = this.#walker;
    const kind = walker.kind(Key.event);
    if (kind === JsonKind.absent) return this.#tellQuote(message);
    if (kind !== JsonKind.string) return false;
    const start = walker.start(Key.event);
    const end = walker.end(Key.event);
    switch (end - start) {
      case TRADE.length:
        return equalsBytes(message, start, end, TRADE) && this.#tellTrade(message);
      case AGG_TRADE.length:
        return equalsBytes(message, start, end, AGG_TRADE) && this.#tellAggTrade(message);
      case BOOK_TICKER.length:
        return equalsBytes(message, start, end, BOOK_TICKER) && this.#tellQuote(message);
      case DEPTH_UPDATE.length:
        return equalsBytes(message, start, end, DEPTH_UPDATE) && this.#tellDepth(message);
      default:
        return false;
    }
  }

  #tellTrade(message: Uint8Array): boolean {
    const fields = this.record.fields;
    if (!this.#isMarketTrade(message)) return false;
    if (!this.#readInteger(message, Key.tradeId, WireField.firstTradeId)) return false;
    fields[WireField.lastTradeId] = fields[WireField.firstTradeId];
    return this.#finishTrade(message);
  }

  #tellAggTrade(message: Uint8Array): boolean {
    const walker = this.#walker;
    return (
      walker.kind(Key.aggregateId) === JsonKind.integer &&
      this.#readInteger(message, Key.firstTradeId, WireField.firstTradeId) &&
      this.#readInteger(message, Key.lastTradeId, WireField.lastTradeId) &&
      this.#finishTrade(message)
    );
  }

  #finishTrade(message: Uint8Array): boolean {
    const walker = this.#walker;
    const record = this.record;
    const fields = record.fields;
    const side = walker.kind(Key.buyerIsMaker);
    if (
      walker.kind(Key.symbol) !== JsonKind.string ||
      walker.kind(Key.price) !== JsonKind.string ||
      walker.kind(Key.size) !== JsonKind.string ||
      (side !== JsonKind.true && side !== JsonKind.false) ||
      !this.#readInteger(message, Key.eventTime, WireField.eventTime) ||
      !this.#readInteger(message, Key.tradeTime, WireField.tradeTime)
    ) {
      return false;
    }
    const symbol = this.#lookup.find(message, walker.start(Key.symbol), walker.end(Key.symbol));
    if (symbol < 0) return this.#reject("unknownSymbol", message);
    if (!this.#readPriceAndSize(message)) return false;
    const complaint = tradeComplaint(record);
    if (complaint !== undefined) return this.#reject(complaint, message);
    fields[WireField.symbol] = symbol;
    // The taker sold when the buyer was the maker.
    fields[WireField.side] = side === JsonKind.true ? SideCode.sell : SideCode.buy;
    this.#sink.onTrade(record);
    return true;
  }

  #tellQuote(message: Uint8Array): boolean {
    const walker = this.#walker;
    const fields = this.record.fields;
    if (walker.kind(Key.updateId) !== JsonKind.integer || walker.kind(Key.symbol) !== JsonKind.string) return false;
    if (walker.kind(Key.eventTime) === JsonKind.absent) fields[WireField.eventTime] = NaN;
    else if (!this.#readInteger(message, Key.eventTime, WireField.eventTime)) return false;
    if (
      walker.kind(Key.bid) !== JsonKind.string ||
      walker.kind(Key.bidSize) !== JsonKind.string ||
      walker.kind(Key.ask) !== JsonKind.string ||
      walker.kind(Key.askSize) !== JsonKind.string
    ) {
      return false;
    }
    const symbol = this.#lookup.find(message, walker.start(Key.symbol), walker.end(Key.symbol));
    if (symbol < 0) return this.#reject("unknownSymbol", message);
    if (
      !this.#readDecimal(message, Key.bid, WireField.bid) ||
      !this.#readDecimal(message, Key.bidSize, WireField.bidSize) ||
      !this.#readDecimal(message, Key.ask, WireField.ask) ||
      !this.#readDecimal(message, Key.askSize, WireField.askSize)
    ) {
      return false;
    }
    const complaint = quoteComplaint(this.record);
    if (complaint !== undefined) return this.#reject(complaint, message);
    fields[WireField.symbol] = symbol;
    this.#sink.onQuote(this.record);
    return true;
  }

  #tellDepth(message: Uint8Array): boolean {
    const walker = this.#walker;
    const fields = this.record.fields;
    if (walker.kind(Key.symbol) !== JsonKind.string) return false;
    if (!this.#readInteger(message, Key.eventTime, WireField.eventTime)) return false;
    const complaint = timeComplaint(this.record, WireField.eventTime);
    if (complaint !== undefined) return this.#reject(complaint, message);
    fields[WireField.symbol] = this.#lookup.find(message, walker.start(Key.symbol), walker.end(Key.symbol));
    fields[WireField.firstTradeId] = NaN;
    fields[WireField.lastTradeId] = NaN;
    this.#sink.onOther(this.record);
    return true;
  }

  #isMarketTrade(message: Uint8Array): boolean {
    const walker = this.#walker;
    const kind = walker.kind(Key.orderType);
    if (kind === JsonKind.absent) return true;
    return (
      kind === JsonKind.string &&
      equalsBytes(message, walker.start(Key.orderType), walker.end(Key.orderType), MARKET)
    );
  }

  #readInteger(message: Uint8Array, key: number, field: number): boolean {
    const walker = this.#walker;
    return (
      walker.kind(key) === JsonKind.integer &&
      readShortInteger(message, walker.start(key), walker.end(key), this.record.fields, field)
    );
  }

  #readPriceAndSize(message: Uint8Array): boolean {
    const walker = this.#walker;
    const record = this.record;
    const fields = record.fields;
    const priceDecimals = readShortDecimal(
      message,
      walker.start(Key.price),
      walker.end(Key.price),
      fields,
      WireField.price,
    );
    const sizeDecimals = readShortDecimal(
      message,
      walker.start(Key.size),
      walker.end(Key.size),
      fields,
      WireField.size,
    );
    if (priceDecimals < 0 || sizeDecimals < 0) return this.#readLongPriceAndSize(message);
    fields[WireField.priceDecimals] = priceDecimals;
    fields[WireField.sizeDecimals] = sizeDecimals;
    record.wide = undefined;
    return true;
  }

  #readLongPriceAndSize(message: Uint8Array): boolean {
    return writeTradeDigits(this.record, this.#text(message, Key.price), this.#text(message, Key.size));
  }

  #readDecimal(message: Uint8Array, key: number, field: number): boolean {
    const walker = this.#walker;
    const fields = this.record.fields;
    if (readShortDecimal(message, walker.start(key), walker.end(key), fields, field) >= 0) return true;
    const decimal = readDecimalText(this.#text(message, key));
    if (decimal !== undefined) fields[field] = decimal.value;
    return decimal !== undefined;
  }

  #text(message: Uint8Array, key: number): string {
    let text = "";
    for (let i = this.#walker.start(key); i < this.#walker.end(key); i++) text += String.fromCharCode(message[i]);
    return text;
  }

  #reject(reason: RejectReason, message: Uint8Array): true {
    this.#sink.onRejected(reason, message);
    return true;
  }
}

function code(character: string): number {
  return character.charCodeAt(0);
}
