import { setMaxListeners } from "node:events";
import { VenueRequestError } from "../../errors.ts";
import { alignSeam, coverWithBars, servedTimeframes, sourceOfHistory } from "../bars/history-cover.ts";
import { raisePrecisionFor, rollUpSeeds, seedBarOf } from "../bars/seed-bars.ts";
import { waitToRetry } from "../feed/retry-wait.ts";
import { ticksOfVenueTrades } from "../ring/venue-ticks.ts";
import type { Clock } from "../../clock.ts";
import type { RollupStep } from "../bars/rollup-plan.ts";
import type { HistorySource, VenueBar, VenueTrade } from "../feed/history-source.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { TickIntake } from "../ring/tick-intake.ts";
import type { WideDigitsTable } from "../ring/wide-digits.ts";
import type { SymbolWriter } from "./symbol-writer.ts";

export interface WarmUpOptions {
  readonly plan: readonly RollupStep[];
  /** Closed bars wanted of each timeframe. */
  readonly bars: number;
}

export interface WarmUpParts {
  readonly history: HistorySource;
  readonly symbols: SymbolTable;
  readonly intake: TickIntake;
  readonly wide: WideDigitsTable;
  readonly clock: Clock;
  /** History of the symbol is being put in place. */
  readonly onWarm: (symbolIndex: number) => void;
}

/** The seam is on a whole minute: the smallest bar that every venue serves. */
const SEAM_INTERVAL = "1m";
const RETRY_DELAY_MS = 250;
const MAX_RETRIES = 8;

interface Seam {
  /** Start of the venue's current minute, in ms. */
  readonly time: number;
  /** Id of the last trade before it; -1 when that is not known because the minute before had none. */
  readonly lastIdBefore: number;
}

/** The trades from the seam on, as far as they are fetched. */
interface TradeTail {
  readonly trades: VenueTrade[];
  /** Where to fetch on. */
  from: Parameters<HistorySource["trades"]>[1];
  /** Id of the last trade known: of the list, or before it. */
  reachedId: number;
}

/**
 * Puts the venue's past before the live trades of every writer's symbol. One symbol that fails ends the others' requests.
 *
 * @throws UnknownSymbolError, VenueRequestError or VenueConnectionError when the venue does not serve what is needed.
 */
export async function warmUpAll(
  writers: readonly SymbolWriter[],
  options: WarmUpOptions,
  parts: WarmUpParts,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  setMaxListeners(0, both);
  const warmUp = new WarmUp(options, parts, both);
  const runs = writers.map((writer, index) => warmUp.run(index, writer));
  try {
    await Promise.all(runs);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(runs);
    throw error;
  }
}

/**
 * Puts the venue's past before the live trades of a symbol, without a gap and without counting a trade twice. The live
 * feed is subscribed already, and its trades wait. The seam is the start of the venue's current minute, or earlier where a
 * timeframe begins between two bars that the venue serves:
 * - closed bars come from klines;
 * - what lies before the seam of bars that are still open is put together from the largest whole klines;
 * - trades from the seam on come one by one until they reach the first live one; live trades with their ids are dropped.
 * So a bar that straddles the seam is made of exactly the venue's own trades, and equals the venue's bar.
 */
class WarmUp {
  readonly #options: WarmUpOptions;
  readonly #parts: WarmUpParts;
  readonly #signal: AbortSignal;

  constructor(options: WarmUpOptions, parts: WarmUpParts, signal: AbortSignal) {
    this.#options = options;
    this.#parts = parts;
    this.#signal = signal;
  }

