import { counted, grouped } from "./number-format.ts";
import type { ManagerStats, RealtimeDataManager } from "../index.ts";

/** Everything that became of a session's messages, over all symbols. */
export interface SessionCounts {
  readonly trades: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly overlapping: number;
  readonly forgotten: number;
  /** Trades that amended a closed bar, and those that came too late for theirs. */
  readonly late: number;
  readonly tooLate: number;
  readonly gaps: number;
  readonly missingTrades: number;
  /** Ticks that were received and did not reach the bars. */
  readonly dropped: number;
  readonly rejected: Readonly<Record<string, number>>;
}

/** Adds up what a manager counted. */
export function sessionCounts(manager: RealtimeDataManager): SessionCounts {
  const stats = manager.stats();
  const sum = (pick: (symbol: ManagerStats["symbols"][number]) => number): number =>
    stats.symbols.reduce((total, symbol) => total + pick(symbol), 0);
  return {
    trades: sum(({ trades }) => trades),
    duplicates: sum(({ duplicates }) => duplicates),
    outOfOrder: sum(({ outOfOrder }) => outOfOrder),
    overlapping: sum(({ overlapping }) => overlapping),
    forgotten: sum(({ forgotten }) => forgotten),
    late: sum(({ late }) => late),
    tooLate: sum(({ tooLate }) => tooLate),
    gaps: sum(({ gaps }) => gaps),
    missingTrades: manager.health().symbols.reduce((total, { missingTrades }) => total + missingTrades, 0),
    dropped: sum(({ ringDropped, backlogDropped }) => ringDropped + backlogDropped),
    rejected: Object.fromEntries(Object.entries(stats.messages.rejected).filter(([, count]) => count > 0)),
  };
}

/** Trades that the venue made known and that are not in the bars, for whatever reason. */
export function lostTrades(counts: SessionCounts): number {
  return counts.missingTrades + counts.dropped + counts.tooLate + counts.overlapping + counts.forgotten;
}

/** One line, such as `93,954 lines, 21,313 trades, 2 duplicates`; what is 0 is left out, but for the trades. */
export function summaryLine(lines: number, counts: SessionCounts, noun = "line"): string {
  const { gaps, missingTrades } = counts;
  const { unknownSymbol = 0, ...otherReasons } = counts.rejected;
  const rejected = Object.entries(otherReasons).map(([reason, count]) => `${grouped(count)} ${reason}`);
  const parts = [
    counted(lines, noun),
    counted(counts.trades, "trade"),
    counts.duplicates > 0 && counted(counts.duplicates, "duplicate"),
    counts.outOfOrder > 0 && `${grouped(counts.outOfOrder)} out of order`,
    counts.late > 0 && `${grouped(counts.late)} late`,
    counts.tooLate > 0 && `${grouped(counts.tooLate)} too late`,
    gaps > 0 && `${counted(gaps, "gap")} (${counted(missingTrades, "trade")} missing)`,
    counts.overlapping > 0 && `${grouped(counts.overlapping)} overlapping`,
    counts.forgotten > 0 && `${grouped(counts.forgotten)} forgotten`,
    counts.dropped > 0 && `${grouped(counts.dropped)} dropped`,
    unknownSymbol > 0 && `${grouped(unknownSymbol)} of other symbols`,
    rejected.length > 0 && `rejected: ${rejected.join(", ")}`,
  ];
  return parts.filter((part) => part !== false).join(", ");
}
