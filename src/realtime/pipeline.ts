import { setMaxListeners } from "node:events";
import { VenueRequestError } from "../errors.ts";
import { AsyncRWLock } from "../locks/async-rw-lock.ts";
import { BarEvents, barOf } from "./bars/bar-events.ts";
import { planRollup, type RollupStep } from "./bars/rollup-plan.ts";
import { SymbolBars } from "./bars/symbol-bars.ts";
import { checkSymbols } from "./feed/symbol-check.ts";
import { VenueClock } from "./feed/venue-clock.ts";
import { FrameStore } from "./frames/frame-store.ts";
import { SymbolWriter } from "./frames/symbol-writer.ts";
import { WarmUp } from "./frames/warm-up.ts";
import { SymbolTable } from "./market/symbol-table.ts";
import { QuoteBoard } from "./ring/quote-board.ts";
import { TickIntake, type IntakeListener } from "./ring/tick-intake.ts";
import { TickRing } from "./ring/tick-ring.ts";
import { TickStream, type TickStreamOptions } from "./ring/tick-stream.ts";
import { tickAt } from "./ring/tick-view.ts";
import { WideDigitsTable } from "./ring/wide-digits.ts";
import type { Clock, Timer } from "../clock.ts";
import type { LockObserver } from "../locks/lock-observer.ts";
import type { Feed, FeedListener } from "./feed/feed.ts";
import type { Venue } from "./feed/venue.ts";
import type { GuardedEmitter } from "./manager-events.ts";
import type { ResolvedManagerOptions } from "./manager-options.ts";
import type { TickRingReader } from "./ring/tick-ring-reader.ts";

export interface PipelineParts {
  readonly venue: Venue;
  readonly clock: Clock;
  readonly random: () => number;
  readonly events: GuardedEmitter;
  readonly lockObserver: LockObserver;
}

/**
 * From the wire to the frames: feed → intake → ring → bars under each symbol's write lock → events. A batch is what
 * one burst of the socket brought; the bars of a symbol change only inside a commit.
 */
export class Pipeline {
  readonly symbols: SymbolTable;
  readonly ring: TickRing;
  readonly quotes: QuoteBoard;
  readonly intake: TickIntake;
  readonly venueClock: VenueClock;
  readonly writers: readonly SymbolWriter[];
  readonly frames = new FrameStore();
  readonly feed: Feed;
  readonly #options: ResolvedManagerOptions;
  readonly #parts: PipelineParts;
  readonly #plan: readonly RollupStep[];
  readonly #reader: TickRingReader;
  readonly #wide = new WideDigitsTable();
  readonly #barEvents = new BarEvents();
  readonly #streams = new Set<TickStream>();
  /** Per symbol: bars that open before are partial; NaN where the feed's start decides. */
  readonly #completeFrom: Float64Array;
  #batch: SymbolWriter[] = [];
  #committed = new Set<SymbolWriter>();
  #isCommitting = false;
  #closeTimer: Timer | undefined;
  #resume: (() => void) | undefined;
  readonly #ended: Promise<void>;
  readonly #settleEnded: { resolve(): void; reject(error: Error): void };
  #isEndWatched = false;
  #isClosed = false;

