// Eight tasks read two timeframes across awaits while trades stream in. Every read sees one commit, no trade is lost, and
// the lock says what it cost.
//
//   node examples/concurrent-readers.ts [--live]
import { setTimeout as sleep } from "node:timers/promises";
import { RealtimeDataManager, type FrameReads, type LockReport } from "../src/index.ts";
import { liveOrSimulated } from "./live-or-simulated.ts";

const SYMBOL = "BTCUSDT";
const READERS = 8;

await using source = await liveOrSimulated([SYMBOL], { tradesPerSecond: 5_000 });
await using manager = await RealtimeDataManager.open({
  venue: source.venue,
  symbols: [SYMBOL],
  timeframes: ["1s", "5s"],
});

const stop = AbortSignal.timeout(source.runMs);
const tally = { reads: 0, torn: 0 };
await Promise.all(Array.from({ length: READERS }, (_, reader) => readUntilStopped(2 + reader)));

const { trades, gaps, backlogDropped, commits } = manager.stats().symbols[0];
console.log(`${READERS} readers made ${tally.reads} reads of two timeframes; torn reads: ${tally.torn}`);
console.log(`${trades} trades in ${commits} commits; gaps: ${gaps}, dropped: ${backlogDropped}`);
console.table(manager.lockStats().flatMap(rowsOf));

/** A strategy that thinks for `thinkMs` in the middle of each read. */
async function readUntilStopped(thinkMs: number): Promise<void> {
  while (!stop.aborted) {
    await manager.withRead(SYMBOL, async (frames) => {
      const before = tradesIn(frames, "1s");
      await sleep(thinkMs);
      // Both timeframes hold every trade so far, so within one commit the counts agree.
      if (tradesIn(frames, "5s") !== before) tally.torn++;
      tally.reads++;
    });
    await sleep(1);
  }
}

function tradesIn(frames: FrameReads, timeframe: string): number {
  return frames.get(timeframe).getColumn("trades").sum();
}

function rowsOf({ name, read: reading, write }: LockReport): object[] {
  return [
    { mode: "read", ...reading },
    { mode: "write", ...write },
  ].map(({ mode, acquisitions, contended, wait, hold }) => ({
    lock: name,
    mode,
    acquisitions,
    contended,
    "wait p50 ms": Number(wait.p50Ms.toFixed(2)),
    "wait p99 ms": Number(wait.p99Ms.toFixed(2)),
    "hold p50 ms": Number(hold.p50Ms.toFixed(3)),
    "hold max ms": Number(hold.maxMs.toFixed(2)),
  }));
}
