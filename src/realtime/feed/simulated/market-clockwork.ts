import { SeededRandom, seedFor } from "./seeded-random.ts";
import { SymbolMarket } from "./symbol-market.ts";
import type { ResolvedVenueOptions } from "./venue-options.ts";

/** What the market tells while it runs, in the order it happens. */
export interface MarketObserver {
  /** The newest trade of `market` happened; `ordinal` counts the live trades of the venue from 1. */
  onTrade(market: SymbolMarket, ordinal: number): void;
  /** The order of the newest trades is filled: they are one aggregate. */
  onAggregate(market: SymbolMarket): void;
  onQuote(market: SymbolMarket): void;
  /** Every tenth of a second, before the trades of the next. */
  onTenth(timeMs: number): void;
}

const TENTH_MS = 100;

/**
 * Lets trades happen in the order of their times, at a steady rate, and decides which symbol trades. What happens
 * depends on the seed and the times alone, never on who listens or in what steps time passes.
 */
export class MarketClockwork {
  readonly markets: readonly SymbolMarket[];
  readonly startMs: number;
  readonly #observer: MarketObserver;
  readonly #random: SeededRandom;
  readonly #gapMs: number;
  readonly #quotesPerTrade: number;
  #quotesDue = 0;
  #trades = 0;
  /** Trades that have their time: those that happened, and those the open order still needs. */
  #scheduled = 0;
  #nextTenthMs: number;
  #ranToMs: number;
  #filling: SymbolMarket;
  #fillsLeft = 0;

  constructor(options: ResolvedVenueOptions, startMs: number, observer: MarketObserver) {
    const { seed, logTrades, history, symbols } = options;
    const tradesPerSecond = options.tradesPerSecond / symbols.length;
    this.startMs = Math.floor(startMs);
    this.markets = symbols.map((spec) => new SymbolMarket(spec, { seed, logTrades, tradesPerSecond }));
    const pastMs = Math.max(0, this.startMs - history.minutes * 60_000);
    for (const market of this.markets) {
      market.fillPast(pastMs, this.startMs, history.tradesPerMinute);
    }
    this.#observer = observer;
    this.#random = new SeededRandom(seedFor(seed, "which symbol trades"));
    this.#gapMs = 1_000 / options.tradesPerSecond;
    this.#quotesPerTrade = options.quotesPerTrade;
    this.#nextTenthMs = Math.floor(this.startMs / TENTH_MS) * TENTH_MS + TENTH_MS;
    this.#ranToMs = this.startMs;
    this.#filling = this.markets[0];
  }

  /** Trades and quotes that come with each trade, on average. */
  get eventsPerTrade(): number {
    return 1 + this.#quotesPerTrade;
  }

  /** Live trades so far, over all symbols. */
  get trades(): number {
    return this.#trades;
  }

  /** Time up to which everything has happened, in ms. */
  get ranToMs(): number {
    return this.#ranToMs;
  }

  /** When the next trade is due, in ms; Infinity when none happens by itself. */
  get nextTradeMs(): number {
    return this.#fillsLeft > 0 ? this.#ranToMs : this.startMs + (this.#scheduled + 1) * this.#gapMs;
  }

  /** When the n-th trade from now is due, in ms. */
  dueOfTrade(n: number): number {
    return this.startMs + (this.#scheduled - this.#fillsLeft + n) * this.#gapMs;
  }

  /** When anything happens next, in ms. */
  get nextEventMs(): number {
    return Math.min(this.nextTradeMs, this.#nextTenthMs);
  }

  /**
   * Lets at most `maxTrades` happen up to and including `timeMs`; returns how many did. An order cut off by `maxTrades`
   * goes on with the next call, as another aggregate.
   */
  runTo(timeMs: number, maxTrades = Infinity): number {
    for (let count = 0; count < maxTrades; count++) {
      if (this.#fillsLeft === 0 && !this.#openOrder(timeMs)) return count;
      this.#fill();
    }
    if (this.#fillsLeft > 0) {
      this.#observer.onAggregate(this.#filling);
      this.#filling.splitOrder();
    }
    return maxTrades;
  }

  /** A trade made to order, after everything that is due before it. */
  tradeAt(market: SymbolMarket, timeMs: number, price: number, lots: number, takerBuys: boolean): void {
    this.runTo(timeMs);
    market.tradeAt(Math.floor(this.#ranToMs), price, lots, takerBuys);
    this.#observer.onTrade(market, ++this.#trades);
    this.#observer.onAggregate(market);
  }

  /** False, with time moved to `timeMs`, when no order is due by then. */
  #openOrder(timeMs: number): boolean {
    const dueMs = this.nextTradeMs;
    this.#moveTo(Math.min(dueMs, timeMs));
    if (dueMs > timeMs) return false;
    this.#filling = this.markets[this.markets.length === 1 ? 0 : this.#random.below(this.markets.length)];
    this.#fillsLeft = this.#filling.openOrder(Math.floor(dueMs));
    this.#scheduled += this.#fillsLeft;
    return true;
  }

  #fill(): void {
    const market = this.#filling;
    market.fill();
    this.#fillsLeft--;
    this.#observer.onTrade(market, ++this.#trades);
    if (this.#fillsLeft === 0) this.#observer.onAggregate(market);
    for (this.#quotesDue += this.#quotesPerTrade; this.#quotesDue >= 1; this.#quotesDue--) {
      market.quote();
      this.#observer.onQuote(market);
    }
  }

  #moveTo(timeMs: number): void {
    for (; this.#nextTenthMs <= timeMs; this.#nextTenthMs += TENTH_MS)
      this.#observer.onTenth(this.#nextTenthMs);
    if (timeMs > this.#ranToMs) this.#ranToMs = timeMs;
  }
}
