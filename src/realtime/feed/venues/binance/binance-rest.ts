import { UnknownTimeframeError, VenueConnectionError } from "../../../../errors.ts";
import { readAggTradeRow, type BinanceAggTrade } from "./binance-agg-trade.ts";
import { BinanceHttp, type HttpCollaborators } from "./binance-http.ts";
import type { BinanceRestOptions } from "./binance-rest-options.ts";
import { readKlineRow } from "./binance-kline.ts";
import type { BinanceProduct } from "./binance-product.ts";
import type { BarsRequest, HistorySource, VenueBar, VenueTradePage } from "../../history-source.ts";

const AGG_TRADES_PAGE = 1_000;

/** Where a page of aggregates begins; without either it ends at the newest. */
interface AggTradesFrom {
  readonly fromId?: number;
  readonly startTime?: number;
}

/** The past of a Binance market from its REST interface. Every row is checked before it is used. */
export class BinanceRest implements HistorySource {
  readonly intervals: readonly string[];
  readonly #product: BinanceProduct;
  readonly #http: BinanceHttp;

  constructor(
    product: BinanceProduct,
    baseUrl: string,
    options: BinanceRestOptions,
    collaborators: HttpCollaborators,
  ) {
    this.intervals = product.klineIntervals;
    this.#product = product;
    const { id, weightPerMinute } = product;
    this.#http = new BinanceHttp({ id, baseUrl, weightPerMinute }, options, collaborators);
  }

  /** The newest bar may still be forming, and an interval without a trade has a flat bar: both as the venue serves them. */
  async bars(
    symbol: string,
    interval: string,
    { startTime, endTime, limit }: BarsRequest,
    signal?: AbortSignal,
  ): Promise<VenueBar[]> {
    if (!this.intervals.includes(interval)) {
      throw new UnknownTimeframeError(interval, `${this.#product.id} serves ${this.intervals.join(", ")}`);
    }
    if (!(Number.isInteger(limit) && limit >= 0)) {
      throw new RangeError(`limit must be a whole number from 0, was ${limit}`);
    }
    const pages: VenueBar[][] = [];
    let from = startTime;
    let to = endTime;
    for (let left = limit; left > 0;) {
      const size = Math.min(left, this.#product.klinePageSize);
      const page = await this.#klines(
        symbol,
        interval,
        { startTime: from, endTime: to, limit: size },
        signal,
      );
      if (page.length === 0) break;
      pages.push(page);
      left -= page.length;
      // From a start the venue serves the oldest bars first, without one the newest.
      if (startTime === undefined) to = page[0].openTime - 1;
      else from = page[page.length - 1].openTime + 1;
      if (page.length < size || (from !== undefined && to !== undefined && from > to)) break;
    }
    return (startTime === undefined ? pages.reverse() : pages).flat();
  }

  async trades(
    symbol: string,
    from: { readonly time: number } | { readonly aggregateId: number },
    signal?: AbortSignal,
  ): Promise<VenueTradePage> {
    const rows =
      "time" in from
        ? await this.#aggTradesFromTime(symbol, Math.floor(from.time), signal)
        : await this.#aggTrades(symbol, { fromId: from.aggregateId }, AGG_TRADES_PAGE, signal);
    return {
      trades: rows.flatMap(({ trade }) => trade ?? []),
      nextAggregateId: rows.length > 0 ? rows[rows.length - 1].aggregateId + 1 : undefined,
    };
  }

