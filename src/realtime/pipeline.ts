import { setMaxListeners } from "node:events";
import { ClosedError, VenueRequestError } from "../errors.ts";
import { AsyncRWLock } from "../locks/async-rw-lock.ts";
import { FrameGuard } from "../locks/frame-guard.ts";
import { planRollup, type RollupStep } from "./bars/rollup-plan.ts";
import { SymbolBars } from "./bars/symbol-bars.ts";
import { FeedEnd } from "./feed/feed-end.ts";
import { checkSymbols } from "./feed/symbol-check.ts";
import { VenueClock } from "./feed/venue-clock.ts";
import { BarCloseTimer } from "./frames/bar-close-timer.ts";
import { FrameStore } from "./frames/frame-store.ts";
import { MarketTeller } from "./frames/market-teller.ts";
import { GuardedBars } from "./frames/symbol-view.ts";
import { SymbolWriter } from "./frames/symbol-writer.ts";
import { warmUpAll } from "./frames/warm-up.ts";
import { SymbolTable } from "./market/symbol-table.ts";
import { QuoteBoard } from "./ring/quote-board.ts";
import { TickIntake } from "./ring/tick-intake.ts";
import { TickRing } from "./ring/tick-ring.ts";
import { TickStreams } from "./ring/tick-streams.ts";
import { WideDigitsTable } from "./ring/wide-digits.ts";
import type { Clock } from "../clock.ts";
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
  readonly streams: TickStreams;
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
  readonly #teller: MarketTeller;
  readonly #closeTimer: BarCloseTimer;
  readonly #end = new FeedEnd();
  /** Per symbol: history is in place, so that no bar is partial. */
  readonly #isWarm: boolean[];
  /** Writers whose locks this commit holds. */
  #batch: SymbolWriter[] = [];
  #isCommitting = false;
  #resumeFeed: (() => void) | undefined;
  /** Ends an opening that is under way. */
  readonly #opening = new AbortController();
  #isClosed = false;

  constructor(options: ResolvedManagerOptions, parts: PipelineParts) {
    const { clock, events, random, venue } = parts;
    this.#options = options;
    this.#parts = parts;
    this.#plan = planRollup(options.timeframes);
    this.symbols = new SymbolTable(options.symbols, (name) => venue.normalizeSymbol(name));
    this.#isWarm = this.symbols.names.map(() => false);
    this.ring = new TickRing({ capacitySlots: options.ringCapacity });
    this.#reader = this.ring.reader();
    this.quotes = new QuoteBoard(this.symbols);
    this.streams = new TickStreams(this.symbols.names);
    const { ring, streams, symbols } = this;
    this.#teller = new MarketTeller({ ring, streams, symbols: symbols.names, events });
    this.venueClock = new VenueClock(clock);
    this.#closeTimer = new BarCloseTimer(
      { plan: this.#plan, closeDelayMs: options.closeDelayMs },
      { clock, venueClock: this.venueClock, closeEnded: (timeMs) => this.#closeEndedBars(timeMs) },
    );
    this.intake = this.#intakeOf();
    this.writers = symbols.names.map((symbol, index) => this.#writerOf(symbol, index));
    this.feed = venue.createFeed({
      symbols,
      channels: options.channels,
      klineIntervals: [],
      sink: this.intake,
      listener: this.#feedListener(),
      clock,
      random,
    });
  }

  /** Resolves when the feed ends by itself; rejects with what broke it. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  /** Connects, subscribes, and puts history before the first live trade. Rejects when the first attempt fails. */
  async start(callerSignal?: AbortSignal): Promise<void> {
    const { historyBars } = this.#options;
    const signal = requestSignal(this.#opening.signal, callerSignal);
    if (historyBars > 0) for (const writer of this.writers) writer.hold();
    await this.feed.start(signal);
    this.feed.ended.then(
      () => this.#finish(),
      (error: unknown) => this.#finish(error as Error),
    );
    const { history } = this.#parts.venue;
    // Warming up asks for each symbol anyway.
    if (historyBars > 0) await this.#warmUp(history, signal);
    else if (history) await checkSymbols(history, this.symbols.names, signal);
    signal.throwIfAborted();
    this.#closeTimer.start();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#opening.abort(new ClosedError("the manager"));
    this.#closeTimer.stop();
    // A feed that waits for readers would wait for whoever awaits this.
    this.#resumeFeed?.();
    this.#resumeFeed = undefined;
    await this.feed.close();
    this.#commit();
    this.streams.end();
  }

  // Committing.

  /** Takes everything from the ring into the bars, a batch under each symbol's lock, and then tells what happened. */
  #commit(): void {
    const from = this.#reader.position;
    this.#isCommitting = true;
    try {
      this.#reader.drain(this.#take);
    } finally {
      for (const writer of this.#batch) writer.endBatch();
      this.#batch = [];
      this.#isCommitting = false;
    }
    this.#teller.tell(from, this.#reader.position);
  }

  readonly #take = (slot: number): void => {
    this.#teller.barEvents.tick = this.#reader.position - 1;
    const writer = this.writers[this.ring.columns.symbol[slot]];
    if (writer.take(this.ring.columns, slot)) this.#batch.push(writer);
  };

  #closeEndedBars(timeMs: number): void {
    // What has arrived enters its bar before that closes.
    this.#commit();
    this.#isCommitting = true;
    try {
      this.#teller.barEvents.tick = this.#reader.position;
      for (const writer of this.writers) writer.advanceTo(timeMs);
    } finally {
      this.#isCommitting = false;
    }
    this.#tellOfBars();
  }

  /** A writer that had to wait for readers commits outside any batch, and is told at once. */
  #onCommitted(writer: SymbolWriter): void {
    this.#teller.note(writer);
    if (this.#resumeFeed && this.#longestBacklog() < this.#options.maxBacklogTicks / 4) {
      this.#resumeFeed();
      this.#resumeFeed = undefined;
    }
    if (!this.#isCommitting) this.#tellOfBars();
  }

  #tellOfBars(): void {
    this.#teller.tell(this.#reader.position, this.#reader.position);
  }

  /** A promise while readers hold so much back that a feed which can wait, as a tape can, had better do so. */
  #pressure(): Promise<void> | undefined {
    if (this.#isClosed || this.#longestBacklog() < this.#options.maxBacklogTicks / 2) return undefined;
    return new Promise((resolve) => (this.#resumeFeed = resolve));
  }

  #longestBacklog(): number {
    let most = 0;
    for (const writer of this.writers) most = Math.max(most, writer.backlogTicks);
    return most;
  }

  // Beginning and end.

  async #warmUp(history: Venue["history"], signal: AbortSignal): Promise<void> {
    const { clock, venue } = this.#parts;
    if (!history) {
      throw new VenueRequestError(`${venue.id} serves no history here; open it with history: { bars: 0 }`);
    }
    const { intake, symbols } = this;
    await warmUpAll(
      this.writers,
      { plan: this.#plan, bars: this.#options.historyBars },
      { history, symbols, intake, wide: this.#wide, clock, onWarm: (index) => (this.#isWarm[index] = true) },
      signal,
    );
  }

  /** The feed ended by itself, or broke. */
  #finish(error?: Error): void {
    if (this.#isClosed) return;
    this.#closeTimer.stop();
    // What the last messages say themselves counts, where the clock lags behind them.
    this.#closeEndedBars(Math.max(this.venueClock.now(), this.intake.feedEnd));
    this.streams.end();
    this.#end.settle(error);
    const { events } = this.#parts;
    if (error && (events.listenerCount("error") > 0 || !this.#end.isWatched)) events.fail(error);
  }

  // Parts.

  #intakeOf(): TickIntake {
    const { events } = this.#parts;
    const reader = this.#reader;
    return new TickIntake({
      symbols: this.symbols,
      ring: this.ring,
      wide: this.#wide,
      quotes: this.quotes,
      venueClock: this.venueClock,
      listener: {
        onGap: (gap) => events.emit("gap", gap),
        onQuote: (symbolIndex) => {
          if (events.listenerCount("quote") > 0) events.emit("quote", this.quotes.get(symbolIndex)!);
        },
        onKline() {},
      },
      drain: {
        get position() {
          return reader.position;
        },
        drainNow: () => this.#commit(),
      },
    });
  }

  #writerOf(symbol: string, index: number): SymbolWriter {
    const { keepBars, emptyIntervals, maxBacklogTicks, guard } = this.#options;
    const { events, lockObserver } = this.#parts;
    const bars = new SymbolBars(
      index,
      { plan: this.#plan, keepBars, emptyIntervals },
      {
        table: this.symbols,
        wide: this.#wide,
        listener: this.#teller.barEvents,
        completeFrom: () => (this.#isWarm[index] ? -Infinity : this.intake.feedStart),
      },
    );
    const lock = new AsyncRWLock({ name: `frames:${symbol}`, observer: lockObserver });
    return new SymbolWriter(
      { maxBacklogTicks },
      {
        symbol,
        bars,
        guard: new FrameGuard(new GuardedBars(bars, this.frames), lock, {
          guard,
          onSwitch: (change) => this.#teller.noteSwitch({ symbol, ...change }),
        }),
        onCommitted: (writer) => this.#onCommitted(writer),
        onDropped: (ticks, i) => this.#wide.forget(index, ticks.tradeId[i]),
        onError: (error) => events.fail(error),
      },
    );
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
}

/** Each request of the opening listens to it, and there may be many at once. */
function requestSignal(ownSignal: AbortSignal, callerSignal: AbortSignal | undefined): AbortSignal {
  const signal = AbortSignal.any(callerSignal ? [ownSignal, callerSignal] : [ownSignal]);
  setMaxListeners(0, signal);
  return signal;
}
