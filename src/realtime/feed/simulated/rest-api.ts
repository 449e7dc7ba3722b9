import { fixedPoint } from "./fixed-point.ts";
import { FLAVOUR_RULES, type FlavourRules } from "./flavour-rules.ts";
import { klineInterval } from "./kline-interval.ts";
import { klineRow } from "./kline-message.ts";
import type { MarketClockwork } from "./market-clockwork.ts";
import { RestRefusal, type RestQuery } from "./rest-query.ts";
import type { SymbolMarket } from "./symbol-market.ts";
import type { SymbolSpec, VenueFlavour } from "./venue-options.ts";

/** A kind of request: what it costs, and its answer. */
export interface RestEndpoint {
  weight(query: RestQuery): number;
  /**
   * The body, before it is written as JSON, without anything newer than `untilMs`: Infinity, unless a stale answer
   * was ordered.
   *
   * @throws RestRefusal
   */
  answer(query: RestQuery, untilMs: number): unknown;
}

const TRADES_LIMIT = 1_000;
const USUAL_LIMIT = 500;

/** The market data requests of the venue, computed from the trades that happened up to now. */
export class RestApi {
  readonly #clockwork: MarketClockwork;
  readonly #flavour: VenueFlavour;
  readonly #rules: FlavourRules;
  readonly #now: () => number;
  readonly #endpoints: ReadonlyMap<string, RestEndpoint>;

