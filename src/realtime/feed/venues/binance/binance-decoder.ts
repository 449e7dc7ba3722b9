import { JsonKind, JsonWalker, asciiText } from "../../json-walker.ts";
import { isPlausibleQuote, isPlausibleTime, isPlausibleTrade } from "../../record-checks.ts";
import { SymbolLookup } from "../../symbol-lookup.ts";
import { readDecimalText, writeTradeDigits } from "../../wire-decimal.ts";
import { SideCode, WireField, WireRecord } from "../../wire-record.ts";
import { BinanceJsonDecoder } from "./binance-json-decoder.ts";
import type { Decoder, FeedSink } from "../../feed.ts";
import type { SymbolTable } from "../../../market/symbol-table.ts";

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

const WRAPPER_START = asciiText('{"stream":"');
const WRAPPER_DATA = asciiText('","data":{');
const LOWER_S = code("s");
const OPEN_BRACE = code("{");
const CLOSE_BRACE = code("}");

const TRADE = asciiText("trade");
const AGG_TRADE = asciiText("aggTrade");
const BOOK_TICKER = asciiText("bookTicker");
const DEPTH_UPDATE = asciiText("depthUpdate");
const MARKET = asciiText("MARKET");

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
    const walker = this.#walker;
    if (!walker.load(message) || message.length < 3 || walker.bytes[0] !== OPEN_BRACE) return false;
    if (walker.bytes[2] !== LOWER_S || !walker.hasBytes(WRAPPER_START, 0))
      return walker.walk(1) === message.length;
    const name = walker.stringEnd(WRAPPER_START.length);
    if (name < 0 || !walker.hasBytes(WRAPPER_DATA, name)) return false;
    const close = walker.walk(name + WRAPPER_DATA.length);
    return close === message.length - 1 && walker.bytes[close] === CLOSE_BRACE;
  }

  /** Tells the sink what was walked; false where a field is not of the usual form. */
  #tell(message: Uint8Array): boolean {
    const walker = this.#walker;
    const kind = walker.kind(Key.event);
    if (kind === JsonKind.absent) return this.#tellQuote(message);
    if (kind !== JsonKind.string) return false;
    switch (walker.end(Key.event) - walker.start(Key.event)) {
      case TRADE.length:
        return walker.isString(Key.event, TRADE) && this.#tellTrade(message);
      case AGG_TRADE.length:
        return walker.isString(Key.event, AGG_TRADE) && this.#tellAggTrade(message);
      case BOOK_TICKER.length:
        return walker.isString(Key.event, BOOK_TICKER) && this.#tellQuote(message);
      case DEPTH_UPDATE.length:
        return walker.isString(Key.event, DEPTH_UPDATE) && this.#tellDepth();
      default:
        return false;
    }
  }

  #tellTrade(message: Uint8Array): boolean {
    const fields = this.record.fields;
    if (!this.#isMarketTrade()) return false;
    if (!this.#walker.copyInteger(Key.tradeId, fields, WireField.firstTradeId)) return false;
    fields[WireField.lastTradeId] = fields[WireField.firstTradeId];
    return this.#finishTrade(message);
  }

  #tellAggTrade(message: Uint8Array): boolean {
    const walker = this.#walker;
    const fields = this.record.fields;
    return (
      walker.kind(Key.aggregateId) === JsonKind.integer &&
      walker.copyInteger(Key.firstTradeId, fields, WireField.firstTradeId) &&
      walker.copyInteger(Key.lastTradeId, fields, WireField.lastTradeId) &&
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
      !walker.copyInteger(Key.eventTime, fields, WireField.eventTime) ||
      !walker.copyInteger(Key.tradeTime, fields, WireField.tradeTime)
    ) {
      return false;
    }
    const symbol = this.#lookup.find(walker.bytes, walker.start(Key.symbol), walker.end(Key.symbol));
    if (symbol < 0) return this.#rejectSymbol(message);
    if (!this.#readPriceAndSize()) return false;
    if (!isPlausibleTrade(fields)) return false;
    fields[WireField.symbol] = symbol;
    // The taker sold when the buyer was the maker.
    fields[WireField.side] = side === JsonKind.true ? SideCode.sell : SideCode.buy;
    this.#sink.onTrade(record);
    return true;
  }

  #tellQuote(message: Uint8Array): boolean {
    const walker = this.#walker;
    const fields = this.record.fields;
    if (walker.kind(Key.updateId) !== JsonKind.integer || walker.kind(Key.symbol) !== JsonKind.string)
      return false;
    if (walker.kind(Key.eventTime) === JsonKind.absent) fields[WireField.eventTime] = NaN;
    else if (!walker.copyInteger(Key.eventTime, fields, WireField.eventTime)) return false;
    if (
      walker.kind(Key.bid) !== JsonKind.string ||
      walker.kind(Key.bidSize) !== JsonKind.string ||
      walker.kind(Key.ask) !== JsonKind.string ||
      walker.kind(Key.askSize) !== JsonKind.string
    ) {
      return false;
    }
    const symbol = this.#lookup.find(walker.bytes, walker.start(Key.symbol), walker.end(Key.symbol));
    if (symbol < 0) return this.#rejectSymbol(message);
    if (
      !this.#readDecimal(Key.bid, WireField.bid) ||
      !this.#readDecimal(Key.bidSize, WireField.bidSize) ||
      !this.#readDecimal(Key.ask, WireField.ask) ||
      !this.#readDecimal(Key.askSize, WireField.askSize)
    ) {
      return false;
    }
    if (!isPlausibleQuote(fields)) return false;
    fields[WireField.symbol] = symbol;
    this.#sink.onQuote(this.record);
    return true;
  }

  #tellDepth(): boolean {
    const walker = this.#walker;
    const fields = this.record.fields;
    if (walker.kind(Key.symbol) !== JsonKind.string) return false;
    if (!walker.copyInteger(Key.eventTime, fields, WireField.eventTime)) return false;
    if (!isPlausibleTime(fields, WireField.eventTime)) return false;
    fields[WireField.symbol] = this.#lookup.find(
      walker.bytes,
      walker.start(Key.symbol),
      walker.end(Key.symbol),
    );
    fields[WireField.firstTradeId] = NaN;
    fields[WireField.lastTradeId] = NaN;
    this.#sink.onOther(this.record);
    return true;
  }

  #isMarketTrade(): boolean {
    const walker = this.#walker;
    return walker.kind(Key.orderType) === JsonKind.absent || walker.isString(Key.orderType, MARKET);
  }

  #readPriceAndSize(): boolean {
    const walker = this.#walker;
    const record = this.record;
    const fields = record.fields;
    const priceDecimals = walker.copyDecimal(Key.price, fields, WireField.price);
    const sizeDecimals = walker.copyDecimal(Key.size, fields, WireField.size);
    if (priceDecimals < 0 || sizeDecimals < 0) return this.#readLongPriceAndSize();
    fields[WireField.priceDecimals] = priceDecimals;
    fields[WireField.sizeDecimals] = sizeDecimals;
    record.wide = undefined;
    return true;
  }

  #readLongPriceAndSize(): boolean {
    return writeTradeDigits(this.record, this.#walker.text(Key.price), this.#walker.text(Key.size));
  }

  #readDecimal(key: number, field: number): boolean {
    const fields = this.record.fields;
    if (this.#walker.copyDecimal(key, fields, field) >= 0) return true;
    const decimal = readDecimalText(this.#walker.text(key));
    if (decimal !== undefined) fields[field] = decimal.value;
    return decimal !== undefined;
  }

  /** Told here and not by the other way, since a tape may hold many more symbols than are wanted. */
  #rejectSymbol(message: Uint8Array): true {
    this.#sink.onRejected("unknownSymbol", message);
    return true;
  }
}

function code(character: string): number {
  return character.charCodeAt(0);
}
