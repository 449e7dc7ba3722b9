import type { FrameGuardKind } from "../locks/index.ts";
import { binance, SimulatedVenue } from "../realtime/feed/venues/index.ts";
import { ExitCode, withUserOptions } from "./failure.ts";
import { checkKlines, type KlineCheck } from "./kline-check.ts";
import { lockTable } from "./lock-table.ts";
import { counted, grouped, mebibytes } from "./number-format.ts";
import { print, printJson, tell } from "./output.ts";
import { lostTrades, sessionCounts, type SessionCounts } from "./session-summary.ts";
import { watch, type WatchedSession } from "./watch.ts";
import { writeOut } from "./written-file.ts";

export interface DemoCommandOptions {
  readonly seconds: number;
  /** Trades a second, over all symbols. */
  readonly rate: number;
  readonly symbols: readonly string[];
  /** Port of the venue; 0 takes a free one. */
  readonly port: number;
  readonly guard: FrameGuardKind | "adaptive";
  /** Where to write the profile of the locks. */
  readonly profile?: string;
  /** @defaultValue false */
  readonly json?: boolean;
}

const READERS = 8;
const TIMEFRAMES = ["1s", "1m", "5m"];
const HISTORY_BARS = 60;
/** Enough for the history of the largest timeframe. */
const PAST_MINUTES = 360;
const PAST_TRADES_PER_MINUTE = 60;

/** `tickframe demo`: the whole product against a venue on this machine, checked at the end. */
export async function runDemo(options: DemoCommandOptions, signal: AbortSignal): Promise<void> {
  const { guard, port, profile, rate, seconds, json = false } = options;
  const symbols = options.symbols.map((symbol) => binance().normalizeSymbol(symbol));
  const server = await withUserOptions(() =>
    SimulatedVenue.start({
      symbols,
      port,
      tradesPerSecond: rate,
      history: { minutes: PAST_MINUTES, tradesPerMinute: PAST_TRADES_PER_MINUTE },
    }),
  );
  try {
    const venue = binance({ endpoints: server.endpoints });
    const session = await watch(
      {
        title: `tickframe demo: a simulated venue on ${server.endpoints.ws}, ${READERS} readers`,
        seconds,
        json,
        readers: READERS,
        manager: { venue, symbols, guard, timeframes: TIMEFRAMES, history: { bars: HISTORY_BARS } },
      },
      signal,
    );
    if (profile !== undefined) await writeOut(profile, JSON.stringify(session.manager.lockProfile()));
    const klines = await checkKlines(session.manager, venue.history!);
    await report(session, klines, json);
  } finally {
    await server.close();
  }
}

async function report(
  { manager, readers, closedBars, heapBytes }: WatchedSession,
  klines: KlineCheck,
  json: boolean,
): Promise<void> {
  const counts = sessionCounts(manager);
  const locks = manager.lockStats();
  const lost = lostTrades(counts);
  const { reads, tornReads } = readers;
  const failures = failedChecks(klines, counts, tornReads);
  const residentBytes = process.memoryUsage().rss;
  if (json) {
    const isGood = failures.length === 0;
    const bars = { compared: klines.bars, equal: klines.equal, builtHere: closedBars };
    const memory = { heapStartBytes: heapBytes.start, heapEndBytes: heapBytes.end, residentBytes };
    await printJson({ type: "summary", isGood, bars, ...counts, lost, reads, tornReads, ...memory, locks });
  } else {
    const lines = [
      "",
      `bars    ${grouped(klines.equal)}/${grouped(klines.bars)} equal to the venue's own klines in all 8 fields; ${grouped(closedBars)} built here`,
      `ticks   ${grouped(lost)} lost of ${grouped(counts.trades)}; ${counted(counts.gaps, "gap")}`,
      `reads   ${grouped(tornReads)} torn of ${grouped(reads)}, each over ${TIMEFRAMES.length} timeframes and across an await`,
      `heap    ${mebibytes(heapBytes.start)} at the start, ${mebibytes(heapBytes.end)} at the end, ${mebibytes(residentBytes)} resident`,
      "",
      ...lockTable(locks),
    ];
    await print(`${lines.join("\n")}\n`);
  }
  for (const failure of failures) tell(`check failed: ${failure}`);
  if (failures.length > 0) process.exitCode = ExitCode.fault;
}

function failedChecks(klines: KlineCheck, counts: SessionCounts, tornReads: number): readonly string[] {
  const lost = lostTrades(counts);
  return [
    klines.firstDifference,
    klines.bars === 0 ? "no bar closed" : undefined,
    lost > 0 ? `${counted(lost, "trade")} lost` : undefined,
    tornReads > 0 ? `${counted(tornReads, "read")} torn` : undefined,
  ].filter((failure) => failure !== undefined);
}
