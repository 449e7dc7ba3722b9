import { TickframeError } from "../errors.ts";
import { Timeframe } from "./market/timeframe.ts";
import type { Clock } from "../clock.ts";
import type { FrameGuardOptions } from "../locks/frame-guard.ts";
import type { EmptyIntervals } from "./bars/symbol-bars.ts";
import type { Channel } from "./feed/feed.ts";
import type { Venue } from "./feed/venue.ts";

/** What a manager is opened with. Checked before anything is connected. */
export interface ManagerOptions {
  /** Where the trades come from: `binance()`, `binanceUsdm()`, a `tape(…)` of one, or a venue of your own. */
  readonly venue: Venue;
  /** At least one symbol, in any spelling the venue understands. */
  readonly symbols: readonly string[];
  /** Bars to build: a count and a unit of s, m, h, d, w or M (month). @defaultValue ["1m"] */
  readonly timeframes?: readonly string[];
  /** Bars of the past to fetch over REST before `open` resolves, each timeframe; 0 for none. @defaultValue `{ bars: 0 }` */
  readonly history?: { readonly bars: number };
  /** Closed bars kept each timeframe. @defaultValue 1_000, or the bars of history when those are more */
  readonly keepBars?: number;
  /** Also subscribe to best bid and ask. @defaultValue false */
  readonly quotes?: boolean;
  /** What becomes of an interval without a trade. @defaultValue "omit" */
  readonly emptyIntervals?: EmptyIntervals;
  /**
   * How long after its end a bar waits for trades that are on their way before the clock closes it, in ms. A trade of the
   * next bar closes it at once. @defaultValue 250
   */
  readonly closeDelayMs?: number;
  /** Ticks the ring holds. @defaultValue 65_536 */
  readonly ringCapacity?: number;
  /** Ticks a symbol may keep waiting while readers hold its lock, before they are dropped. @defaultValue 1_000_000 */
  readonly maxBacklogTicks?: number;
  /**
   * What becomes of trades while somebody reads a symbol's frames in `withRead`: see {@link FrameGuardOptions.guard}.
   * @defaultValue "snapshot"
   */
  readonly guard?: FrameGuardOptions["guard"];
  /** Gives up opening. Does nothing afterwards. */
  readonly signal?: AbortSignal;
  /** @defaultValue the venue's own clock (a tape has one), else the machine's */
  readonly clock?: Clock;
  /** Uniform in [0, 1); jitter of reconnects comes from it. @defaultValue Math.random */
  readonly random?: () => number;
}

export interface ResolvedManagerOptions {
  readonly symbols: readonly string[];
  readonly timeframes: readonly Timeframe[];
  readonly historyBars: number;
  readonly keepBars: number;
  readonly channels: readonly Channel[];
  readonly emptyIntervals: EmptyIntervals;
  readonly closeDelayMs: number;
  readonly ringCapacity: number;
  readonly maxBacklogTicks: number;
  readonly guard: FrameGuardOptions["guard"];
}

const MAX_CLOSE_DELAY_MS = 86_400_000;

/**
 * @throws UnknownSymbolError, UnknownTimeframeError for names that cannot be any.
 * @throws RangeError for numbers out of their range.
 */
export function resolveManagerOptions(options: ManagerOptions): ResolvedManagerOptions {
  const { venue, timeframes = ["1m"], history = { bars: 0 }, emptyIntervals = "omit" } = options;
  const { closeDelayMs = 250, ringCapacity = 65_536, maxBacklogTicks = 1_000_000 } = options;
  const historyBars = wholeNumber("history.bars", history.bars, 0, 100_000);
  const { keepBars = Math.max(1_000, historyBars) } = options;
  if (options.symbols.length === 0)
    throw new TickframeError("NO_SYMBOLS", "symbols must name at least one symbol");
  if (timeframes.length === 0)
    throw new TickframeError("NO_TIMEFRAMES", "timeframes must name at least one timeframe");
  if (emptyIntervals !== "omit" && emptyIntervals !== "flat") {
    throw new RangeError(`emptyIntervals must be "omit" or "flat", was "${String(emptyIntervals)}"`);
  }
  if (!(closeDelayMs >= 0 && closeDelayMs <= MAX_CLOSE_DELAY_MS)) {
    throw new RangeError(`closeDelayMs must be from 0 to ${MAX_CLOSE_DELAY_MS}, was ${closeDelayMs}`);
  }
  return {
    symbols: [...new Set(options.symbols.map((symbol) => venue.normalizeSymbol(symbol)))],
    timeframes: timeframes.map((name) => Timeframe.parse(name)),
    historyBars,
    keepBars:
      keepBars === Infinity ? keepBars : wholeNumber("keepBars", keepBars, Math.max(1, historyBars), 2 ** 31),
    channels: options.quotes ? ["trades", "quotes"] : ["trades"],
    emptyIntervals,
    closeDelayMs,
    guard: options.guard,
    ringCapacity: wholeNumber("ringCapacity", ringCapacity, 1, 2 ** 26),
    maxBacklogTicks: wholeNumber("maxBacklogTicks", maxBacklogTicks, 1, 2 ** 31),
  };
}

function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, was ${value}`);
}
