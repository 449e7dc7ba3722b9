import type { FrameGuard } from "../../locks/frame-guard.ts";
import type { LockProfiler } from "../../profiling/lock-profiler.ts";
import type { BarSeries } from "../bars/bar-series.ts";
import type { FrameStore } from "../frames/frame-store.ts";
import type { SymbolView } from "../frames/symbol-view.ts";
import type { ManagerHealth, ManagerStats } from "../frames/health-report.ts";
import type { GuardedEmitter } from "../manager-events.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { QuoteBoard } from "../ring/quote-board.ts";
import type { TickIntake } from "../ring/tick-intake.ts";
import type { TickRing } from "../ring/tick-ring.ts";
import type { TickStream, TickStreamOptions } from "../ring/tick-stream.ts";

/** What the mixins work on; built by the manager. */
export interface ManagerParts {
  readonly symbols: SymbolTable;
  readonly events: GuardedEmitter;
  readonly intake: TickIntake;
  readonly ring: TickRing;
  readonly quotes: QuoteBoard;
  readonly frames: FrameStore;
  readonly profiler: LockProfiler;
  readonly series: SeriesCatalog;
  stream(symbolIndex: number | undefined, options?: TickStreamOptions): TickStream;
  health(): ManagerHealth;
  stats(): ManagerStats;
}

/** The series of a manager, by name. */
export interface SeriesCatalog {
  /** Canonical names, ascending. */
  readonly timeframes: readonly string[];
  /** @throws UnknownSymbolError or UnknownTimeframeError when the manager was not opened with it. */
  get(symbol: string, timeframe: string): BarSeries;
  guardOf(symbol: string): FrameGuard<SymbolView>;
}

export interface HasParts {
  /** The mixins' way to the parts. */
  readonly parts: ManagerParts;
}

// TypeScript recognises a mixin's base by exactly this signature.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Constructor<T> = new (...args: any[]) => T;

/** Adds a capability to a class that has what it needs. */
export type Mixin<Needs, Adds> = <Base extends Constructor<Needs>>(base: Base) => Base & Constructor<Adds>;
