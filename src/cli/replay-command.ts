import { venueById } from "../realtime/feed/venues/index.ts";
import { rowOfBar } from "./bar-rows.ts";
import { BarTable } from "./bar-table.ts";
import { lockTable } from "./lock-table.ts";
import { print, printJson, tell } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import { sessionCounts, summaryLine } from "./session-summary.ts";
import { playTape } from "./tape-session.ts";
import type { Bar } from "../index.ts";

export interface ReplayCommandOptions {
  readonly venue: string;
  readonly timeframes: readonly string[];
  readonly symbols?: readonly string[];
  readonly speed: number;
  /** @defaultValue false */
  readonly json?: boolean;
}

/** `tickframe replay`: a tape through the manager, each bar told as it closes. */
export async function runReplay(
  files: readonly string[],
  { json = false, speed, symbols, timeframes, ...options }: ReplayCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const venue = venueById(options.venue);
  const progress = new ProgressLine({ plainEveryMs: Infinity });
  const table = new BarTable();
  const show = (bar: Bar): void => {
    progress.clear();
    if (json) void printJson({ type: "bar", ...rowOfBar(venue.id, bar), revision: bar.revision });
    else void print(table.line(bar));
  };
  const { manager, lines, failure } = await playTape(
    { files, venue, symbols, timeframes, speed },
    {
      signal,
      progress,
      onOpening: (opening) => {
        opening.on("barClosed", show);
        opening.on("barUpdated", (bar) => {
          if (bar.isClosed) show(bar);
        });
      },
    },
  );
  if (!manager) tell("there is no trade in the tape");
  else {
    const counts = sessionCounts(manager);
    const locks = manager.lockStats();
    if (json) await printJson({ type: "summary", lines, ...counts, locks });
    else await print(`\n${summaryLine(lines, counts)}\n\n${lockTable(locks).join("\n")}\n`);
  }
  if (failure) throw failure;
}
