// Records a session to a file, replays the file through the same manager, and shows that the bars are the same.
//
//   node examples/record-and-replay.ts [--live]
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { RealtimeDataManager } from "../src/index.ts";
import { binance, recording, tape, TapeWriter } from "../src/realtime/feed/venues/index.ts";
import { liveOrSimulated } from "./live-or-simulated.ts";

const setup = { symbols: ["BTCUSDT", "ETHUSDT"], timeframes: ["1s", "1m"] };

/** The bars of each symbol and timeframe, oldest first. */
type Bars = Map<string, readonly Record<string, unknown>[]>;

const folder = await mkdtemp(join(tmpdir(), "tickframe-"));
try {
  const file = join(folder, "session.txt.gz");
  const live = await record(file);
  const replayed = await replay(file);

  let count = 0;
  let equal = 0;
  for (const [series, bars] of live) {
    bars.forEach((bar, i) => {
      count++;
      if (isDeepStrictEqual(bar, replayed.get(series)?.[i])) equal++;
    });
  }
  console.log(`${count} bars live, ${equal} of them equal in the replay`);
  if (equal !== count) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true });
}

/** Runs live for a while, writing every raw message to `file` with its arrival time. */
async function record(file: string): Promise<Bars> {
  await using source = await liveOrSimulated(setup.symbols);
  await using writer = await TapeWriter.create(file, { gzip: true });
  await using manager = await RealtimeDataManager.open({ ...setup, venue: recording(source.venue, writer) });
  await sleep(source.runMs);
  await manager.close();
  await writer.close();
  const { size } = await stat(file);
  console.log(`recorded ${writer.lines} messages in ${(size / 1_024).toFixed(0)} KiB`);
  return await barsOf(manager);
}

/** Reads the file on a clock of its own, as fast as it can be read. */
async function replay(file: string): Promise<Bars> {
  const startedMs = performance.now();
  await using manager = await RealtimeDataManager.open({ ...setup, venue: tape(file, { venue: binance() }) });
  await manager.ended;
  console.log(`replayed in ${(performance.now() - startedMs).toFixed(0)} ms`);
  return await barsOf(manager);
}

/** Without the two columns that depend on when a timer ran. */
async function barsOf(manager: RealtimeDataManager): Promise<Bars> {
  const bars: Bars = new Map();
  for (const symbol of manager.symbols) {
    for (const [timeframe, frame] of Object.entries(await manager.getMtfData(symbol))) {
      bars.set(`${symbol} ${timeframe}`, frame.drop("closed", "revision").toRecords());
    }
  }
  return bars;
}
