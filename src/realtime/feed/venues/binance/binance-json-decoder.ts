import { isJsonObject, parseJson, type JsonObject } from "../../json-text.ts";
import { oneLine } from "../../one-line.ts";
import { idComplaint, quoteComplaint, timeComplaint, tradeComplaint } from "../../record-checks.ts";
import { readDecimalText, writeTradeDigits } from "../../wire-decimal.ts";
import { SideCode, WireField, type WireRecord } from "../../wire-record.ts";
import { OFF_BOOK_PRINTS, OTHER_EVENTS } from "./binance-events.ts";
import { readKlineEvent } from "./binance-kline.ts";
import type { FeedSink, RejectReason } from "../../feed.ts";
import type { SymbolTable } from "../../../market/symbol-table.ts";

/** A depth message, wrapped, nests four deep. */
const MAX_DEPTH = 8;

/** The symbol of a message that names none, or none of ours. */
const NO_SYMBOL = -1;

/**
 * The way of every message that the walker of {@link BinanceDecoder} leaves: `JSON.parse`, then each field checked for
 * its type and range, in the order types, symbol, numbers, ids, times, so that both ways give the same reason.
 */
export class BinanceJsonDecoder {
  readonly #symbols: SymbolTable;
  readonly #sink: FeedSink;
  readonly #record: WireRecord;

  constructor(symbols: SymbolTable, sink: FeedSink, record: WireRecord) {
    this.#symbols = symbols;
    this.#sink = sink;
    this.#record = record;
  }

  decode(message: Uint8Array): void {
    const parsed = parseJson(message, MAX_DEPTH);
    const reason = parsed === undefined ? "malformed" : this.#tell(parsed);
    if (reason !== undefined) this.#sink.onRejected(reason, message);
  }

