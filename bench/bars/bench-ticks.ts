import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { SideCode } from "../../src/realtime/feed/wire-record.ts";
import { parseDecimal } from "../../src/realtime/market/decimal.ts";
import { plainColumns } from "../../src/realtime/ring/tick-queue.ts";
import type { TickColumns } from "../../src/realtime/ring/tick-columns.ts";

const RECORDED = join(
  import.meta.dirname,
  "../../../shared/data/binance-usdm-btcusdt/usdm_btcusdt_20240808.ws.txt.gz",
);
const RECORDED_TRADES = 21_313;

export interface BenchTicks {
  /** Where they come from, for the table. */
  readonly origin: string;
  readonly columns: TickColumns;
  readonly count: number;
  readonly symbols: number;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}

/** The trades of one recorded session, or as many simulated ones at its rate where it is not there. */
export function sessionTicks(): BenchTicks {
  if (!existsSync(RECORDED)) return simulatedTicks({ count: RECORDED_TRADES, symbols: 1, perSecond: 62 });
  const trades = gunzipSync(readFileSync(RECORDED))
    .toString()
    .split("\n")
    .filter((line) => line.includes('"btcusdt@trade"'))
    .map((line) => (JSON.parse(line.slice(line.indexOf(" "))) as { data: RecordedTrade }).data);
  const columns = plainColumns(trades.length);
  let priceDecimals = 0;
  let sizeDecimals = 0;
  trades.forEach(({ T, t, p, q, m }, i) => {
    columns.time[i] = columns.receivedAt[i] = T;
    columns.price[i] = Number(p);
    columns.size[i] = Number(q);
    columns.tradeId[i] = t;
    columns.tradeCount[i] = 1;
    columns.flags[i] = m ? SideCode.sell : SideCode.buy;
    priceDecimals = Math.max(priceDecimals, parseDecimal(p)!.decimals);
    sizeDecimals = Math.max(sizeDecimals, parseDecimal(q)!.decimals);
  });
  const origin = `${trades.length} recorded trades of Binance USD-M BTCUSDT, 2024-08-08`;
  return { origin, columns, count: trades.length, symbols: 1, priceDecimals, sizeDecimals };
}

interface RecordedTrade {
  readonly T: number;
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
}

/** Random walks of some symbols that trade equally often, from seed 1. */
export function simulatedTicks({
  count,
  symbols,
  perSecond,
}: {
  readonly count: number;
  readonly symbols: number;
  readonly perSecond: number;
}): BenchTicks {
  const random = seededRandom(1);
  const columns = plainColumns(count);
  const prices = new Float64Array(symbols).fill(6_000_000);
  const ids = new Float64Array(symbols);
  let time = Date.UTC(2024, 7, 8);
  for (let i = 0; i < count; i++) {
    const symbol = Math.floor(random() * symbols);
    time += (-Math.log(1 - random()) * 1_000) / perSecond;
    prices[symbol] += Math.floor(random() * 11) - 5;
    columns.time[i] = columns.receivedAt[i] = Math.floor(time);
    columns.price[i] = prices[symbol] / 100;
    columns.size[i] = Math.floor(1 + random() * 99_999) / 1_000;
    columns.tradeId[i] = ++ids[symbol];
    columns.tradeCount[i] = 1;
    columns.symbol[i] = symbol;
    columns.flags[i] = random() < 0.5 ? SideCode.sell : SideCode.buy;
  }
  const origin = `${count} simulated trades (seed 1) of ${symbols} symbols, ${perSecond} a second in all`;
  return { origin, columns, count, symbols, priceDecimals: 2, sizeDecimals: 3 };
}

/** Mulberry32: uniform in [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
