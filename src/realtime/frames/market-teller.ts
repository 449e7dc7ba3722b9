import { BarEvents, barOf } from "../bars/bar-events.ts";
import { tickAt } from "../ring/tick-view.ts";
import type { GuardSwitch } from "../../locks/guard-choice.ts";
import type { Bar } from "../market/bar.ts";
import type { Tick } from "../market/tick.ts";
import type { TickRing } from "../ring/tick-ring.ts";
import type { TickStreams } from "../ring/tick-streams.ts";
import type { SymbolWriter } from "./symbol-writer.ts";

/** Where the events of the market go. */
export interface MarketEvents {
  listenerCount(event: "tick" | "barUpdated"): number;
  emit(event: "tick", tick: Tick): void;
  emit(event: "barClosed" | "barUpdated", bar: Bar): void;
  emit(event: "guardSwitched", notice: SymbolGuardSwitch): void;
}

/** A change that the adaptive guard of a symbol made. */
export type SymbolGuardSwitch = GuardSwitch & { readonly symbol: string };

export interface TellerParts {
  readonly ring: TickRing;
  readonly symbols: readonly string[];
  readonly streams: TickStreams;
  readonly events: MarketEvents;
}

/**
 * Tells what a commit did, once its locks are free: ticks and closed bars in the order of the market, so that it does
 * not matter how ticks fell into batches, and then each forming bar that changed, once.
 */
export class MarketTeller {
  /** What happens to bars during a commit is collected here. */
  readonly barEvents = new BarEvents();
  readonly #parts: TellerParts;
  #committed = new Set<SymbolWriter>();
  #switches: SymbolGuardSwitch[] = [];

  constructor(parts: TellerParts) {
    this.#parts = parts;
  }

  /** The writer's frames changed. */
  note(writer: SymbolWriter): void {
    this.#committed.add(writer);
  }

  /** A guard changed its mind as a commit began. */
  noteSwitch(notice: SymbolGuardSwitch): void {
    this.#switches.push(notice);
  }

  /** Tells ticks number `[from, to)` of the ring, and whatever happened to bars since the last call. */
  tell(from: number, to: number): void {
    const { events, ring, streams, symbols } = this.#parts;
    const hasTickListeners = events.listenerCount("tick") > 0;
    const barEvents = this.barEvents.isEmpty ? [] : this.barEvents.take();
    let next = 0;
    if (hasTickListeners || !streams.isEmpty) {
      for (let n = from; n < to; n++) {
        while (next < barEvents.length && barEvents[next].beforeTick <= n) {
          const { kind, bar } = barEvents[next++];
          events.emit(kind, bar);
        }
        const slot = ring.slotOf(n);
        streams.offer(ring.columns, slot);
        if (hasTickListeners) events.emit("tick", tickAt(ring.columns, slot, symbols));
      }
      streams.flush();
    }
    for (; next < barEvents.length; next++) events.emit(barEvents[next].kind, barEvents[next].bar);
    if (this.#committed.size > 0) this.#tellFormingBars();
    if (this.#switches.length > 0) this.#tellSwitches();
  }

  #tellSwitches(): void {
    const switches = this.#switches;
    this.#switches = [];
    for (const notice of switches) this.#parts.events.emit("guardSwitched", notice);
  }

  #tellFormingBars(): void {
    const { events } = this.#parts;
    const committed = this.#committed;
    if (events.listenerCount("barUpdated") === 0) {
      committed.clear();
      return;
    }
    // A listener may bring about the next commit.
    this.#committed = new Set();
    for (const { bars } of committed) {
      for (const series of bars.series) {
        const row = series.formingRow();
        if (row) events.emit("barUpdated", barOf(series, row, false));
      }
    }
  }
}
