import { sessionCounts, type SessionCounts } from "./session-summary.ts";
import type { FrameReaders } from "./frame-readers.ts";
import type { Ohlc, RealtimeDataManager } from "../index.ts";

/** How one symbol stands. */
export interface SymbolSample {
  readonly symbol: string;
  readonly price: number | undefined;
  readonly bid: number | undefined;
  readonly ask: number | undefined;
  /** The newest bar of {@link MarketSample.timeframe}. */
  readonly forming: Ohlc | undefined;
  readonly closedBars: number;
}

/** How everything stands at one moment. Rates are of the time since the sample before. */
export interface MarketSample {
  readonly elapsedMs: number;
  readonly feed: string;
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly tradesPerSecond: number;
  readonly reads: number;
  readonly readsPerSecond: number;
  readonly tornReads: number;
  readonly closedBars: number;
  /** Ticks that wait because readers hold the frames. */
  readonly backlogTicks: number;
  readonly counts: SessionCounts;
  readonly timeframe: string;
  readonly symbols: readonly SymbolSample[];
}

/** Takes samples of a manager, and counts the bars that close. */
export class MarketSampler {
  readonly #manager: RealtimeDataManager;
  readonly #closedBars = new Map<string, number>();
  #startMs = performance.now();
  /** Of the sample before. */
  #last = { elapsedMs: 0, messages: 0, trades: 0, reads: 0 };

  constructor(manager: RealtimeDataManager) {
    this.#manager = manager;
    manager.on("barClosed", ({ symbol }) =>
      this.#closedBars.set(symbol, (this.#closedBars.get(symbol) ?? 0) + 1),
    );
  }

  /** Time and rates count from now on; bars are counted from the first. */
  begin(): void {
    const { messages } = this.#manager.health().feed;
    this.#startMs = performance.now();
    this.#last = { elapsedMs: 0, messages, trades: sessionCounts(this.#manager).trades, reads: 0 };
  }

  /** Bars that closed so far, over all symbols and timeframes. */
  get closedBars(): number {
    return [...this.#closedBars.values()].reduce((sum, bars) => sum + bars, 0);
  }

  take(readers: FrameReaders): MarketSample {
    const manager = this.#manager;
    const health = manager.health();
    const counts = sessionCounts(manager);
    const now = {
      elapsedMs: performance.now() - this.#startMs,
      messages: health.feed.messages,
      trades: counts.trades,
      reads: readers.reads,
    };
    const perSecond = (name: "messages" | "trades" | "reads"): number =>
      Math.round(
        ((now[name] - this.#last[name]) * 1_000) / Math.max(1, now.elapsedMs - this.#last.elapsedMs),
      );
    const timeframe = shownTimeframe(manager);
    const sample = {
      elapsedMs: now.elapsedMs,
      feed: health.feed.state,
      messages: now.messages,
      messagesPerSecond: perSecond("messages"),
      tradesPerSecond: perSecond("trades"),
      reads: now.reads,
      readsPerSecond: perSecond("reads"),
      tornReads: readers.tornReads,
      closedBars: this.closedBars,
      backlogTicks: health.symbols.reduce((sum, { backlogTicks }) => sum + backlogTicks, 0),
      counts,
      timeframe,
      symbols: manager.symbols.map((symbol) => this.#symbol(symbol, timeframe)),
    };
    this.#last = now;
    return sample;
  }

  #symbol(symbol: string, timeframe: string): SymbolSample {
    const quote = this.#manager.getQuote(symbol);
    return {
      symbol,
      price: this.#manager.getCurrentPrice(symbol),
      bid: quote?.bid,
      ask: quote?.ask,
      forming: this.#manager.getOhlc(symbol, timeframe),
      closedBars: this.#closedBars.get(symbol) ?? 0,
    };
  }
}

/** The timeframe whose forming bar is worth a look: a minute where there is one. */
function shownTimeframe({ timeframes }: RealtimeDataManager): string {
  return timeframes.includes("1m") ? "1m" : timeframes[0];
}