  /** `now` is the venue's time, in milliseconds. */
  constructor(clockwork: MarketClockwork, flavour: VenueFlavour, now: () => number) {
    this.#clockwork = clockwork;
    this.#flavour = flavour;
    this.#rules = FLAVOUR_RULES[flavour];
    this.#now = now;
    const isSpot = flavour === "binance";
    this.#endpoints = new Map<string, RestEndpoint>([
      ["ping", { weight: () => 1, answer: () => ({}) }],
      ["time", { weight: () => 1, answer: () => ({ serverTime: Math.floor(now()) }) }],
      ["exchangeInfo", { weight: () => (isSpot ? 20 : 1), answer: (query) => this.#exchangeInfo(query) }],
      [
        "klines",
        {
          weight: (query) => this.#klinesWeight(query),
          answer: (query, untilMs) => this.#klines(query, untilMs),
        },
      ],
      [
        "aggTrades",
        { weight: () => (isSpot ? 4 : 20), answer: (query, untilMs) => this.#aggTrades(query, untilMs) },
      ],
      [
        "historicalTrades",
        {
          weight: () => (isSpot ? 25 : 20),
          answer: (query, untilMs) => this.#trades(query, untilMs, query.whole("fromId")),
        },
      ],
      [
        "trades",
        { weight: () => (isSpot ? 25 : 5), answer: (query, untilMs) => this.#trades(query, untilMs) },
      ],
      ["depth", { weight: () => 5, answer: (query) => this.#depth(query) }],
    ]);
  }

  /** The endpoint at a path such as `/api/v3/klines`; `undefined` where there is none. */
  endpoint(path: string): RestEndpoint | undefined {
    const prefix = `${this.#rules.restPath}/`;
    return path.startsWith(prefix) ? this.#endpoints.get(path.slice(prefix.length)) : undefined;
  }

  #klinesWeight(query: RestQuery): number {
    if (this.#flavour === "binance") return 2;
    const limit = query.limit(USUAL_LIMIT, this.#rules.klineLimit);
    return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
  }

  #klines(query: RestQuery, untilMs: number): unknown {
    const market = this.#market(query);
    const interval = klineInterval(query.mandatory("interval"), this.#flavour === "binance");
    if (!interval) throw new RestRefusal(400, -1120, "Invalid interval.");
    // A stale answer ends with the last kline that was over by then.
    const lastOpen = untilMs === Infinity ? Infinity : interval.openOf(untilMs) - 1;
    const range = {
      startTime: query.whole("startTime"),
      endTime: Math.min(query.whole("endTime") ?? Infinity, lastOpen),
      limit: query.limit(USUAL_LIMIT, this.#rules.klineLimit),
    };
    const rows = interval.name === "1s" ? market.seconds : market.minutes;
    return rows.klines(interval, range, this.#clockwork.ranToMs).map((kline) => klineRow(market.spec, kline));
  }

  #aggTrades(query: RestQuery, untilMs: number): unknown {
    const market = this.#market(query);
    const { log, spec } = market;
    const [fromId, startTime, endTime] = [
      query.whole("fromId"),
      query.whole("startTime"),
      query.whole("endTime"),
    ];
    const limit = query.limit(USUAL_LIMIT, TRADES_LIMIT);
    if (fromId !== undefined && (startTime !== undefined || endTime !== undefined)) {
      throw new RestRefusal(400, -1128, "Combination of optional parameters invalid.");
    }
    const endId = log.firstIdFrom(Math.min(endTime ?? Infinity, untilMs) + 1);
    let id = this.#firstWholeAggregate(market);
    if (fromId !== undefined) id = Math.max(id, log.firstIdOfAggregate(fromId));
    else if (startTime !== undefined) id = Math.max(id, log.firstIdFrom(startTime));
    else if (endId > id) id = Math.max(id, log.firstIdOfAggregate(log.aggregateOf(endId - 1) - limit + 1));
    const rows: unknown[] = [];
    while (id < endId && rows.length < limit) {
      const first = id;
      let size = 0;
      for (; id < endId && log.aggregateOf(id) === log.aggregateOf(first); id++) size += log.sizeOf(id);
      const trade = log.at(first);
      const row = {
        a: trade.aggregateId,
        p: trade.price,
        q: fixedPoint(size, spec.sizeDecimals, spec.shownSizeDecimals),
        f: first,
        l: id - 1,
        T: trade.time,
        m: !trade.takerBought,
      };
      rows.push(this.#flavour === "binance" ? { ...row, M: true } : row);
    }
    return rows;
  }

  /** The oldest trade in the log may be the middle of its aggregate, whose beginning is forgotten. */
  #firstWholeAggregate({ log }: SymbolMarket): number {
    if (log.forgotten === 0) return log.firstId;
    return log.firstIdOfAggregate(log.aggregateOf(log.firstId) + 1);
  }

  #trades(query: RestQuery, untilMs: number, fromId?: number): unknown {
    const { log, spec } = this.#market(query);
    const limit = query.limit(USUAL_LIMIT, TRADES_LIMIT);
    const endId = log.firstIdFrom(untilMs + 1);
    const first = Math.max(log.firstId, fromId ?? endId - limit);
    const quoteDecimals = spec.priceDecimals + spec.sizeDecimals;
    const shownQuoteDecimals = Math.max(quoteDecimals, spec.shownPriceDecimals);
    const rows: unknown[] = [];
    for (let id = first; id < endId && rows.length < limit; id++) {
      const trade = log.at(id);
      const row = {
        id,
        price: trade.price,
        qty: trade.size,
        quoteQty: fixedPoint(log.priceOf(id) * log.sizeOf(id), quoteDecimals, shownQuoteDecimals),
        time: trade.time,
        isBuyerMaker: !trade.takerBought,
      };
      rows.push(this.#flavour === "binance" ? { ...row, isBestMatch: true } : row);
    }
    return rows;
  }

  #depth(query: RestQuery): unknown {
    const { book, spec } = this.#market(query);
    const { lastUpdateId, bids, asks } = book.snapshot(query.limit(100, 5_000));
    const texts = (levels: typeof bids) =>
      levels.map(([price, size]) => [
        fixedPoint(price, spec.priceDecimals, spec.shownPriceDecimals),
        fixedPoint(size, spec.sizeDecimals, spec.shownSizeDecimals),
      ]);
    const times =
      this.#flavour === "binance"
        ? {}
        : { E: Math.floor(this.#now()), T: Math.floor(this.#clockwork.ranToMs) };
    return { lastUpdateId, ...times, bids: texts(bids), asks: texts(asks) };
  }

  #exchangeInfo(query: RestQuery): unknown {
    const wanted = query.text("symbol") === undefined ? this.#clockwork.markets : [this.#market(query)];
    return {
      timezone: "UTC",
      serverTime: Math.floor(this.#now()),
      rateLimits: [
        {
          rateLimitType: "REQUEST_WEIGHT",
          interval: "MINUTE",
          intervalNum: 1,
          limit: this.#rules.weightPerMinute,
        },
      ],
      exchangeFilters: [],
      symbols: wanted.map(({ spec }) => symbolInfo(spec)),
    };
  }

  #market(query: RestQuery): SymbolMarket {
    const symbol = query.mandatory("symbol");
    const market = this.#clockwork.markets.find(({ spec }) => spec.symbol === symbol);
    if (!market) throw new RestRefusal(400, -1121, "Invalid symbol.");
    return market;
  }
}

const QUOTE_ASSETS = /^(.+)(USDT|USDC|FDUSD|BUSD|BTC|ETH|BNB|EUR|USD)$/;

function symbolInfo({
  symbol,
  priceDecimals,
  sizeDecimals,
  shownPriceDecimals,
  shownSizeDecimals,
}: SymbolSpec): unknown {
  const [, baseAsset = symbol, quoteAsset = ""] = QUOTE_ASSETS.exec(symbol) ?? [];
  return {
    symbol,
    status: "TRADING",
    baseAsset,
    quoteAsset,
    baseAssetPrecision: shownSizeDecimals,
    quotePrecision: shownPriceDecimals,
    pricePrecision: priceDecimals,
    quantityPrecision: sizeDecimals,
    filters: [
      { filterType: "PRICE_FILTER", tickSize: fixedPoint(1, priceDecimals, shownPriceDecimals) },
      { filterType: "LOT_SIZE", stepSize: fixedPoint(1, sizeDecimals, shownSizeDecimals) },
    ],
  };
}
