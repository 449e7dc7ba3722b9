import { Channel } from "./channel.ts";
import { EventMessages } from "./event-messages.ts";
import type { BookDiff, BookLevel } from "./order-book.ts";
import { fixedPoint } from "./fixed-point.ts";
import { klineInterval, type KlineInterval } from "./kline-interval.ts";
import { klineMessage } from "./kline-message.ts";
import type { SymbolMarket } from "./symbol-market.ts";
import type { VenueFlavour } from "./venue-options.ts";

/** The venue tells of an event this long after it happened: a trade may be told in the minute behind its own. */
export const EVENT_DELAY_MS = 1;

/** Klines are told this often while they form; those of a second only when they are done. */
const SPOT_KLINE_MS = 2_000;
const USDM_KLINE_MS = 500;

/** The streams of one symbol: who wants them, and their messages. */
export class SymbolStreams {
  readonly #market: SymbolMarket;
  readonly #isSpot: boolean;
  readonly #name: string;
  readonly #trade: Channel;
  readonly #aggTrade: Channel;
  readonly #bookTicker: Channel;
  readonly #depth: Channel;
  readonly #klines = new Map<string, { readonly interval: KlineInterval; readonly channel: Channel }>();
  readonly #tradeMessages: EventMessages;
  readonly #aggTradeMessages: EventMessages;
  readonly #bookTickerMessages: EventMessages;

  constructor(market: SymbolMarket, flavour: VenueFlavour) {
    this.#market = market;
    this.#isSpot = flavour === "binance";
    this.#name = market.spec.symbol.toLowerCase();
    this.#trade = new Channel(`${this.#name}@trade`);
    this.#aggTrade = new Channel(`${this.#name}@aggTrade`);
    this.#bookTicker = new Channel(`${this.#name}@bookTicker`);
    this.#depth = new Channel(`${this.#name}@depth@100ms`);
    this.#tradeMessages = this.#messages(TRADE[flavour], TRADE_SLOTS, this.#trade);
    this.#aggTradeMessages = this.#messages(AGG_TRADE[flavour], AGG_TRADE_SLOTS, this.#aggTrade);
    this.#bookTickerMessages = this.#messages(BOOK_TICKER[flavour], BOOK_TICKER_SLOTS, this.#bookTicker);
  }

  /** The channel of a stream, by what follows the symbol's name: `trade`, `kline_1m`. `undefined` when there is none. */
  channel(kind: string): Channel | undefined {
    if (kind === "trade") return this.#trade;
    if (kind === "aggTrade") return this.#aggTrade;
    if (kind === "bookTicker") return this.#bookTicker;
    if (kind === "depth@100ms") return this.#depth;
    return kind.startsWith("kline_") ? this.#klineChannel(kind.slice("kline_".length)) : undefined;
  }