  constructor(options: ResolvedManagerOptions, parts: PipelineParts) {
    this.#options = options;
    this.#parts = parts;
    let settle!: { resolve(): void; reject(error: Error): void };
    this.#ended = new Promise((resolve, reject) => (settle = { resolve, reject }));
    // Who does not watch for the end hears of a broken tape by the error event.
    this.#ended.catch(() => {});
    this.#settleEnded = settle;
    this.#plan = planRollup(options.timeframes);
    this.symbols = new SymbolTable(options.symbols);
    this.ring = new TickRing({ capacitySlots: options.ringCapacity });
    this.#reader = this.ring.reader();
    this.quotes = new QuoteBoard(this.symbols);
    this.venueClock = new VenueClock(parts.clock);
    this.#completeFrom = new Float64Array(this.symbols.size).fill(NaN);
    const reader = this.#reader;
    this.intake = new TickIntake({
      symbols: this.symbols,
      ring: this.ring,
      wide: this.#wide,
      quotes: this.quotes,
      venueClock: this.venueClock,
      listener: this.#intakeListener(),
      drain: {
        get position() {
          return reader.position;
        },
        drainNow: () => this.#commit(),
      },
    });
    this.writers = this.symbols.names.map((symbol, index) => this.#writerOf(symbol, index));
    this.feed = parts.venue.createFeed({
      symbols: this.symbols,
      channels: options.channels,
      klineIntervals: [],
      sink: this.intake,
      listener: this.#feedListener(),
      clock: parts.clock,
      random: parts.random,
    });
  }

  /** Resolves when the feed ends by itself; rejects with what broke it. */
  get ended(): Promise<void> {
    this.#isEndWatched = true;
    return this.#ended;
  }

  /** Connects, subscribes, and puts history before the first live trade. Rejects when the first attempt fails. */
  async start(callerSignal?: AbortSignal): Promise<void> {
    const signal = requestSignal(callerSignal ? [callerSignal] : []);
    const { venue } = this.#parts;
    const { historyBars } = this.#options;
    if (historyBars > 0) for (const writer of this.writers) writer.hold();
    await this.feed.start(signal);
    this.feed.ended.then(
      () => this.#finish(),
      (error: unknown) => this.#finish(error as Error),
    );
    // Warming up asks for each symbol anyway.
    if (historyBars > 0) await this.#warmUp(signal);
    else if (venue.history) await checkSymbols(venue.history, this.symbols.names, signal);
    this.#armCloseTimer();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closeTimer?.cancel();
    await this.feed.close();
    this.#commit();
    this.#endStreams();
  }

  /** Ticks of one symbol, or of all when `symbolIndex` is `undefined`, from the next one on. */
  stream(symbolIndex: number | undefined, options: TickStreamOptions = {}): TickStream {
    const stream = new TickStream(this.symbols.names, symbolIndex, options, (ended) =>
      this.#streams.delete(ended),
    );
    if (this.#isClosed) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  // Committing.

  /** Takes everything from the ring into the bars, a batch under each symbol's lock, and then tells what happened. */
  #commit(): void {
    const from = this.#reader.position;
    this.#isCommitting = true;
    try {
      this.#reader.drain(this.#take);
      for (const writer of this.#batch) writer.endBatch();
    } finally {
      this.#batch = [];
      this.#isCommitting = false;
    }
    this.#tell(from, this.#reader.position);
  }

  readonly #take = (slot: number): void => {
    this.#barEvents.tick = this.#reader.position - 1;
    const writer = this.writers[this.ring.columns.symbol[slot]];
    if (writer.take(this.ring.columns, slot)) this.#batch.push(writer);
  };

  /** Tells ticks `[from, to)` and what happened to the bars, in the order of the market. */
  #tell(from: number, to: number): void {
    const { events } = this.#parts;
    const hasTickListeners = events.listenerCount("tick") > 0;
    const barEvents = this.#barEvents.isEmpty ? [] : this.#barEvents.take();
    let next = 0;
    if (hasTickListeners || this.#streams.size > 0) {
      for (let n = from; n < to; n++) {
        while (next < barEvents.length && barEvents[next].beforeTick <= n) {
          const { kind, bar } = barEvents[next++];
          events.emit(kind, bar);
        }
        const slot = this.ring.slotOf(n);
        for (const stream of this.#streams) stream.offer(this.ring.columns, slot);
        if (hasTickListeners) events.emit("tick", tickAt(this.ring.columns, slot, this.symbols.names));
      }
      for (const stream of this.#streams) stream.flush();
    }
    for (; next < barEvents.length; next++) events.emit(barEvents[next].kind, barEvents[next].bar);
    this.#tellFormingBars();
  }

  #tellFormingBars(): void {
    const committed = this.#committed;
    if (committed.size === 0) return;
    this.#committed = new Set();
    const { events } = this.#parts;
    if (events.listenerCount("barUpdated") === 0) return;
    for (const { bars } of committed) {
      for (const series of bars.series) {
        const row = series.formingRow();
        if (row) events.emit("barUpdated", barOf(series, row, false));
      }
    }
  }

  // Time.

  /** Wakes at the next end of a bar, so that a quiet market's bars close on time. */
  #armCloseTimer(): void {
    if (this.#isClosed) return;
    const { clock } = this.#parts;
    const now = this.venueClock.now() - this.#options.closeDelayMs;
    const ends = this.#plan.map(({ timeframe }) => timeframe.closeOf(timeframe.openOf(now)));
    // The offset may grow while the timer runs, so it never sleeps longer than a second at a time.
    const delayMs = Math.min(1_000, Math.max(1, Math.min(...ends) - now));
    this.#closeTimer = clock.setTimer(() => {
      // What has arrived enters its bar before that closes.
      this.#commit();
      this.#closeEndedBars(this.venueClock.now() - this.#options.closeDelayMs);
      this.#armCloseTimer();
    }, delayMs);
  }

