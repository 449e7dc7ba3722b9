/**
 * How fast do trades become bars? tickframe's builder against tardis-dev's `computeTradeBars` and ccxt's `buildOHLCVC`,
 * on the same ticks: a recorded session in three timeframes, and simulated symbols, 10 and 500, in eight. Peers get the
 * kindest input, their own trade objects made beforehand: tardis-dev through its documented `compute`, and also its
 * builder alone, without the asynchronous iteration around it; ccxt with all trades of a symbol at once. tickframe alone also keeps exact sums, quote and
 * taker volume, ids, and 500 closed bars of each series, which live on from pass to pass; moving the ticks' times and ids
 * on for that is within its figures. What each side computed is compared before anything is measured.
 */
import { planRollup } from "../../src/realtime/bars/rollup-plan.ts";
import { SymbolBars } from "../../src/realtime/bars/symbol-bars.ts";
import { SideCode } from "../../src/realtime/feed/wire-record.ts";
import { SymbolTable } from "../../src/realtime/market/symbol-table.ts";
import { Timeframe } from "../../src/realtime/market/timeframe.ts";
import { WideDigitsTable } from "../../src/realtime/ring/wide-digits.ts";
import {
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  pairedRatio,
  type Measurement,
} from "../harness.ts";
import { loadCcxt, loadTardis, versionOf, type CcxtTrade, type TardisTrade } from "../peers.ts";
import { sessionTicks, simulatedTicks, type BenchTicks } from "./bench-ticks.ts";

const tardis = await loadTardis();
const ccxt = await loadCcxt();

/** Open, high, low, close, volume and number of trades, by `symbol timeframe open time`. */
type BarTable = Map<string, readonly [number, number, number, number, number, number]>;

interface Scene {
  readonly ticks: BenchTicks;
  readonly timeframes: readonly Timeframe[];
}

/** Bars of tickframe that live on from pass to pass, as those of a bot do. */
class OwnBars {
  readonly #ticks: BenchTicks;
  readonly #bars: readonly SymbolBars[];
  readonly #spanMs: number;

  constructor({ ticks, timeframes }: Scene, keepBars: number) {
    const table = new SymbolTable(Array.from({ length: ticks.symbols }, (_, i) => `S${i}`));
    table.names.forEach((_, i) => table.raisePrecision(i, ticks.priceDecimals, ticks.sizeDecimals));
    const options = { plan: planRollup(timeframes), keepBars, emptyIntervals: "omit" } as const;
    const listener = { onClosed() {}, onRevised: unexpected };
    const parts = { table, wide: new WideDigitsTable(), listener, completeFrom: () => 0 };
    const { time } = ticks.columns;
    this.#ticks = ticks;
    this.#bars = table.names.map((_, i) => new SymbolBars(i, options, parts));
    // Whole minutes, so that bars begin where they do in the session.
    this.#spanMs = Math.ceil((time[ticks.count - 1] - time[0]) / 60_000) * 60_000;
  }

  /** Applies the first `count` ticks, and moves all of them on to behind the last. */
  pass(count: number): void {
    const { columns } = this.#ticks;
    const bars = this.#bars;
    for (let i = 0; i < count; i++) bars[columns.symbol[i]].apply(columns, i);
    for (let i = 0; i < this.#ticks.count; i++) {
      columns.time[i] += this.#spanMs;
      columns.tradeId[i] += this.#ticks.count;
    }
  }

  closedBars(): BarTable {
    const table: BarTable = new Map();
    for (const { symbol, timeframe, closed } of this.#bars.flatMap(({ series }) => series)) {
      for (let i = 0; i < closed.length; i++) {
        const { openTime, open, high, low, close, volume, trades } = closed.rowAt(i);
        table.set(`${symbol} ${timeframe.name} ${openTime}`, [open, high, low, close, volume, trades]);
      }
    }
    return table;
  }
}

function unexpected(): never {
  throw new Error("no trade of a bench is late");
}

function tardisTrades({ columns, count }: BenchTicks): TardisTrade[] {
  return Array.from({ length: count }, (_, i) => ({
    type: "trade",
    symbol: `S${columns.symbol[i]}`,
    exchange: "bench",
    id: String(columns.tradeId[i]),
    price: columns.price[i],
    amount: columns.size[i],
    side: columns.flags[i] === SideCode.buy ? "buy" : "sell",
    timestamp: new Date(columns.time[i]),
    localTimestamp: new Date(columns.receivedAt[i]),
  }));
}

function ccxtTrades({ columns, count, symbols }: BenchTicks): CcxtTrade[][] {
  const bySymbol: CcxtTrade[][] = Array.from({ length: symbols }, () => []);
  for (let i = 0; i < count; i++) {
    bySymbol[columns.symbol[i]].push({
      timestamp: columns.time[i],
      price: columns.price[i],
      amount: columns.size[i],
    });
  }
  return bySymbol;
}

/** Bars of the first `count` trades; `table` takes them where they are wanted. */
function runTardis(
  trades: readonly TardisTrade[],
  { ticks, timeframes }: Scene,
  count: number,
  table?: BarTable,
): void {
  const { symbol } = ticks.columns;
  const computables = Array.from({ length: ticks.symbols }, () =>
    timeframes.map(({ sizeMs }) => tardis.computeTradeBars({ kind: "time", interval: sizeMs })()),
  );
  for (let i = 0; i < count; i++) {
    const own = computables[symbol[i]];
    for (let k = 0; k < own.length; k++) {
      for (const bar of own[k].compute(trades[i])) {
        const openTime = bar.timestamp.getTime() - timeframes[k].sizeMs;
        table?.set(`S${symbol[i]} ${timeframes[k].name} ${openTime}`, [
          bar.open,
          bar.high,
          bar.low,
          bar.close,
          bar.volume,
          bar.trades,
        ]);
      }
    }
  }
}

