import type { FrameGuardKind } from "../locks/index.ts";
import { lockTable } from "./lock-table.ts";
import { grouped } from "./number-format.ts";
import { print, printJson } from "./output.ts";
import { sessionCounts, summaryLine } from "./session-summary.ts";
import { hasOwnHistory, venueAt, type VenueOptions } from "./venue-at.ts";
import { watch } from "./watch.ts";
import { writeOut } from "./written-file.ts";

export interface LiveCommandOptions extends VenueOptions {
  readonly symbols: readonly string[];
  readonly timeframes: readonly string[];
  readonly history?: number;
  readonly seconds?: number;
  readonly guard: FrameGuardKind | "adaptive";
  /** @defaultValue false */
  readonly quotes?: boolean;
  /** Where to write the profile of the locks. */
  readonly profile?: string;
  /** @defaultValue false */
  readonly json?: boolean;
}

const READERS = 4;
const HISTORY_BARS = 100;

/** `tickframe live`: the main job on a venue, in front of your eyes. */
export async function runLive(options: LiveCommandOptions, signal: AbortSignal): Promise<void> {
  const { guard, json = false, profile, quotes = false, seconds, symbols, timeframes } = options;
  const venue = venueAt(options);
  const { history = hasOwnHistory(options) ? HISTORY_BARS : 0 } = options;
  const { manager, readers } = await watch(
    {
      title: `tickframe live: ${venue.id}, ${READERS} readers`,
      seconds,
      json,
      readers: READERS,
      manager: { venue, symbols, timeframes, quotes, guard, history: { bars: history } },
    },
    signal,
  );
  if (profile !== undefined) await writeOut(profile, JSON.stringify(manager.lockProfile()));
  const counts = sessionCounts(manager);
  const { messages } = manager.health().feed;
  const locks = manager.lockStats();
  const { reads, tornReads } = readers;
  if (json) return printJson({ type: "summary", messages, ...counts, reads, tornReads, locks });
  const lines = [
    "",
    `${summaryLine(messages, counts, "message")}, ${grouped(reads)} reads, ${grouped(tornReads)} torn`,
    "",
    ...lockTable(locks),
  ];
  await print(`${lines.join("\n")}\n`);
}
