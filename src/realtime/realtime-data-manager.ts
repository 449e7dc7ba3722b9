import { systemClock } from "../clock.ts";
import { UnknownTimeframeError } from "../errors.ts";
import { LockProfiler } from "../profiling/lock-profiler.ts";
import { healthOf, statsOf } from "./frames/health-report.ts";
import { GuardedEmitter } from "./manager-events.ts";
import { resolveManagerOptions, type ManagerOptions } from "./manager-options.ts";
import { Timeframe } from "./market/timeframe.ts";
import { withDataAccess, type DataAccess } from "./mixins/with-data-access.ts";
import { withHealth, type Health } from "./mixins/with-health.ts";
import { withLockReports, type LockReports } from "./mixins/with-lock-reports.ts";
import { withMarketReads, type MarketReads } from "./mixins/with-market-reads.ts";
import { withSubscriptions, type Subscriptions } from "./mixins/with-subscriptions.ts";
import { Pipeline } from "./pipeline.ts";
import type { Constructor, HasParts, ManagerParts, SeriesCatalog } from "./mixins/mixin.ts";

/** {@link ManagerOptions}, and who wants to hear of the opening itself. */
export interface OpenOptions extends ManagerOptions {
  /** Called before connecting, so that listeners hear of everything from the first message on. */
  readonly onOpening?: (manager: RealtimeDataManager) => void;
}

class ManagerBase implements HasParts {
  readonly parts: ManagerParts;

  constructor(parts: ManagerParts) {
    this.parts = parts;
  }
}

/** What a manager can do, a mixin each. Typed so, the parts stay out of sight of its users. */
const ManagerWithMixins: Constructor<DataAccess & Health & LockReports & MarketReads & Subscriptions> =
  withLockReports(withHealth(withMarketReads(withDataAccess(withSubscriptions(ManagerBase)))));

/**
 * Live trades of a venue, the bars made of them, and everything a bot asks of both. Opened with {@link open}, and closed
 * with `close()` or `await using`.
 */
export class RealtimeDataManager extends ManagerWithMixins {
  /** Id of the venue. */
  readonly venue: string;
  /** In the venue's spelling. */
  readonly symbols: readonly string[];
  /** Canonical names, ascending. */
  readonly timeframes: readonly string[];
  readonly #pipeline: Pipeline;

  private constructor(pipeline: Pipeline, parts: ManagerParts, venue: string) {
    super(parts);
    this.#pipeline = pipeline;
    this.venue = venue;
    this.symbols = parts.symbols.names;
    this.timeframes = parts.series.timeframes;
  }

  /**
   * Connects, subscribes, fetches the history asked for, and resolves when live trades are flowing into the bars.
   * Everything is closed again when that fails.
   *
   * @throws UnknownSymbolError, UnknownTimeframeError, RangeError for bad options, TickframeError with code `NO_SYMBOLS` or
   * `NO_TIMEFRAMES` for empty lists; VenueConnectionError when the venue
   * cannot be reached, VenueRequestError when it refuses; the signal's reason when `signal` aborts.
   */
  static async open(options: OpenOptions): Promise<RealtimeDataManager> {
    const { venue, signal, random = Math.random } = options;
    const clock = options.clock ?? venue.clock ?? systemClock;
    const events = new GuardedEmitter();
    const profiler = new LockProfiler();
    const resolved = resolveManagerOptions(options);
    signal?.throwIfAborted();
    const pipeline = new Pipeline(resolved, { venue, clock, random, events, lockObserver: profiler });
    const manager = new RealtimeDataManager(pipeline, partsOf(pipeline, events, profiler), venue.id);
    options.onOpening?.(manager);
    try {
      await pipeline.start(signal);
    } catch (error) {
      await pipeline.close();
      throw error;
    }
    return manager;
  }

  /** Resolves when the feed ends by itself, as a tape does; rejects with what broke it. A live feed's never settles. */
  get ended(): Promise<void> {
    return this.#pipeline.ended;
  }

  /** Closes the connection, ends all tick streams. Frames and figures can still be read. Closing twice is closing once. */
  async close(): Promise<void> {
    await this.#pipeline.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function partsOf(pipeline: Pipeline, events: GuardedEmitter, profiler: LockProfiler): ManagerParts {
  const { symbols, intake, ring, quotes, frames } = pipeline;
  return {
    symbols,
    events,
    intake,
    ring,
    quotes,
    frames,
    profiler,
    series: seriesCatalog(pipeline),
    stream: (symbolIndex, options) => pipeline.streams.open(symbolIndex, options),
    health: () => healthOf(pipeline),
    stats: () => statsOf(pipeline, events.failures),
  };
}

function seriesCatalog({ symbols, writers }: Pipeline): SeriesCatalog {
  const timeframes = writers[0].bars.series.map(({ timeframe }) => timeframe.name);
  return {
    timeframes,
    guardOf: (symbol) => writers[symbols.indexOf(symbol)].guard,
    get(symbol, timeframe) {
      const { series } = writers[symbols.indexOf(symbol)].bars;
      const step = timeframes.indexOf(timeframe);
      // Also by another spelling, as 5min for 5m.
      const found =
        series[step] ?? series.find((each) => each.timeframe.name === Timeframe.parse(timeframe).name);
      if (!found) throw new UnknownTimeframeError(timeframe, `this manager has ${timeframes.join(", ")}`);
      return found;
    },
  };
}
