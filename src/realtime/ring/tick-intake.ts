import { Arrival, TradeContinuity } from "../feed/trade-continuity.ts";
import { WireField as ImportedField, type WireRecord } from "../feed/wire-record.ts";
import { noMessages, noTrades, type MessageCounts, type TradeCounts } from "./intake-counts.ts";
import { WIDE_DIGITS, type TickColumns } from "./tick-columns.ts";
import type { FeedSink, KlineUpdate, RejectReason } from "../feed/feed.ts";
import type { VenueClock } from "../feed/venue-clock.ts";
import type { Gap } from "../market/gap.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { QuoteBoard } from "./quote-board.ts";
import type { TickRing } from "./tick-ring.ts";
import type { WideDigitsTable } from "./wide-digits.ts";

// Constants of this module's own, which V8 folds into the code; it looks up imported ones each time.
const WireField = ImportedField;
const IN_ORDER = Arrival.inOrder;

export interface IntakeListener {
  onGap(gap: Gap): void;
  /** The newest quote of the symbol is on the board. */
  onQuote(symbolIndex: number): void;
  onKline(kline: KlineUpdate): void;
}

export interface IntakeParts {
  readonly symbols: SymbolTable;
  readonly ring: TickRing;
  readonly wide: WideDigitsTable;
  readonly quotes: QuoteBoard;
  readonly venueClock: VenueClock;
  readonly listener: IntakeListener;
  /** Whoever takes ticks out of the ring; asked to do so at once when the ring is full of what it has not taken. */
  readonly drain: RingDrain;
}

export interface RingDrain {
  /** Number of the next tick it will take. */
  readonly position: number;
  drainNow(): void;
}

/**
 * Takes what a decoder tells: judges each trade by its id, writes it into the ring once, and counts whatever is not
 * taken. Nothing here makes an object for a trade.
 */
