import { Timeframe, type RealtimeDataManager } from "../index.ts";
import { seriesRows, type BarRow } from "./bar-rows.ts";
import type { Venue } from "../realtime/feed/venues/index.ts";

type HistorySource = NonNullable<Venue["history"]>;
type VenueBar = Awaited<ReturnType<HistorySource["bars"]>>[number];

/** How bars compare with the ones the venue itself serves. */
export interface KlineCheck {
  /** Closed bars that were compared. */
  readonly bars: number;
  /** Those equal in all eight fields. */
  readonly equal: number;
  /** The first that differs. */
  readonly firstDifference: string | undefined;
}

/** Compares every closed bar of a manager with the venue's own. */
export async function checkKlines(manager: RealtimeDataManager, history: HistorySource): Promise<KlineCheck> {
  let bars = 0;
  const differences: string[] = [];
  for (const symbol of manager.symbols) {
    for (const timeframe of manager.timeframes) {
      const rows = await closedRows(manager, symbol, timeframe);
      if (rows.length === 0) continue;
      const klines = await klinesOf(rows, history);
      bars += rows.length;
      for (const row of rows) {
        const difference = differenceOf(row, klines.get(row.open_time));
        if (difference !== undefined) differences.push(difference);
      }
    }
  }
  return { bars, equal: bars - differences.length, firstDifference: differences.at(0) };
}

async function closedRows(
  manager: RealtimeDataManager,
  symbol: string,
  timeframe: string,
): Promise<readonly BarRow[]> {
  const all: BarRow[] = [];
  for await (const rows of seriesRows(manager, symbol, timeframe, { includePartial: false }))
    all.push(...rows);
  return all;
}

/** By open time, from the first row to the last. */
async function klinesOf(
  rows: readonly BarRow[],
  history: HistorySource,
): Promise<ReadonlyMap<number, VenueBar>> {
  const { symbol, timeframe, open_time: startTime } = rows[0];
  const endTime = rows[rows.length - 1].open_time;
  const limit = Math.floor((endTime - startTime) / Timeframe.parse(timeframe).sizeMs) + 1;
  const klines = await history.bars(symbol, timeframe, { startTime, endTime, limit });
  return new Map(klines.map((kline) => [kline.openTime, kline]));
}

function differenceOf(row: BarRow, kline: VenueBar | undefined): string | undefined {
  const name = `${row.symbol} ${row.timeframe} bar of ${new Date(row.open_time).toISOString()}`;
  if (!kline) return `${name}: the venue has none`;
  const pairs: readonly (readonly [field: string, ours: number, theirs: number | string])[] = [
    ["open", row.open, kline.open],
    ["high", row.high, kline.high],
    ["low", row.low, kline.low],
    ["close", row.close, kline.close],
    ["volume", row.volume, kline.volume],
    ["quote volume", row.quote_volume, kline.quoteVolume],
    ["trades", row.trades, kline.trades],
    ["taker buy volume", row.taker_buy_volume, kline.takerBuyVolume],
  ];
  const wrong = pairs.find(([, ours, theirs]) => ours !== Number(theirs));
  return wrong && `${name}: ${wrong[0]} is ${wrong[1]}, the venue's is ${wrong[2]}`;
}