  #closeEndedBars(timeMs: number): void {
    this.#isCommitting = true;
    try {
      this.#barEvents.tick = this.#reader.position;
      for (const writer of this.writers) writer.advanceTo(timeMs);
    } finally {
      this.#isCommitting = false;
    }
    this.#tell(this.#reader.position, this.#reader.position);
  }

  // History.

  async #warmUp(signal: AbortSignal): Promise<void> {
    const { venue, clock } = this.#parts;
    const { history } = venue;
    if (!history)
      throw new VenueRequestError(`${venue.id} serves no history here; open it with history: { bars: 0 }`);
    // One symbol that fails ends the others' requests.
    const stop = new AbortController();
    const warmUp = new WarmUp(
      { plan: this.#plan, bars: this.#options.historyBars },
      { history, symbols: this.symbols, intake: this.intake, wide: this.#wide, clock },
      requestSignal([signal, stop.signal]),
    );
    const runs = this.writers.map(async (writer, index) => {
      await warmUp.run(index, writer);
      this.#completeFrom[index] = -Infinity;
    });
    try {
      await Promise.all(runs);
    } catch (error) {
      stop.abort(error);
      await Promise.allSettled(runs);
      throw error;
    }
  }

  // The end of a feed that ends by itself.

  #finish(error?: Error): void {
    if (this.#isClosed) return;
    this.#closeTimer?.cancel();
    this.#commit();
    // What the last messages say themselves counts, where the clock lags behind them.
    this.#closeEndedBars(Math.max(this.venueClock.now(), this.intake.feedEnd));
    this.#endStreams();
    if (!error) return this.#settleEnded.resolve();
    this.#settleEnded.reject(error);
    const { events } = this.#parts;
    if (events.listenerCount("error") > 0 || !this.#isEndWatched) events.fail(error);
  }

  #endStreams(): void {
    for (const stream of this.#streams) stream.end();
  }

  // Parts.

  #writerOf(symbol: string, index: number): SymbolWriter {
    const { keepBars, emptyIntervals, maxBacklogTicks } = this.#options;
    const bars = new SymbolBars(
      index,
      { plan: this.#plan, keepBars, emptyIntervals },
      {
        table: this.symbols,
        wide: this.#wide,
        listener: this.#barEvents,
        completeFrom: () => {
          const known = this.#completeFrom[index];
          return Number.isNaN(known) ? this.intake.feedStart : known;
        },
      },
    );
    const lock = new AsyncRWLock({ name: `frames:${symbol}`, observer: this.#parts.lockObserver });
    return new SymbolWriter(
      { maxBacklogTicks },
      {
        symbol,
        bars,
        lock,
        onCommitted: (writer) => this.#onCommitted(writer),
        onError: (error) => this.#parts.events.fail(error),
      },
    );
  }

  /** A writer that had to wait for readers commits outside any batch, and is told at once. */
  #onCommitted(writer: SymbolWriter): void {
    this.#committed.add(writer);
    if (this.#resume && this.#backlogTicks() < this.#options.maxBacklogTicks / 4) {
      this.#resume();
      this.#resume = undefined;
    }
    if (this.#isCommitting) return;
    this.#tell(this.#reader.position, this.#reader.position);
  }

  #backlogTicks(): number {
    let most = 0;
    for (const writer of this.writers) most = Math.max(most, writer.backlogTicks);
    return most;
  }

  #intakeListener(): IntakeListener {
    const { events } = this.#parts;
    return {
      onGap: (gap) => events.emit("gap", gap),
      onQuote: (symbolIndex) => {
        if (events.listenerCount("quote") > 0) events.emit("quote", this.quotes.get(symbolIndex)!);
      },
      onKline: () => {},
    };
  }

  #feedListener(): FeedListener {
    const { events } = this.#parts;
    return {
      onConnected: (generation) => events.emit("connected", { generation }),
      onDisconnected: (reason, retryInMs) => events.emit("disconnected", { reason, retryInMs }),
      onStale: (silentMs) => events.emit("stale", { silentMs }),
      onError: (error) => events.fail(error),
      onBurst: () => {
        this.#commit();
        return this.#pressure();
      },
    };
  }

  /** A promise while readers hold so much back that a feed which can wait, as a tape can, had better do so. */
  #pressure(): Promise<void> | undefined {
    if (this.#backlogTicks() < this.#options.maxBacklogTicks / 2) return undefined;
    return new Promise((resolve) => (this.#resume = resolve));
  }
}

/** Aborts with the first of `signals`. Any number of requests may listen to it: Node would take more than ten for a leak. */
function requestSignal(signals: readonly AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any([...signals]);
  setMaxListeners(0, signal);
  return signal;
}