/** The first `count` trades through the iteration that tardis-dev documents. */
async function runTardisCompute(
  trades: readonly TardisTrade[],
  timeframes: readonly Timeframe[],
  count: number,
): Promise<void> {
  const builders = timeframes.map(({ sizeMs }) =>
    tardis.computeTradeBars({ kind: "time", interval: sizeMs }),
  );
  let seen = 0;
  for await (const _ of tardis.compute(iterate(trades, count), ...builders)) seen++;
  if (seen < count) throw new Error(`tardis-dev passed ${seen} messages on, of ${count}`);
}

/** The cheapest asynchronous iterator there is. */
function iterate(trades: readonly TardisTrade[], count: number): AsyncIterableIterator<TardisTrade> {
  let next = 0;
  return {
    next: () =>
      Promise.resolve(
        next < count ? { value: trades[next++], done: false } : { value: undefined, done: true },
      ),
    return: () => Promise.resolve({ value: undefined, done: true }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function runCcxt(trades: readonly (readonly CcxtTrade[])[], { timeframes }: Scene, table?: BarTable): void {
  trades.forEach((own, symbol) => {
    for (const { name } of timeframes) {
      // The newest bar is still open.
      const bars = ccxt.buildOHLCVC(own, name).slice(0, -1);
      if (table) for (const [openTime, ...rest] of bars) table.set(`S${symbol} ${name} ${openTime}`, rest);
    }
  });
}

/** Prices and counts must be equal; sums of the peers are float64 sums, which drift. */
function check(who: string, own: BarTable, other: BarTable): void {
  if (own.size !== other.size) throw new Error(`${who} closed ${other.size} bars, tickframe ${own.size}`);
  for (const [key, bar] of own) {
    const found = other.get(key);
    const isSame = found?.every((value, i) =>
      i === 4 ? Math.abs(value - bar[i]) <= 1e-9 * bar[i] : value === bar[i],
    );
    if (!isSame) throw new Error(`${who} has ${String(found)} for ${key}, tickframe ${String(bar)}`);
  }
}

async function compare(title: string, scene: Scene): Promise<void> {
  const { ticks, timeframes } = scene;
  const forTardis = tardisTrades(ticks);
  const forCcxt = ccxtTrades(ticks);
  const checked = new OwnBars(scene, Infinity);
  checked.pass(ticks.count);
  const expected = checked.closedBars();
  const [tardisTable, ccxtTable]: BarTable[] = [new Map(), new Map()];
  runTardis(forTardis, scene, ticks.count, tardisTable);
  runCcxt(forCcxt, scene, ccxtTable);
  check("tardis-dev", expected, tardisTable);
  check("ccxt", expected, ccxtTable);

  const bars = new OwnBars(scene, 500);
  const measured = await measure(
    [
      { name: "tickframe", run: (ops) => inPasses(ops, ticks.count, (count) => bars.pass(count)) },
      {
        name: `tardis-dev ${versionOf("tardis-dev")}, compute()`,
        run: async (ops) => {
          for (let left = ops; left > 0; left -= ticks.count) {
            await runTardisCompute(forTardis, timeframes, Math.min(left, ticks.count));
          }
        },
      },
      {
        name: `tardis-dev ${versionOf("tardis-dev")}, its builder alone`,
        run: (ops) => inPasses(ops, ticks.count, (count) => runTardis(forTardis, scene, count)),
      },
      // It takes whole lists of trades only.
      { name: `ccxt ${versionOf("ccxt")}`, ops: ticks.count, run: () => runCcxt(forCcxt, scene) },
    ],
    { rounds: 9, sliceMs: 200 },
  );
  console.log(`\n### ${title}\n`);
  console.log(
    `${ticks.origin}; ${timeframes.join(" ")}. ${expected.size} closed bars compared, all alike.\n`,
  );
  console.log(tableOf(measured));
}

function inPasses(ops: number, size: number, pass: (count: number) => void): void {
  for (let left = ops; left > 0; left -= size) pass(Math.min(left, size));
}

function tableOf(measured: readonly Measurement[]): string {
  const [own] = measured;
  return markdownTable(
    ["builder", "CPU a tick", "million ticks a CPU-second", "times the cost"],
    measured.map((each) => [
      each.name,
      formatNs(each.nsPerOp),
      (1_000 / each.nsPerOp).toFixed(1),
      each === own ? "1" : formatRatio(pairedRatio(each, own)),
    ]),
  );
}

const parse = (names: string) => names.split(" ").map((name) => Timeframe.parse(name));

console.log(`## How fast are bars?\n\n${environment()}`);
await compare("One symbol, three timeframes", { ticks: sessionTicks(), timeframes: parse("1m 5m 1h") });
await compare("10 symbols, eight timeframes", {
  ticks: simulatedTicks({ count: 400_000, symbols: 10, perSecond: 2_000 }),
  timeframes: parse("1s 5s 15s 1m 5m 15m 1h 1d"),
});
await compare("500 symbols, eight timeframes", {
  ticks: simulatedTicks({ count: 400_000, symbols: 500, perSecond: 20_000 }),
  timeframes: parse("1s 5s 15s 1m 5m 15m 1h 1d"),
});