  /** Fetches, and then lets the writer go on. */
  async run(symbolIndex: number, writer: SymbolWriter): Promise<void> {
    const { symbols, intake, clock } = this.#parts;
    const { plan, bars: wanted } = this.#options;
    const symbol = symbols.names[symbolIndex];
    const minute = await this.#findSeam(symbol);
    const seam = alignSeam(minute.time, plan, servedTimeframes(this.#parts.history.intervals));
    const tail: TradeTail = { trades: [], from: { time: seam }, reachedId: minute.lastIdBefore };
    const [closed, open] = await Promise.all([
      this.#fetchClosed(symbol, seam),
      this.#fetchOpen(symbol, seam),
      this.#reachLive(symbol, symbolIndex, tail),
    ]);
    // The first live trade may have come while the bars were fetched. Nothing comes between the last look and `release`.
    if (!this.#isAtLive(symbolIndex, tail)) await this.#reachLive(symbol, symbolIndex, tail);
    raisePrecisionFor([...closed.flat(), ...open.flat()], symbolIndex, symbols);
    const ticks = ticksOfVenueTrades(tail.trades, symbolIndex, clock.now(), this.#parts);
    const coveredTo = tail.reachedId;
    if (coveredTo >= 0) intake.coverByHistory(symbolIndex, coveredTo);
    // A kline without trades repeats the price before it, and would spoil a high or low when rolled up.
    const seedsOf = (list: readonly VenueBar[]) =>
      list.filter((bar) => bar.trades > 0).map((bar) => seedBarOf(bar, symbolIndex, symbols));

    await writer.release(
      (bars) => {
        this.#parts.onWarm(symbolIndex);
        bars.seedOpen(seam, open.map(seedsOf));
        closed.forEach((list, k) =>
          bars.seedClosed(k, rollUpSeeds(seedsOf(list), plan[k].timeframe).slice(-wanted)),
        );
        for (let i = 0; i < ticks.length; i++) bars.apply(ticks.columns, i);
      },
      (columns, i) => {
        const isCovered = columns.tradeId[i] <= coveredTo || columns.time[i] < seam;
        if (isCovered) intake.discardCovered(columns, i);
        return isCovered;
      },
      this.#signal,
    );
  }

  async #findSeam(symbol: string): Promise<Seam> {
    for (let attempt = 0; attempt <= MAX_RETRIES; attempt++) {
      if (attempt > 0) await this.#pause();
      const [newest] = await this.#bars(symbol, SEAM_INTERVAL, { limit: 1 });
      const seam = newest && (await this.#settledSeam(symbol, newest.openTime));
      if (seam) return seam;
    }
    throw new VenueRequestError(
      `the last whole ${SEAM_INTERVAL} bar of ${symbol} does not agree with its trades`,
    );
  }

  /** A kline just past its end may still lack trades, and so may the list of trades: both must agree. */
  async #settledSeam(symbol: string, time: number): Promise<Seam | undefined> {
    const [before] = await this.#bars(symbol, SEAM_INTERVAL, { endTime: time - 1, limit: 1 });
    if (!before || before.trades === 0) return { time, lastIdBefore: -1 };
    let counted = 0;
    let lastIdBefore = -1;
    for await (const trade of this.#tradesFrom(symbol, before.openTime)) {
      if (trade.time >= time) break;
      counted += trade.lastTradeId - trade.firstTradeId + 1;
      lastIdBefore = trade.lastTradeId;
    }
    return counted === before.trades ? { time, lastIdBefore } : undefined;
  }

  async *#tradesFrom(symbol: string, time: number): AsyncGenerator<VenueTrade, void> {
    let page = await this.#trades(symbol, { time });
    while (page.nextAggregateId !== undefined) {
      yield* page.trades;
      page = await this.#trades(symbol, { aggregateId: page.nextAggregateId });
    }
  }

  #fetchClosed(symbol: string, seam: number): Promise<VenueBar[][]> {
    const { intervals } = this.#parts.history;
    return Promise.all(
      this.#options.plan.map(async ({ timeframe }) => {
        const source = sourceOfHistory(timeframe, intervals);
        if (!source) return [];
        const limit = this.#options.bars * Math.ceil(timeframe.sizeMs / source.sizeMs);
        const bars = await this.#bars(symbol, source.name, { endTime: timeframe.openOf(seam) - 1, limit });
        // The first may be a part of a larger bar whose beginning the limit cut off.
        const from = bars.length > 0 ? timeframe.openOf(bars[0].openTime) : 0;
        const isWhole = bars.length === 0 || bars[0].openTime === from;
        return isWhole ? bars : bars.filter(({ openTime }) => openTime >= timeframe.closeOf(from));
      }),
    );
  }

  #fetchOpen(symbol: string, seam: number): Promise<VenueBar[][]> {
    const { plan } = this.#options;
    const served = servedTimeframes(this.#parts.history.intervals);
    return Promise.all(
      plan.map(async ({ timeframe, source }) => {
        // What lies behind the source's open time is in the source's own open bar.
        const to = source < 0 ? seam : plan[source].timeframe.openOf(seam);
        const parts = coverWithBars(timeframe.openOf(seam), to, served);
        const bars = parts.map(({ interval, from, to: end, count }) =>
          this.#bars(symbol, interval, { startTime: from, endTime: end - 1, limit: count }),
        );
        return (await Promise.all(bars)).flat();
      }),
    );
  }

  /** Whether the trades fetched reach the first live one; false while there is none. */
  #isAtLive(symbolIndex: number, tail: TradeTail): boolean {
    const firstLiveId = this.#parts.intake.continuity[symbolIndex].firstId;
    return firstLiveId >= 0 && tail.reachedId >= firstLiveId - 1;
  }

  /** Fetches on until the trades reach the first live one, or to the newest where there is none yet. */
  async #reachLive(symbol: string, symbolIndex: number, tail: TradeTail): Promise<void> {
    for (let retries = 0; retries <= MAX_RETRIES;) {
      const page = await this.#trades(symbol, tail.from);
      tail.trades.push(...page.trades);
      if (page.nextAggregateId !== undefined) tail.from = { aggregateId: page.nextAggregateId };
      tail.reachedId = page.trades.at(-1)?.lastTradeId ?? tail.reachedId;
      if (this.#isAtLive(symbolIndex, tail)) return;
      if (page.trades.length > 0) continue;
      if (this.#parts.intake.continuity[symbolIndex].firstId < 0) return;
      // The feed is ahead of REST.
      retries++;
      await this.#pause();
    }
    throw new VenueRequestError(`history of ${symbol} does not reach its first live trade`);
  }

  #bars(...[symbol, interval, request]: Parameters<HistorySource["bars"]>): Promise<VenueBar[]> {
    return this.#parts.history.bars(symbol, interval, request, this.#signal);
  }

  #trades(...[symbol, from]: Parameters<HistorySource["trades"]>): ReturnType<HistorySource["trades"]> {
    return this.#parts.history.trades(symbol, from, this.#signal);
  }

  async #pause(): Promise<void> {
    await waitToRetry(RETRY_DELAY_MS, this.#parts.clock, this.#signal);
    this.#signal.throwIfAborted();
  }
}