  /** Tells the sink; returns why not, where the message is not taken. */
  #tell(parsed: unknown): RejectReason | undefined {
    if (!isJsonObject(parsed)) return "unknownMessage";
    if (!("stream" in parsed && "data" in parsed)) return this.#tellPayload(parsed);
    return isJsonObject(parsed.data) ? this.#tellPayload(parsed.data) : "unknownMessage";
  }

  #tellPayload(payload: JsonObject): RejectReason | undefined {
    const event = payload.e;
    if (event === undefined) return this.#tellUnnamed(payload);
    if (event === "trade") return this.#tellTrade(payload, payload.t, payload.t);
    if (event === "aggTrade") {
      return typeof payload.a === "number" ? this.#tellTrade(payload, payload.f, payload.l) : "badField";
    }
    if (event === "bookTicker") return this.#tellQuote(payload);
    if (event === "kline") return this.#tellKline(payload);
    if (event === "serverShutdown") return void this.#sink.onShutdownNotice();
    return typeof event === "string" && OTHER_EVENTS.has(event) ? this.#tellOther(payload) : "unknownMessage";
  }

  /** Messages without an event name: quotes of spot, book snapshots, and answers to control frames. */
  #tellUnnamed(payload: JsonObject): RejectReason | undefined {
    if (
      "u" in payload &&
      "s" in payload &&
      "b" in payload &&
      "B" in payload &&
      "a" in payload &&
      "A" in payload
    ) {
      return this.#tellQuote(payload);
    }
    if ("lastUpdateId" in payload && "bids" in payload && "asks" in payload) return this.#tellOther(payload);
    return this.#tellReply(payload);
  }

  #tellTrade(payload: JsonObject, firstId: unknown, lastId: unknown): RejectReason | undefined {
    const {
      E: eventTime,
      T: tradeTime,
      s: symbol,
      p: price,
      q: size,
      m: buyerIsMaker,
      X: orderType,
    } = payload;
    if (
      typeof eventTime !== "number" ||
      typeof tradeTime !== "number" ||
      typeof symbol !== "string" ||
      typeof price !== "string" ||
      typeof size !== "string" ||
      typeof buyerIsMaker !== "boolean" ||
      typeof firstId !== "number" ||
      typeof lastId !== "number" ||
      (payload.e === "trade" && orderType !== undefined && typeof orderType !== "string")
    ) {
      return "badField";
    }
    if (!this.#symbols.has(symbol)) return "unknownSymbol";

    const record = this.#record;
    const fields = record.fields;
    fields[WireField.symbol] = this.#symbols.indexOf(symbol);
    fields[WireField.eventTime] = eventTime;
    fields[WireField.tradeTime] = tradeTime;
    fields[WireField.firstTradeId] = firstId;
    fields[WireField.lastTradeId] = lastId;
    if (payload.e === "trade" && OFF_BOOK_PRINTS.has(orderType as string)) return this.#tellOffBookPrint();

    if (!writeTradeDigits(record, price, size)) return "badNumber";
    fields[WireField.side] = buyerIsMaker ? SideCode.sell : SideCode.buy;
    const complaint = tradeComplaint(record);
    if (complaint === undefined) this.#sink.onTrade(record);
    return complaint;
  }

  #tellOffBookPrint(): RejectReason | undefined {
    const record = this.#record;
    const complaint =
      idComplaint(record) ??
      timeComplaint(record, WireField.tradeTime) ??
      timeComplaint(record, WireField.eventTime);
    if (complaint === undefined) this.#sink.onOther(record);
    return complaint;
  }

  #tellQuote(payload: JsonObject): RejectReason | undefined {
    const { u: updateId, s: symbol, b: bid, B: bidSize, a: ask, A: askSize, E: eventTime = NaN } = payload;
    if (
      typeof updateId !== "number" ||
      typeof symbol !== "string" ||
      typeof eventTime !== "number" ||
      typeof bid !== "string" ||
      typeof bidSize !== "string" ||
      typeof ask !== "string" ||
      typeof askSize !== "string"
    ) {
      return "badField";
    }
    if (!this.#symbols.has(symbol)) return "unknownSymbol";

    const record = this.#record;
    const fields = record.fields;
    fields[WireField.symbol] = this.#symbols.indexOf(symbol);
    fields[WireField.eventTime] = eventTime;
    // What is no decimal becomes NaN, which the check refuses.
    fields[WireField.bid] = readDecimalText(bid)?.value ?? NaN;
    fields[WireField.bidSize] = readDecimalText(bidSize)?.value ?? NaN;
    fields[WireField.ask] = readDecimalText(ask)?.value ?? NaN;
    fields[WireField.askSize] = readDecimalText(askSize)?.value ?? NaN;
    const complaint = quoteComplaint(record);
    if (complaint === undefined) this.#sink.onQuote(record);
    return complaint;
  }

  #tellKline(payload: JsonObject): RejectReason | undefined {
    const { E: eventTime, s: symbol } = payload;
    if (typeof eventTime !== "number" || typeof symbol !== "string") return "badField";
    const kline = readKlineEvent(payload.k);
    if (kline === "badField") return kline;
    if (!this.#symbols.has(symbol)) return "unknownSymbol";
    if (typeof kline === "string") return kline;
    this.#record.fields[WireField.eventTime] = eventTime;
    const complaint = timeComplaint(this.#record, WireField.eventTime);
    if (complaint === undefined) {
      this.#sink.onKline({ symbolIndex: this.#symbols.indexOf(symbol), ...kline });
    }
    return complaint;
  }

  #tellOther(payload: JsonObject): RejectReason | undefined {
    const { E: eventTime = NaN, s: symbol } = payload;
    if (typeof eventTime !== "number") return "badField";
    const record = this.#record;
    const fields = record.fields;
    fields[WireField.eventTime] = eventTime;
    const complaint = timeComplaint(record, WireField.eventTime);
    if (complaint !== undefined) return complaint;
    const isOurs = typeof symbol === "string" && this.#symbols.has(symbol);
    fields[WireField.symbol] = isOurs ? this.#symbols.indexOf(symbol) : NO_SYMBOL;
    fields[WireField.firstTradeId] = NaN;
    fields[WireField.lastTradeId] = NaN;
    this.#sink.onOther(record);
    return undefined;
  }

  /** `{"result":…,"id":1}`, `{"code":2,"msg":"…","id":1}` or `{"error":{"code":2,"msg":"…"},"id":1}`. */
  #tellReply(payload: JsonObject): RejectReason | undefined {
    const { id, error = payload } = payload;
    const replyId = typeof id === "number" ? id : NaN;
    if (isJsonObject(error) && typeof error.code === "number" && typeof error.msg === "string") {
      this.#sink.onReply({ id: replyId, error: `${oneLine(error.msg)} (code ${error.code})` });
      return undefined;
    }
    if (!("result" in payload) || Number.isNaN(replyId)) return "unknownMessage";
    this.#sink.onReply({ id: replyId });
    return undefined;
  }
}