  sendTrade(): void {
    const { log } = this.#market;
    if (this.#trade.isIdle) return;
    const id = log.lastId;
    const messages = this.#tradeMessages;
    const { values } = messages;
    values[0] = log.timeOf(id) + EVENT_DELAY_MS;
    values[1] = log.timeOf(id);
    values[2] = id;
    values[3] = log.priceOf(id);
    values[4] = log.sizeOf(id);
    messages.flag = !log.takerBoughtAt(id);
    broadcast(this.#trade, messages);
  }

  sendAggregate(): void {
    const { log, firstFillId, aggregateId } = this.#market;
    if (this.#aggTrade.isIdle) return;
    const id = log.lastId;
    let size = 0;
    for (let fill = firstFillId; fill <= id; fill++) size += log.sizeOf(fill);
    const messages = this.#aggTradeMessages;
    const { values } = messages;
    values[0] = log.timeOf(id) + EVENT_DELAY_MS;
    values[1] = log.timeOf(id);
    values[2] = aggregateId;
    values[3] = log.priceOf(id);
    values[4] = size;
    values[5] = firstFillId;
    values[6] = id;
    messages.flag = !log.takerBoughtAt(id);
    broadcast(this.#aggTrade, messages);
  }

  sendQuote(timeMs: number): void {
    if (this.#bookTicker.isIdle) return;
    const { book } = this.#market;
    const messages = this.#bookTickerMessages;
    const { values } = messages;
    values[0] = Math.floor(timeMs) + EVENT_DELAY_MS;
    values[1] = Math.floor(timeMs);
    values[2] = book.updateId;
    values[3] = book.bid;
    values[4] = book.bidSize;
    values[5] = book.ask;
    values[6] = book.askSize;
    broadcast(this.#bookTicker, messages);
  }

  /** What is told at fixed times: changes of the book each tenth of a second, and klines. */
  sendTenth(timeMs: number): void {
    if (this.#depth.isIdle) {
      this.#market.book.markPublished();
    } else {
      const diff = this.#market.book.takeDiff();
      if (diff) this.#depth.send(this.#depthMessage(diff, timeMs));
    }
    for (const { interval, channel } of this.#klines.values()) {
      if (!channel.isIdle) this.#sendKline(interval, channel, timeMs);
    }
  }

  #sendKline(interval: KlineInterval, channel: Channel, timeMs: number): void {
    const isClosed = interval.openOf(timeMs) === timeMs;
    const everyMs = interval.name === "1s" ? 1_000 : this.#isSpot ? SPOT_KLINE_MS : USDM_KLINE_MS;
    if (!isClosed && timeMs % everyMs !== 0) return;
    const { minutes, seconds, spec } = this.#market;
    const rows = interval.name === "1s" ? seconds : minutes;
    const kline = rows.kline(interval, interval.openOf(isClosed ? timeMs - 1 : timeMs));
    if (kline) channel.send(klineMessage(spec, interval.name, kline, isClosed, timeMs + EVENT_DELAY_MS));
  }

  #klineChannel(name: string): Channel | undefined {
    const known = this.#klines.get(name);
    if (known) return known.channel;
    const interval = klineInterval(name, this.#isSpot);
    if (!interval) return undefined;
    const channel = new Channel(`${this.#name}@kline_${name}`);
    this.#klines.set(name, { interval, channel });
    return channel;
  }

  #depthMessage(diff: BookDiff, timeMs: number): string {
    const times = this.#isSpot
      ? `"E":${timeMs + EVENT_DELAY_MS}`
      : `"E":${timeMs + EVENT_DELAY_MS},"T":${timeMs}`;
    const previous = this.#isSpot ? "" : `"pu":${diff.previousUpdateId},`;
    const ids = `"U":${diff.firstUpdateId},"u":${diff.lastUpdateId},${previous}`;
    const [bids, asks] = [this.#levels(diff.bids), this.#levels(diff.asks)];
    return `{"e":"depthUpdate",${times},"s":"${this.#market.spec.symbol}",${ids}"b":${bids},"a":${asks}}`;
  }

  #levels(levels: readonly BookLevel[]): string {
    const { priceDecimals, shownPriceDecimals, sizeDecimals, shownSizeDecimals } = this.#market.spec;
    const texts = levels.map(
      ([price, size]) =>
        `["${fixedPoint(price, priceDecimals, shownPriceDecimals)}","${fixedPoint(size, sizeDecimals, shownSizeDecimals)}"]`,
    );
    return `[${texts.join(",")}]`;
  }

  #messages(pattern: string, slots: readonly SlotName[], channel: Channel): EventMessages {
    const { symbol, priceDecimals, shownPriceDecimals, sizeDecimals, shownSizeDecimals } = this.#market.spec;
    const numbers = slots.map(([name, kind]) => {
      if (kind === "price") return { name, decimals: priceDecimals, shownDecimals: shownPriceDecimals };
      if (kind === "size") return { name, decimals: sizeDecimals, shownDecimals: shownSizeDecimals };
      return { name, decimals: 0, shownDecimals: 0 };
    });
    return new EventMessages(pattern.replace("SYMBOL", symbol), numbers, channel.name);
  }
}

type SlotName = readonly [name: string, kind: "whole" | "price" | "size"];

const TRADE_SLOTS: readonly SlotName[] = [
  ["E", "whole"],
  ["T", "whole"],
  ["id", "whole"],
  ["p", "price"],
  ["q", "size"],
];
const AGG_TRADE_SLOTS: readonly SlotName[] = [...TRADE_SLOTS, ["f", "whole"], ["l", "whole"]];
const BOOK_TICKER_SLOTS: readonly SlotName[] = [
  ["E", "whole"],
  ["T", "whole"],
  ["u", "whole"],
  ["b", "price"],
  ["B", "size"],
  ["a", "price"],
  ["A", "size"],
];

const TRADE: Readonly<Record<VenueFlavour, string>> = {
  binance: `{"e":"trade","E":<E>,"s":"SYMBOL","t":<id>,"p":"<p>","q":"<q>","T":<T>,"m":<flag>,"M":true}`,
  "binance-usdm": `{"e":"trade","E":<E>,"T":<T>,"s":"SYMBOL","t":<id>,"p":"<p>","q":"<q>","X":"MARKET","m":<flag>}`,
};
const AGG_TRADE: Readonly<Record<VenueFlavour, string>> = {
  binance: `{"e":"aggTrade","E":<E>,"s":"SYMBOL","a":<id>,"p":"<p>","q":"<q>","f":<f>,"l":<l>,"T":<T>,"m":<flag>,"M":true}`,
  "binance-usdm": `{"e":"aggTrade","E":<E>,"a":<id>,"s":"SYMBOL","p":"<p>","q":"<q>","f":<f>,"l":<l>,"T":<T>,"m":<flag>}`,
};
const BOOK_TICKER: Readonly<Record<VenueFlavour, string>> = {
  binance: `{"u":<u>,"s":"SYMBOL","b":"<b>","B":"<B>","a":"<a>","A":"<A>"}`,
  "binance-usdm": `{"e":"bookTicker","u":<u>,"s":"SYMBOL","b":"<b>","B":"<B>","a":"<a>","A":"<A>","T":<T>,"E":<E>}`,
};

function broadcast(channel: Channel, messages: EventMessages): void {
  if (channel.raw.length > 0) {
    const frame = messages.frame(false);
    for (const connection of channel.raw) connection.send(frame);
  }
  if (channel.combined.length > 0) {
    const frame = messages.frame(true);
    for (const connection of channel.combined) connection.send(frame);
  }
}
