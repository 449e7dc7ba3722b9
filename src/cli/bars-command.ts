import { open, stat, writeFile } from "node:fs/promises";
import { venueById } from "../realtime/feed/venues/index.ts";
import { barFrame } from "./bar-frame.ts";
import { barRows, CSV_HEADER, csvLine, jsonLine, type BarRowsOptions } from "./bar-rows.ts";
import { UsageError } from "./failure.ts";
import { counted } from "./number-format.ts";
import { print, tell } from "./output.ts";
import { ProgressLine } from "./progress-line.ts";
import { sessionCounts, summaryLine } from "./session-summary.ts";
import { playTape } from "./tape-session.ts";
import type { RealtimeDataManager } from "../index.ts";

export type BarFormat = "csv" | "json" | "parquet";

export interface BarsCommandOptions {
  readonly venue: string;
  readonly timeframes: readonly string[];
  readonly symbols?: readonly string[];
  /** @defaultValue false */
  readonly includePartial?: boolean;
  readonly format: BarFormat;
  /** Standard output when absent. */
  readonly out?: string;
}

/** `tickframe bars`: the bars of a tape. */
export async function runBars(
  files: readonly string[],
  options: BarsCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const { format, out } = options;
  const venue = venueById(options.venue);
  if (format === "parquet" && out === undefined) {
    throw new UsageError("--format parquet needs a file to write to: --out FILE");
  }
  if (out !== undefined) await mustNotBeATape(out, files);
  const progress = new ProgressLine({ plainEveryMs: 10_000 });
  const { manager, lines, failure } = await playTape(
    { files, venue, symbols: options.symbols, timeframes: options.timeframes, speed: Infinity },
    { signal, progress },
  );
  // Bars of a part of the tape are not what was asked for.
  signal.throwIfAborted();
  const rows = await write(manager, options, signal);
  signal.throwIfAborted();
  tell(manager ? summaryLine(lines, sessionCounts(manager)) : `${counted(lines, "line")}, no trades`);
  if (out !== undefined) tell(`${counted(rows, "bar")} written to ${out}`);
  if (failure) throw failure;
}

/** Returns how many bars were written. */
async function write(
  manager: RealtimeDataManager | undefined,
  { format, out, includePartial = false }: BarsCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  // The clock of a tape whose lines are out of order may run ahead; what its messages say does not depend on their order.
  const choice = { includePartial, completeUntil: manager?.health().lastEventTime };
  if (format === "parquet") {
    if (!manager) throw new UsageError(`there is no trade in the tape, so ${out} was not written`);
    const frame = await barFrame(manager, choice);
    await orCannotWrite(out!, () => writeFile(out!, frame.writeParquet()));
    return frame.height;
  }
  if (out === undefined) return writeText(manager, format, choice, print, signal);
  const file = await orCannotWrite(out, () => open(out, "w"));
  try {
    const put = (text: string) => orCannotWrite(out, () => file.writeFile(text));
    return await writeText(manager, format, choice, put, signal);
  } finally {
    await file.close();
  }
}

async function writeText(
  manager: RealtimeDataManager | undefined,
  format: "csv" | "json",
  choice: BarRowsOptions,
  put: (text: string) => Promise<void>,
  signal: AbortSignal,
): Promise<number> {
  const toLine = format === "csv" ? csvLine : jsonLine;
  if (format === "csv") await put(`${CSV_HEADER}\n`);
  let count = 0;
  for await (const rows of manager ? barRows(manager, choice) : []) {
    if (signal.aborted) break;
    if (rows.length > 0) await put(`${rows.map(toLine).join("\n")}\n`);
    count += rows.length;
  }
  return count;
}

async function orCannotWrite<T>(file: string, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writing over what is being read would lose it. */
async function mustNotBeATape(out: string, files: readonly string[]): Promise<void> {
  const target = await stat(out).catch(() => undefined);
  if (!target) return;
  for (const file of files) {
    const source = await stat(file).catch(() => undefined);
    if (source?.ino === target.ino && source.dev === target.dev) {
      throw new UsageError(`--out ${out} is one of the tapes to read`);
    }
  }
}
