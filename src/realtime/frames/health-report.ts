import type { FrameGuardStats } from "../../locks/frame-guard.ts";
import type { Feed, FeedHealth } from "../feed/feed.ts";
import type { VenueClock } from "../feed/venue-clock.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { MessageCounts, TradeCounts } from "../ring/intake-counts.ts";
import type { TickIntake } from "../ring/tick-intake.ts";
import type { TickRing } from "../ring/tick-ring.ts";
import type { SymbolWriter } from "./symbol-writer.ts";

/** The parts whose counters the reports are read from. */
export interface ReportSources {
  readonly symbols: SymbolTable;
  readonly feed: Feed;
  readonly venueClock: VenueClock;
  readonly intake: TickIntake;
  readonly ring: TickRing;
  readonly writers: readonly SymbolWriter[];
}

/** How one symbol is doing. */
export interface SymbolHealth {
  readonly symbol: string;
  /** Exchange time of the newest trade, in ms; `undefined` before the first. */
  readonly lastTradeTime: number | undefined;
  /** The highest id so far; `undefined` before the first trade. */
  readonly lastTradeId: number | undefined;
  /** Trades that the ids show to be missing now. */
  readonly missingTrades: number;
  /** Ticks that wait because readers hold the symbol's frames. */
  readonly backlogTicks: number;
}

/** How a manager is doing. */
export interface ManagerHealth {
  /** Whether the connection is open, no symbol misses a trade, and none lost a tick. */
  readonly isHealthy: boolean;
  readonly feed: FeedHealth;
  /** Venue time minus local time as estimated from messages, in ms. */
  readonly clockOffsetMs: number;
  /** Latest exchange time that a message told, in ms; `undefined` before the first. */
  readonly lastEventTime: number | undefined;
  readonly symbols: readonly SymbolHealth[];
}

/** What happened to one symbol's ticks. */
export interface SymbolStats extends TradeCounts {
  readonly symbol: string;
  /** How often the ids showed a hole. */
  readonly gaps: number;
  /** Trades that amended closed bars. */
  readonly late: number;
  /** Late trades whose bar some timeframe no longer keeps. */
  readonly tooLate: number;
  /** Ticks lost because readers held the frames for too long. */
  readonly backlogDropped: number;
  /** Commits of a batch to the symbol's frames. */
  readonly commits: number;
  /** How `withRead` was served. */
  readonly guard: FrameGuardStats;
}

/** What became of every message since the manager was opened. */
export interface ManagerStats {
  readonly messages: Readonly<MessageCounts>;
  /** Ticks ever written into the ring, and how many it holds. */
  readonly ring: { readonly published: number; readonly capacity: number };
  /** Calls of event listeners that failed. */
  readonly listenerFailures: number;
  readonly symbols: readonly SymbolStats[];
}

/** A plain copy, safe to keep and to print as JSON. */
export function healthOf({ feed, intake, symbols, venueClock, writers }: ReportSources): ManagerHealth {
  const feedHealth = feed.health();
  const all = symbols.names.map((symbol, i) => {
    const { lastId, missingTrades } = intake.continuity[i];
    return {
      symbol,
      lastTradeTime: intake.lastTradeTime(i),
      lastTradeId: lastId < 0 ? undefined : lastId,
      missingTrades,
      backlogTicks: writers[i].backlogTicks,
    };
  });
  const isWhole = all.every(({ missingTrades }) => missingTrades === 0);
  const lostNone = writers.every(({ backlogDropped }) => backlogDropped === 0);
  return {
    isHealthy: feedHealth.state === "open" && isWhole && lostNone,
    feed: feedHealth,
    clockOffsetMs: venueClock.offsetMs,
    lastEventTime: intake.feedEnd === -Infinity ? undefined : intake.feedEnd,
    symbols: all,
  };
}

/** A plain copy, safe to keep and to print as JSON. */
export function statsOf(
  { intake, ring, symbols, writers }: ReportSources,
  listenerFailures: number,
): ManagerStats {
  return {
    messages: { ...intake.messages, rejected: { ...intake.messages.rejected } },
    ring: { published: ring.published, capacity: ring.capacitySlots },
    listenerFailures,
    symbols: symbols.names.map((symbol, i) => ({
      symbol,
      ...intake.trades[i],
      gaps: intake.continuity[i].gaps,
      late: writers[i].bars.late.amended,
      tooLate: writers[i].bars.late.tooLate,
      backlogDropped: writers[i].backlogDropped,
      commits: writers[i].bars.version,
      guard: writers[i].guard.stats(),
    })),
  };
}
