/**
 * A minute of market, or with `--faults` less of it with things that go wrong, on a virtual clock over a real socket,
 * while eight tasks read frames across awaits, behind the guard of `--guard`. Prints one line of JSON: a {@link SoakReport}. Needs `--expose-gc`.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parseArgs } from "node:util";
import { RealtimeDataManager, VirtualClock, type Gap, type Tick } from "../../src/index.ts";
import { binance, SimulatedVenue } from "../../src/realtime/feed/venues/index.ts";
import { Timeframe } from "../../src/realtime/market/timeframe.ts";
import { barRecords, recordFields, type BarRecord } from "./bars.ts";
import type { FrameReads } from "../../src/realtime/frames/frame-reads.ts";

export interface SoakReport {
  /** Trades that happened. */
  readonly trades: number;
  /** Trades in the bars of the manager. */
  readonly taken: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Ticks the stream gave, and those it says it did not. */
  readonly streamed: number;
  readonly streamMissed: number;
  /** Ids that came twice. */
  readonly seenTwice: number;
  /** Ids that never came: inside of a gap that was told, and elsewhere. */
  readonly missingInGaps: number;
  readonly missingElsewhere: number;
  readonly reconnects: number;
  readonly reads: number;
  readonly commits: number;
  /** What was wrong in a read. */
  readonly torn: readonly string[];
  readonly barsCompared: number;
  readonly barsUnlike: readonly string[];
  /** After a forced collection, a third of the way and at the end, in MB. */
  readonly heapMb: readonly [number, number];
  readonly residentMb: readonly [number, number];
  readonly seconds: number;
}

const START = Date.UTC(2026, 6, 18, 13, 37, 0);
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];
const TIMEFRAMES = ["1s", "1m", "5m"];
const TRADES_PER_SECOND = 50_000;
const READERS = 8;
const AWAITS_A_READ = 4;

const { values: settings } = parseArgs({
  options: { faults: { type: "boolean", default: false }, guard: { type: "string", default: "snapshot" } },
});
const { faults: hasFaults } = settings;
const total = hasFaults ? 300_000 : 3_000_000;

const clock = new VirtualClock(START);
const beganAt = performance.now();
await using venue = await SimulatedVenue.start(
  {
    symbols: SYMBOLS,
    tradesPerSecond: TRADES_PER_SECOND,
    quotesPerTrade: 0,
    history: { minutes: 0 },
    logTrades: 10_000,
    seed: 7,
  },
  { clock },
);
const simulated = binance({ endpoints: venue.endpoints }, { clock });
await using manager = await RealtimeDataManager.open({
  venue: simulated,
  symbols: SYMBOLS,
  timeframes: TIMEFRAMES,
  guard: settings.guard as "snapshot",
  clock,
  random: () => 0.5,
});

/** Per symbol, how often each id came; the ids of the simulated market begin with 1. */
const seen = new Map(SYMBOLS.map((symbol) => [symbol, new Uint8Array(total + 1_000_000)]));
const gaps: Gap[] = [];
manager.on("gap", (gap) => gaps.push(gap));
const stream = manager.ticks(undefined, { capacity: 2 ** 18 });
let streamed = 0;
const streaming = consume(stream);
const over = new AbortController();
let reads = 0;
const torn: string[] = [];
const readers = Array.from({ length: READERS }, (_, i) => readOn(SYMBOLS[i % SYMBOLS.length], i));

await venue.play({ trades: total / 3 });
const early = memory();
if (hasFaults) await playFaults();
await venue.play({ trades: total - venue.stats().trades });
over.abort();
await Promise.all(readers);
await settled();
const late = memory();
const bars = await compareBars();
const stats = manager.stats();
const reconnects = manager.health().feed.reconnects;
await manager.close();
await streaming;

const report: SoakReport = {
  trades: venue.stats().trades,
  taken: sum(stats.symbols.map(({ trades }) => trades)),
  duplicates: sum(stats.symbols.map(({ duplicates }) => duplicates)),
  outOfOrder: sum(stats.symbols.map(({ outOfOrder }) => outOfOrder)),
  streamed,
  streamMissed: stream.missed,
  ...judgeIds(),
  reconnects,
  reads,
  commits: sum(stats.symbols.map(({ commits }) => commits)),
  torn: torn.slice(0, 5),
  barsCompared: bars.barsCompared,
  barsUnlike: bars.barsUnlike.slice(0, 5),
  heapMb: [early.heapMb, late.heapMb],
  residentMb: [early.residentMb, late.residentMb],
  seconds: (performance.now() - beganAt) / 1_000,
};
console.log(JSON.stringify(report));

async function consume(ticks: AsyncIterable<Tick>): Promise<void> {
  for await (const { symbol, tradeId } of ticks) {
    seen.get(symbol)![tradeId]++;
    streamed++;
  }
}

/** Reads as long as the market runs; each holds the symbol's lock over several turns of the event loop. */
async function readOn(symbol: string, turnsBefore: number): Promise<void> {
  for (let turn = 0; turn < turnsBefore; turn++) await nextTurn();
  while (!over.signal.aborted) {
    await manager.withRead(symbol, checkRead);
    reads++;
    await nextTurn();
  }
}

