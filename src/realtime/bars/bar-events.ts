import type { Bar } from "../market/bar.ts";
import type { BarRow } from "./bar-row.ts";
import type { BarSeries } from "./bar-series.ts";
import type { BarListener } from "./symbol-bars.ts";

/** A bar that closed or was amended, to be told before the tick of that number. */
export interface BarEvent {
  readonly beforeTick: number;
  readonly kind: "barClosed" | "barUpdated";
  readonly bar: Bar;
}

/**
 * Collects what happens to bars while a batch is committed, to be told once the lock is free: listeners must not run
 * inside the write lock.
 */
export class BarEvents implements BarListener {
  /** Number of the tick being committed. */
  tick = 0;
  #events: BarEvent[] = [];

  onClosed(series: BarSeries, row: number): void {
    this.#add("barClosed", series, row);
  }

  onRevised(series: BarSeries, row: number): void {
    this.#add("barUpdated", series, row);
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** Returns the events so far, in order, and forgets them. */
  take(): readonly BarEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #add(kind: BarEvent["kind"], series: BarSeries, row: number): void {
    const bar = barOf(series, series.closed.rowAt(row), true);
    this.#events.push({ beforeTick: this.tick, kind, bar });
  }
}

/** A row of a series as the object that bots see. */
export function barOf({ symbol, timeframe, completeFrom }: BarSeries, row: BarRow, isClosed: boolean): Bar {
  return {
    symbol,
    timeframe: timeframe.name,
    openTime: row.openTime,
    closeTime: timeframe.closeOf(row.openTime),
    open: row.open,
    high: row.high,
    low: row.low,
    close: row.close,
    volume: row.volume,
    quoteVolume: row.quoteVolume,
    trades: row.trades,
    takerBuyVolume: row.takerBuyVolume,
    firstTradeId: row.firstTradeId,
    lastTradeId: row.lastTradeId,
    revision: row.revision,
    isClosed,
    isPartial: row.openTime < completeFrom,
  };
}