export class TickIntake implements FeedSink {
  readonly messages: MessageCounts = noMessages();
  /** Per symbol. */
  readonly trades: readonly TradeCounts[];
  readonly continuity: readonly TradeContinuity[];
  readonly #parts: IntakeParts;
  /** Per symbol: ids up to this are covered by history. */
  readonly #coveredTo: Float64Array;
  /** Time of the newest trade a symbol, for gap events; then the earliest and the latest time any message told. */
  readonly #times: Float64Array;
  readonly #lastPrices: Float64Array;
  /** The drain has taken enough for the ring to publish up to this number, unboxed; it is asked again only then. */
  readonly #fullAt = new Float64Array(1);

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.trades = parts.symbols.names.map(() => noTrades());
    this.continuity = parts.symbols.names.map(() => new TradeContinuity());
    this.#coveredTo = new Float64Array(parts.symbols.size).fill(-1);
    this.#times = new Float64Array(parts.symbols.size + 2).fill(NaN);
    this.#times[parts.symbols.size] = Infinity;
    this.#times[parts.symbols.size + 1] = -Infinity;
    this.#lastPrices = new Float64Array(parts.symbols.size).fill(NaN);
  }

  /** The earliest exchange time a message told, in ms: the feed saw everything from then on. Infinity before any. */
  get feedStart(): number {
    return this.#times[this.#parts.symbols.size];
  }

  /** The latest exchange time a message told, in ms, whatever the order they came in. -Infinity before any. */
  get feedEnd(): number {
    return this.#times[this.#parts.symbols.size + 1];
  }

  /** Price of the trade with the highest id so far; `undefined` before the first. */
  lastPrice(symbolIndex: number): number | undefined {
    const price = this.#lastPrices[symbolIndex];
    return Number.isNaN(price) ? undefined : price;
  }

  /** Time of the trade with the highest id so far, in ms; `undefined` before the first. */
  lastTradeTime(symbolIndex: number): number | undefined {
    const time = this.#times[symbolIndex];
    return Number.isNaN(time) ? undefined : time;
  }

  /** Trades with ids up to `lastTradeId` came from history: drop them when the feed brings them. */
  coverByHistory(symbolIndex: number, lastTradeId: number): void {
    this.#coveredTo[symbolIndex] = Math.max(this.#coveredTo[symbolIndex], lastTradeId);
    this.continuity[symbolIndex].cover(lastTradeId);
  }

  /** A tick that was taken turned out to be covered by history: it enters no bar. */
  discardCovered(ticks: TickColumns, i: number): void {
    const counts = this.trades[ticks.symbol[i]];
    counts.trades -= ticks.tradeCount[i];
    counts.coveredByHistory++;
    this.#parts.wide.forget(ticks.symbol[i], ticks.tradeId[i]);
  }

  onTrade(record: WireRecord): void {
    const { fields } = record;
    const symbol = fields[WireField.symbol];
    const arrival = this.continuity[symbol].judge(fields);
    if (arrival !== IN_ORDER && !this.#isTaken(symbol, arrival, fields)) return;

    const { ring, symbols, venueClock, wide } = this.#parts;
    if (ring.published >= this.#fullAt[0]) this.#makeRoom();
    const slot = ring.claim();
    if (slot < 0) {
      this.trades[symbol].ringDropped++;
      return;
    }
    const last = fields[WireField.lastTradeId];
    const count = last - fields[WireField.firstTradeId] + 1;
    const c = ring.columns;
    c.time[slot] = fields[WireField.tradeTime];
    c.receivedAt[slot] = fields[WireField.receivedAt];
    c.price[slot] = fields[WireField.price];
    c.size[slot] = fields[WireField.size];
    c.tradeId[slot] = last;
    c.tradeCount[slot] = count;
    c.symbol[slot] = symbol;
    c.flags[slot] = fields[WireField.side];
    if (record.wide) {
      c.flags[slot] |= WIDE_DIGITS;
      wide.put(symbol, last, record.wide);
    }
    const priceDecimals = fields[WireField.priceDecimals];
    const sizeDecimals = fields[WireField.sizeDecimals];
    if (priceDecimals > symbols.priceDecimals[symbol] || sizeDecimals > symbols.sizeDecimals[symbol]) {
      symbols.raisePrecision(symbol, priceDecimals, sizeDecimals);
    }
    ring.publish();
    this.trades[symbol].trades += count;
    if (arrival !== Arrival.outOfOrder) {
      this.#times[symbol] = fields[WireField.tradeTime];
      this.#lastPrices[symbol] = fields[WireField.price];
    }
    this.#noteSpan(fields, WireField.tradeTime);
    venueClock.observe(fields, WireField.eventTime, WireField.receivedAt);
  }

  onQuote(record: WireRecord): void {
    this.messages.quotes++;
    this.#parts.quotes.set(record.fields);
    this.#noteEvent(record.fields);
    this.#parts.listener.onQuote(record.fields[WireField.symbol]);
  }

  onKline(kline: KlineUpdate): void {
    this.messages.klines++;
    this.#parts.listener.onKline(kline);
  }

  onOther(record: WireRecord): void {
    this.messages.other++;
    this.#noteEvent(record.fields);
    // Ids that the venue used up without a trade in the market: nothing is missing there.
    if (record.fields[WireField.lastTradeId] >= 0) this.#useUpIds(record.fields);
  }

  onRejected(reason: RejectReason): void {
    this.messages.rejected[reason]++;
  }

  /** Replies and shutdown notices concern the connection, which sees them before they come here. */
  onReply(): void {
    this.messages.other++;
  }

  onShutdownNotice(): void {
    this.messages.other++;
  }

  #makeRoom(): void {
    const { ring, drain } = this.#parts;
    if (ring.published - drain.position >= ring.capacitySlots) drain.drainNow();
    this.#fullAt[0] = drain.position + ring.capacitySlots;
  }

  #useUpIds(fields: Float64Array): void {
    const symbol = fields[WireField.symbol];
    if (this.continuity[symbol].judge(fields) === Arrival.afterGap) this.#tellGap(symbol, fields);
  }

  /** Counts an arrival that is not in order, tells a gap, and says whether the trade is to be taken. */
  #isTaken(symbol: number, arrival: number, fields: Float64Array): boolean {
    const counts = this.trades[symbol];
    if (arrival === Arrival.afterGap) this.#tellGap(symbol, fields);
    else if (arrival === Arrival.outOfOrder) counts.outOfOrder++;
    else if (arrival === Arrival.overlap) counts.overlapping++;
    else if (arrival === Arrival.forgotten) counts.forgotten++;
    else if (fields[WireField.lastTradeId] <= this.#coveredTo[symbol]) counts.coveredByHistory++;
    else counts.duplicates++;
    return arrival < Arrival.duplicate;
  }

  #tellGap(symbol: number, fields: Float64Array): void {
    this.#parts.listener.onGap({
      symbol: this.#parts.symbols.names[symbol],
      fromTradeId: this.continuity[symbol].gapFrom,
      toTradeId: fields[WireField.firstTradeId] - 1,
      fromTime: this.#times[symbol],
      toTime: fields[WireField.tradeTime],
    });
  }

  #noteEvent(fields: Float64Array): void {
    this.#noteSpan(fields, WireField.eventTime);
    this.#parts.venueClock.observe(fields, WireField.eventTime, WireField.receivedAt);
  }

  /** The message began with the time at `startAt`. NaN compares false, so one without a time changes nothing. */
  #noteSpan(fields: Float64Array, startAt: number): void {
    const times = this.#times;
    const at = times.length - 2;
    if (fields[startAt] < times[at]) times[at] = fields[startAt];
    if (fields[WireField.eventTime] > times[at + 1]) times[at + 1] = fields[WireField.eventTime];
  }
}
