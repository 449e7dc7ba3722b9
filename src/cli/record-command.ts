import { rename, rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { RealtimeDataManager } from "../index.ts";
import { recording, TapeWriter } from "../realtime/feed/venues/index.ts";
import { counted, grouped } from "./number-format.ts";
import { print, tell } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import { sessionCounts } from "./session-summary.ts";
import { onTrouble } from "./trouble.ts";
import { venueAt, type VenueOptions } from "./venue-at.ts";

export interface RecordCommandOptions extends VenueOptions {
  readonly symbols: readonly string[];
  readonly out: string;
  /** @defaultValue false */
  readonly quotes?: boolean;
  readonly seconds?: number;
  /** @defaultValue false */
  readonly force?: boolean;
}

const STEP_MS = 100;

/** `tickframe record`: a live feed into a file, which is whole whenever recording ends. */
export async function runRecord(options: RecordCommandOptions, signal: AbortSignal): Promise<void> {
  const venue = venueAt(options);
  const { out, force = false, symbols } = options;
  // A file that is to be replaced stays until there is something to replace it with.
  const writer = await TapeWriter.create(force ? `${out}.part` : out, {
    gzip: out.endsWith(".gz"),
    overwrite: force,
  });
  let manager: RealtimeDataManager | undefined;
  const progress = new ProgressLine({ plainEveryMs: 10_000 });
  try {
    manager = await RealtimeDataManager.open({
      venue: recording(venue, writer),
      symbols,
      quotes: options.quotes,
      // Bars are not wanted here; the manager keeps the feed alive and counts its trades.
      timeframes: ["1m"],
      keepBars: 1,
      signal,
      onOpening: (opening) =>
        onTrouble(opening, (line) => {
          progress.clear();
          tell(line);
        }),
    });
    await record(manager, writer, options, signal, progress);
  } finally {
    progress.clear();
    await manager?.close();
    await closeTape(writer, out, manager);
  }
}

/** Waits for the end: the time is over, the user had enough, or the disk failed. */
async function record(
  manager: RealtimeDataManager,
  writer: TapeWriter,
  { out, seconds = Infinity }: RecordCommandOptions,
  signal: AbortSignal,
  progress: ProgressLine,
): Promise<void> {
  tell(`recording ${manager.symbols.join(", ")} of ${manager.venue} to ${out}; Ctrl-C ends it`);
  const startMs = performance.now();
  for (;;) {
    const elapsedMs = performance.now() - startMs;
    const leftMs = seconds * 1_000 - elapsedMs;
    if (signal.aborted || writer.failure || leftMs <= 0) return;
    progress.update(() => `${Math.floor(elapsedMs / 1_000)} s: ${recordedOf(manager, writer)}`);
    await sleep(Math.min(STEP_MS, leftMs), undefined, { signal }).catch(() => {});
  }
}

/** Gives the tape its name, and says what is in it. What came in before opening failed is no tape. */
async function closeTape(
  writer: TapeWriter,
  out: string,
  manager: RealtimeDataManager | undefined,
): Promise<void> {
  let { file } = writer;
  try {
    await writer.close();
    if (manager && file !== out) {
      await rename(file, out);
      file = out;
    }
  } finally {
    if (manager) await print(`${file}: ${resultLine(manager, writer)}\n`);
    else await rm(file, { force: true });
  }
}

function recordedOf(manager: RealtimeDataManager, writer: TapeWriter): string {
  const { trades } = sessionCounts(manager);
  return `${counted(writer.lines, "message")}, ${counted(trades, "trade")}`;
}

function resultLine(manager: RealtimeDataManager, writer: TapeWriter): string {
  const { gaps, missingTrades } = sessionCounts(manager);
  const drops = Object.entries(writer.drops).filter(([, count]) => count > 0);
  const dropped = drops.map(([reason, count]) => `${grouped(count)} ${reason}`).join(", ");
  const holes = gaps > 0 ? `, ${counted(gaps, "gap")} (${counted(missingTrades, "trade")} missing)` : "";
  const lost = dropped === "" ? "none dropped" : `dropped: ${dropped}`;
  return `${recordedOf(manager, writer)}${holes}, ${lost}`;
}
