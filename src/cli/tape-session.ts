import { stat } from "node:fs/promises";
import { RealtimeDataManager, TapeError, Timeframe, UnknownSymbolError } from "../index.ts";
import { tape, tradedSymbols, type Venue } from "../realtime/feed/venues/index.ts";
import { UsageError } from "./failure.ts";
import { whenAborted } from "./interruption.ts";
import { counted, grouped } from "./number-format.ts";
import type { ProgressLine } from "./progress-line.ts";

export interface TapeSessionOptions {
  /** One recorded session, in order. */
  readonly files: readonly string[];
  readonly venue: Venue;
  /** All symbols that have trades when there is none. */
  readonly symbols: readonly string[] | undefined;
  readonly timeframes: readonly string[];
  /** How many recorded seconds pass in a second. */
  readonly speed: number;
}

export interface TapeSessionParts {
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
  /** Called before the first line is played. */
  readonly onOpening?: (manager: RealtimeDataManager) => void;
}

export interface PlayedTape {
  /** Closed, with all bars in it; `undefined` when nothing was traded. */
  readonly manager: RealtimeDataManager | undefined;
  /** Lines that were read. */
  readonly lines: number;
  /** Why the bars are not all that was asked for: the tape is cut or damaged, or has no trade of a symbol. */
  readonly failure: Error | undefined;
}

/**
 * Plays a recorded session through a manager that keeps all bars, to its end or until `signal` aborts. What was read
 * before a fault is in the manager, and the fault is returned; when nothing could be read it is thrown.
 *
 * @throws TapeError, UnknownSymbolError, UnknownTimeframeError, UsageError; the signal's reason when it aborts before
 * the first line is played.
 */
export async function playTape(options: TapeSessionOptions, parts: TapeSessionParts): Promise<PlayedTape> {
  const { files, timeframes } = options;
  for (const name of timeframes) Timeframe.parse(name);
  const found = options.symbols ? undefined : await findSymbols(options, parts);
  const symbols = found?.symbols ?? options.symbols!.map((symbol) => options.venue.normalizeSymbol(symbol));
  if (symbols.length === 0) {
    if (found?.failure) throw found.failure;
    return { manager: undefined, lines: found?.lines ?? 0, failure: undefined };
  }
  const { manager, failure } = await play([...symbols].sort(), options, parts);
  const untraded = manager.stats().symbols.filter(({ trades }) => trades === 0);
  const unknown = options.symbols && !parts.signal.aborted ? untraded.at(0) : undefined;
  if (untraded.length === manager.symbols.length && failure) throw failure;
  const missing = unknown && new UnknownSymbolError(unknown.symbol, `${shownFiles(files)}: no trade of it`);
  if (missing && untraded.length === manager.symbols.length) throw missing;
  return { manager, lines: manager.health().feed.messages, failure: failure ?? missing };
}

async function findSymbols(
  { files, venue }: TapeSessionOptions,
  { signal, progress }: TapeSessionParts,
): ReturnType<typeof tradedSymbols> {
  for (const file of files) await mustBeReadTwice(file);
  const onProgress = (lines: number) =>
    progress.update(() => `looking for symbols: ${counted(lines, "line")}`);
  const found = await tradedSymbols(files, venue, { signal, onProgress });
  progress.clear();
  return found;
}

/** A pipe is gone once it was read. */
async function mustBeReadTwice(file: string): Promise<void> {
  const info = await stat(file).catch(() => undefined);
  if (info && !info.isFile() && !info.isDirectory()) {
    throw new UsageError(`${file} can be read only once; name its symbols with --symbols`);
  }
}

async function play(
  symbols: readonly string[],
  { files, venue, timeframes, speed }: TapeSessionOptions,
  { signal, progress, onOpening }: TapeSessionParts,
): Promise<{ readonly manager: RealtimeDataManager; readonly failure: TapeError | undefined }> {
  const manager = await RealtimeDataManager.open({
    venue: tape(files, { venue, speed }),
    symbols,
    timeframes,
    keepBars: Infinity,
    signal,
    onOpening: (opening) => {
      opening.on("barClosed", () =>
        progress.update(() => `playing: ${grouped(opening.health().feed.messages)} lines`),
      );
      onOpening?.(opening);
    },
  });
  const ended = manager.ended.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof TapeError) return error;
      throw error;
    },
  );
  try {
    return { manager, failure: (await Promise.race([ended, whenAborted(signal)])) ?? undefined };
  } finally {
    await manager.close();
    progress.clear();
  }
}

function shownFiles(files: readonly string[]): string {
  return files.length === 1 ? files[0] : `${files[0]} and ${counted(files.length - 1, "more tape")}`;
}
