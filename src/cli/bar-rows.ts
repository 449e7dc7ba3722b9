import { Timeframe } from "../index.ts";
import { plainDecimal } from "./number-format.ts";
import type { Bar, RealtimeDataManager } from "../index.ts";

/** A bar as the command line writes it; the names are the columns of the CSV, in order. */
export interface BarRow {
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  /** First millisecond, since the epoch. */
  readonly open_time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quote_volume: number;
  readonly trades: number;
  readonly taker_buy_volume: number;
  readonly first_trade_id: number;
  readonly last_trade_id: number;
  /** `partial` where trades of the bar may be missing: it began before the feed did, or has not ended. */
  readonly status: "closed" | "partial";
}

export const BAR_COLUMNS = [
  "venue",
  "symbol",
  "timeframe",
  "open_time",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "quote_volume",
  "trades",
  "taker_buy_volume",
  "first_trade_id",
  "last_trade_id",
  "status",
] as const satisfies readonly (keyof BarRow)[];

export const CSV_HEADER = BAR_COLUMNS.join(",");

/** Rows read from a frame at a time. */
const CHUNK_ROWS = 4_096;

/** A row of a frame, as `toRecords` has it. */
interface FrameRecord extends Omit<BarRow, "venue" | "symbol" | "timeframe" | "open_time" | "status"> {
  readonly timestamp: Date;
  readonly closed: boolean;
  readonly partial: boolean;
}

export interface BarRowsOptions {
  /** Whether bars of which trades may be missing are among them. */
  readonly includePartial: boolean;
  /** Bars that do not end by this time (ms) are partial, even where the clock closed them. @defaultValue Infinity */
  readonly completeUntil?: number;
}

/** All bars of a manager in the order of symbols, timeframes (smallest first) and time, in chunks. */
export async function* barRows(
  manager: RealtimeDataManager,
  options: BarRowsOptions,
): AsyncGenerator<readonly BarRow[], void> {
  for (const symbol of manager.symbols) {
    for (const timeframe of manager.timeframes) yield* seriesRows(manager, symbol, timeframe, options);
  }
}

/** The bars of one symbol and timeframe, in chunks. */
export async function* seriesRows(
  manager: RealtimeDataManager,
  symbol: string,
  timeframe: string,
  { includePartial, completeUntil = Infinity }: BarRowsOptions,
): AsyncGenerator<readonly BarRow[], void> {
  const frame = await manager.getData(symbol, timeframe);
  const place = {
    venue: manager.venue,
    symbol,
    timeframe,
    openBefore: firstUnended(timeframe, completeUntil),
  };
  for (let from = 0; from < frame.height; from += CHUNK_ROWS) {
    const records = frame.slice(from, CHUNK_ROWS).toRecords() as unknown as FrameRecord[];
    const rows = records.map((record) => rowOfRecord(place, record));
    yield includePartial ? rows : rows.filter(({ status }) => status === "closed");
  }
}

/** When the bar opens that has not ended at `timeMs`: those that open before it have. */
export function firstUnended(timeframe: string, timeMs: number): number {
  return timeMs === Infinity ? Infinity : Timeframe.parse(timeframe).openOf(timeMs);
}

/** A bar as an event told it. */
export function rowOfBar(venue: string, bar: Bar): BarRow {
  return {
    venue,
    symbol: bar.symbol,
    timeframe: bar.timeframe,
    open_time: bar.openTime,
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: bar.volume,
    quote_volume: bar.quoteVolume,
    trades: bar.trades,
    taker_buy_volume: bar.takerBuyVolume,
    first_trade_id: bar.firstTradeId,
    last_trade_id: bar.lastTradeId,
    status: bar.isClosed && !bar.isPartial ? "closed" : "partial",
  };
}

export function csvLine(row: BarRow): string {
  return BAR_COLUMNS.map((name) => {
    const value = row[name];
    return typeof value === "number" ? plainDecimal(value) : value;
  }).join(",");
}

function rowOfRecord(
  { openBefore, ...place }: Pick<BarRow, "venue" | "symbol" | "timeframe"> & { readonly openBefore: number },
  { timestamp, closed, partial, ...record }: FrameRecord,
): BarRow {
  const openTime = timestamp.getTime();
  return {
    ...place,
    open_time: openTime,
    open: record.open,
    high: record.high,
    low: record.low,
    close: record.close,
    volume: record.volume,
    quote_volume: record.quote_volume,
    trades: record.trades,
    taker_buy_volume: record.taker_buy_volume,
    first_trade_id: record.first_trade_id,
    last_trade_id: record.last_trade_id,
    status: closed && !partial && openTime < openBefore ? "closed" : "partial",
  };
}

/** One line of JSON; numbers are written as in the CSV. */
export function jsonLine(row: BarRow): string {
  const fields = BAR_COLUMNS.map((name) => {
    const value = row[name];
    return `${JSON.stringify(name)}:${typeof value === "number" ? plainDecimal(value) : JSON.stringify(value)}`;
  });
  return `{${fields.join(",")}}`;
}