  async #klines(
    symbol: string,
    interval: string,
    { startTime, endTime, limit }: BarsRequest,
    signal?: AbortSignal,
  ): Promise<VenueBar[]> {
    const params = { symbol, interval, startTime, endTime, limit };
    const weight = this.#product.klineWeight(limit);
    const bars = await this.#rows("klines", params, weight, readKlineRow, signal);
    bars.forEach((bar, i) => {
      const after = i === 0 ? (startTime ?? 0) - 1 : bars[i - 1].openTime;
      if (bar.openTime <= after || bar.openTime > (endTime ?? Infinity)) {
        throw this.#badRow(
          "klines",
          i,
          `opens at ${bar.openTime}, out of order or outside of what was asked for`,
        );
      }
    });
    return bars;
  }

  /**
   * The first page whose trades are at `time` or later. An empty answer does not mean that there are none: the venue
   * looks only so far ahead of a start. Then the ids, which grow with time, are searched for the first such trade.
   */
  async #aggTradesFromTime(symbol: string, time: number, signal?: AbortSignal): Promise<BinanceAggTrade[]> {
    const page = await this.#aggTrades(symbol, { startTime: time }, AGG_TRADES_PAGE, signal);
    if (page.length > 0) return page;
    const [newest] = await this.#aggTrades(symbol, {}, 1, signal);
    if (newest === undefined || newest.time < time) return [];

    const isLate = async (fromId: number): Promise<boolean> => {
      const [row] = await this.#aggTrades(symbol, { fromId }, 1, signal);
      return row === undefined || row.time >= time;
    };
    // Every id from `late` on is late enough, none up to `early` is.
    let late = newest.aggregateId;
    let early = Math.max(-1, late - AGG_TRADES_PAGE);
    while (early >= 0 && (await isLate(early))) {
      const step = 2 * (newest.aggregateId - early);
      late = early;
      early = Math.max(-1, newest.aggregateId - step);
    }
    while (late - early > AGG_TRADES_PAGE) {
      const middle = Math.floor((early + late) / 2);
      if (await isLate(middle)) late = middle;
      else early = middle;
    }
    const around = await this.#aggTrades(symbol, { fromId: early + 1 }, AGG_TRADES_PAGE, signal);
    return around.filter((row) => row.time >= time);
  }

  async #aggTrades(
    symbol: string,
    from: AggTradesFrom,
    limit: number,
    signal?: AbortSignal,
  ): Promise<BinanceAggTrade[]> {
    const params = { symbol, ...from, limit };
    const rows = await this.#rows(
      "aggTrades",
      params,
      this.#product.aggTradesWeight,
      readAggTradeRow,
      signal,
    );
    let last: BinanceAggTrade = {
      aggregateId: (from.fromId ?? 0) - 1,
      time: from.startTime ?? 0,
      trade: undefined,
    };
    let lastTradeId = -1;
    rows.forEach((row, i) => {
      const { trade } = row;
      if (
        row.aggregateId <= last.aggregateId ||
        row.time < last.time ||
        (trade !== undefined && trade.firstTradeId <= lastTradeId)
      ) {
        throw this.#badRow("aggTrades", i, `has the id ${row.aggregateId} at ${row.time}, out of order`);
      }
      last = row;
      lastTradeId = trade?.lastTradeId ?? lastTradeId;
    });
    return rows;
  }

  async #rows<Row extends object>(
    name: string,
    params: Readonly<Record<string, string | number | undefined>> & { readonly limit: number },
    weight: number,
    readRow: (row: unknown) => Row | string,
    signal?: AbortSignal,
  ): Promise<Row[]> {
    const body = await this.#http.get({ path: `${this.#product.restPath}/${name}`, params, weight }, signal);
    if (!Array.isArray(body)) throw this.#badAnswer(name, "is no array");
    if (body.length > params.limit) {
      throw this.#badAnswer(name, `has ${body.length} rows, ${params.limit} were asked for`);
    }
    return body.map((value, i) => {
      const row = readRow(value);
      if (typeof row === "string") throw this.#badRow(name, i, row);
      return row;
    });
  }

  #badRow(name: string, row: number, what: string): VenueConnectionError {
    return this.#badAnswer(name, `row ${row} ${what}`);
  }

  #badAnswer(name: string, what: string): VenueConnectionError {
    return new VenueConnectionError(`${this.#product.id} sent a bad answer to ${name}: ${what}`);
  }
}