async function checkRead(frames: FrameReads): Promise<void> {
  const { commit } = frames;
  const newest: BarRecord[] = [];
  for (const timeframe of TIMEFRAMES) {
    newest.push(...barRecords(frames.get(timeframe, { bars: 1 })));
    await nextTurn();
  }
  for (let turn = TIMEFRAMES.length; turn < AWAITS_A_READ; turn++) await nextTurn();
  // Before the first trade there is nothing to compare.
  if (newest.length < TIMEFRAMES.length) return;
  const ids = newest.map((bar) => Number(bar.last_trade_id));
  if (ids.some((id) => id !== ids[0])) torn.push(`last trades ${ids.join(", ")}`);
  const [, minute] = newest;
  const parts = barRecords(frames.get("1s")).filter(({ timestamp }) => timestamp >= minute.timestamp);
  const lots = sum(parts.map(lotsOf));
  if (lots !== lotsOf(minute)) torn.push(`${lots} lots in seconds, ${lotsOf(minute)} in their minute`);
  const trades = sum(parts.map((bar) => bar.trades));
  if (trades !== minute.trades) torn.push(`${trades} trades in seconds, ${minute.trades} in their minute`);
  if (frames.commit !== commit) torn.push(`commit ${commit} became ${frames.commit}`);
}

/** Sizes have five decimals; in units of the last one their sums are exact. */
function lotsOf({ volume }: BarRecord): number {
  return Math.round(volume * 100_000);
}

/** Duplicates, disorder, and a line that is cut while the market goes on. */
async function playFaults(): Promise<void> {
  venue.inject({ kind: "duplicate", messages: 500 });
  await venue.play({ trades: 20_000 });
  venue.inject({ kind: "reorder", messages: 2_000, window: 16 });
  await venue.play({ trades: 20_000 });
  const disconnected = new Promise((resolve) => manager.once("disconnected", resolve));
  venue.inject({ kind: "drop" });
  await disconnected;
  while (manager.health().feed.state !== "open") await venue.play({ ms: 20 });
}

/** Resolves when the bars hold everything that the socket brought, and the stream was read. */
async function settled(): Promise<void> {
  const newest = () =>
    manager.health().symbols.every(({ symbol, lastTradeId }) => lastTradeId === venue.log(symbol).lastId);
  const isRead = () => manager.health().symbols.every(({ backlogTicks }) => backlogTicks === 0);
  while (!(newest() && isRead() && streamed + stream.missed >= manager.stats().ring.published))
    await nextTurn();
}

/** Every bar against the klines that the venue counted itself; with faults, those that no lost trade belongs to. */
async function compareBars(): Promise<{ barsCompared: number; barsUnlike: string[] }> {
  const barsUnlike: string[] = [];
  let barsCompared = 0;
  for (const symbol of SYMBOLS) {
    const lost = gaps.filter((gap) => gap.symbol === symbol && isLost(gap));
    for (const timeframe of TIMEFRAMES) {
      const klines = await simulated.history!.bars(symbol, timeframe, { startTime: START, limit: 1_000 });
      const records = new Map(
        barRecords(await manager.getData(symbol, timeframe)).map((bar) => [bar.timestamp.getTime(), bar]),
      );
      const { sizeMs } = Timeframe.parse(timeframe);
      for (const kline of klines) {
        // The venue shows an interval without trades as a flat one; a frame leaves it out.
        if (kline.trades === 0) continue;
        const { openTime } = kline;
        if (lost.some(({ fromTime, toTime }) => fromTime < openTime + sizeMs && toTime >= openTime)) continue;
        const { open, high, low, close, volume, quoteVolume, takerBuyVolume } = kline;
        const expected = [open, high, low, close, volume, quoteVolume, kline.trades, takerBuyVolume].map(
          Number,
        );
        const record = records.get(openTime);
        const actual = record && recordFields(record);
        barsCompared++;
        if (String(actual) !== String(expected)) {
          barsUnlike.push(`${symbol} ${timeframe} ${openTime}: ${String(actual)}, not ${String(expected)}`);
        }
      }
    }
  }
  return { barsCompared, barsUnlike };
}

/** Whether some trade of the gap never came. */
function isLost({ symbol, fromTradeId, toTradeId }: Gap): boolean {
  return seen
    .get(symbol)!
    .subarray(fromTradeId, toTradeId + 1)
    .includes(0);
}

function judgeIds(): Pick<SoakReport, "seenTwice" | "missingInGaps" | "missingElsewhere"> {
  let seenTwice = 0;
  let missingInGaps = 0;
  let missingElsewhere = 0;
  for (const symbol of SYMBOLS) {
    const counts = seen.get(symbol)!;
    const isDeclared = new Uint8Array(counts.length);
    for (const gap of gaps) {
      if (gap.symbol === symbol) isDeclared.fill(1, gap.fromTradeId, gap.toTradeId + 1);
    }
    for (let id = 1; id <= venue.log(symbol).lastId; id++) {
      if (counts[id] > 1) seenTwice++;
      if (counts[id] > 0) continue;
      if (isDeclared[id] === 1) missingInGaps++;
      else missingElsewhere++;
    }
  }
  return { seenTwice, missingInGaps, missingElsewhere };
}

function memory(): { heapMb: number; residentMb: number } {
  global.gc!();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapMb: heapUsed / 2 ** 20, residentMb: rss / 2 ** 20 };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
