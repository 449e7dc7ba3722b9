import { RealtimeDataManager } from "../../../src/index.ts";
import { binance } from "../../../src/realtime/feed/venues/index.ts";
import { plainBars, SYMBOLS, TIMEFRAMES } from "./market.ts";
import { expectAll, type OpenReceiver } from "./receiver.ts";

/** The whole receive path: connection, decoder, id check, ring, bars of three timeframes behind their locks. */
export const open: OpenReceiver = async (port, trades) => {
  const manager = await openManager(port);
  return { received: () => manager.health().feed.messages - 1, prove: () => prove(manager, trades) };
};

export function openManager(
  port: number,
  onOpening: (manager: RealtimeDataManager) => void = () => {},
): Promise<RealtimeDataManager> {
  const venue = binance({ endpoints: { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` } });
  return RealtimeDataManager.open({ venue, symbols: SYMBOLS, timeframes: TIMEFRAMES, onOpening });
}

export async function prove(manager: RealtimeDataManager, trades: number): Promise<string> {
  const { symbols } = manager.stats();
  const sum = (pick: (counts: (typeof symbols)[number]) => number) =>
    symbols.reduce((total, counts) => total + pick(counts), 0);
  const received = expectAll(
    "tickframe",
    sum((counts) => counts.trades),
    trades,
  );
  const strange = sum(
    ({ duplicates, outOfOrder, gaps, late, tooLate }) => duplicates + outOfOrder + gaps + late + tooLate,
  );
  if (strange !== 0) throw new Error(`tickframe saw ${strange} trades out of order`);
  return `${received}; ${await checkBars(manager, trades)} bars equal`;
}

/** Compares every bar with one counted by itself; returns how many there are. */
async function checkBars(manager: RealtimeDataManager, trades: number): Promise<number> {
  const expected = plainBars(trades);
  let bars = 0;
  for (const [s, symbol] of SYMBOLS.entries()) {
    for (const [k, timeframe] of TIMEFRAMES.entries()) {
      const actual = (await manager.getData(symbol, timeframe))
        .toRecords()
        .map((row) => [
          Number(row.timestamp),
          row.open,
          row.high,
          row.low,
          row.close,
          row.volume,
          row.quote_volume,
          row.trades,
          row.taker_buy_volume,
          Number(row.first_trade_id),
          Number(row.last_trade_id),
        ]);
      const plain = [...expected[s][k]].map(([openTime, bar]) => [
        openTime,
        bar.open / 100,
        bar.high / 100,
        bar.low / 100,
        bar.close / 100,
        bar.lots / 1e5,
        bar.quote / 1e7,
        bar.trades,
        bar.buyLots / 1e5,
        bar.firstId,
        bar.lastId,
      ]);
      if (JSON.stringify(actual) !== JSON.stringify(plain))
        throw new Error(`bars ${timeframe} of ${symbol} differ`);
      bars += plain.length;
    }
  }
  return bars;
}
