import { KlineRows } from "./kline-rows.ts";
import { OrderBook } from "./order-book.ts";
import { SeededRandom, seedFor } from "./seeded-random.ts";
import { TradeLog } from "./trade-log.ts";
import { MAX_TAKER_LOTS, type SymbolSpec } from "./venue-options.ts";

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;
/** Seconds are many: only the newest so many with a trade are sure to be kept. */
const SECOND_ROWS = 2_000;

/** Everything that happens to one symbol: a seeded price process, the trades it makes, and what is counted of them. */
export class SymbolMarket {
  readonly spec: SymbolSpec;
  readonly log: TradeLog;
  readonly minutes = new KlineRows(MINUTE_MS, Infinity);
  readonly seconds = new KlineRows(SECOND_MS, SECOND_ROWS);
  readonly book: OrderBook;
  readonly #random: SeededRandom;
  readonly #longestStep: number;
  #aggregateId: number;
  /** The taker order being filled: all its trades share side, price and time. */
  #takerBuys = false;
  #price: number;
  #time = -Infinity;
  #firstFillId: number;

  constructor(
    spec: SymbolSpec,
    { seed, logTrades, tradesPerSecond }: { seed: number; logTrades: number; tradesPerSecond: number },
  ) {
    this.spec = spec;
    this.log = new TradeLog(spec, logTrades);
    this.#random = new SeededRandom(seedFor(seed, spec.symbol));
    this.book = new OrderBook(spec.priceMantissa, seed);
    // Steps shrink with the rate, so that a minute moves about as far whatever the rate.
    this.#longestStep = Math.max(
      1,
      Math.floor(spec.priceMantissa / 20_000 / Math.sqrt(Math.max(1, tradesPerSecond))),
    );
    this.#aggregateId = spec.firstTradeId;
    this.#firstFillId = spec.firstTradeId;
    this.#price = spec.priceMantissa;
  }

  /** Time of the newest trade, in ms; -Infinity before the first. */
  get lastTime(): number {
    return this.#time;
  }

  /** Id of the aggregate that the newest trade ends or continues. */
  get aggregateId(): number {
    return this.#aggregateId;
  }

  /** Id of the first trade of that aggregate. */
  get firstFillId(): number {
    return this.#firstFillId;
  }

  /** A taker order arrives: draws its side and price, and returns how many trades will fill it. */
  openOrder(time: number): number {
    const draw = this.#random.next();
    const takerBuys = (draw & 1) === 1;
    if ((draw & 6) === 0) this.#movePrice((draw & 8) !== 0, 1 + this.#random.below(this.#longestStep));
    this.#begin(time, takerBuys ? this.book.ask : this.book.bid, takerBuys);
    return (draw & 0x70) === 0 ? 2 + this.#random.below(4) : 1;
  }

  /** One trade of the open order. */
  fill(): void {
    // Small trades are the rule: the product of two draws favours them.
    const lots =
      1 +
      Math.floor((this.#random.below(MAX_TAKER_LOTS) * this.#random.below(MAX_TAKER_LOTS)) / MAX_TAKER_LOTS);
    this.#record(lots);
  }

  /** What is left of the open order becomes an aggregate of its own. */
  splitOrder(): void {
    this.#begin(this.#time, this.#price, this.#takerBuys);
  }

  /** A trade made to order, an aggregate of its own. The best price follows it. */
  tradeAt(time: number, price: number, lots: number, takerBuys: boolean): void {
    this.#begin(time, price, takerBuys);
    this.book.update(takerBuys ? price - 1 : price, this.book.bidSize, this.book.askSize);
    this.#record(lots);
  }

  /** The best bid and ask change. */
  quote(): void {
    const { bid } = this.book;
    this.book.update(bid, 1 + this.#random.below(MAX_TAKER_LOTS), 1 + this.#random.below(MAX_TAKER_LOTS));
  }

  /** Trades of the past: sparse, at random distances. */
  fillPast(fromMs: number, untilMs: number, tradesPerMinute: number): void {
    if (tradesPerMinute === 0) return;
    const meanGapMs = MINUTE_MS / tradesPerMinute;
    for (let time = fromMs; ;) {
      time += -Math.log(1 - this.#random.below(2 ** 24) / 2 ** 24) * meanGapMs;
      if (time >= untilMs) return;
      for (let fills = this.openOrder(Math.floor(time)); fills > 0; fills--) this.fill();
    }
  }

  #begin(time: number, price: number, takerBuys: boolean): void {
    this.#time = Math.max(this.#time, time);
    this.#price = price;
    this.#takerBuys = takerBuys;
    this.#firstFillId = this.log.lastId + 1;
    // The first aggregate has the id of the first trade; each order adds one.
    if (this.log.lastId >= this.spec.firstTradeId) this.#aggregateId++;
  }

  #record(lots: number): void {
    const id = this.log.lastId + 1;
    this.log.push(this.#time, this.#price, lots, this.#takerBuys, this.#aggregateId);
    this.minutes.add(id, this.#time, this.#price, lots, this.#takerBuys);
    this.seconds.add(id, this.#time, this.#price, lots, this.#takerBuys);
  }

  /** The price walks between half and twice of where it began. */
  #movePrice(up: boolean, step: number): void {
    const { priceMantissa } = this.spec;
    const { bid, bidSize, askSize } = this.book;
    const next = bid + (up ? step : -step);
    const turned =
      next < priceMantissa / 2 || next > priceMantissa * 2 - 2 ? bid - (up ? step : -step) : next;
    this.book.update(turned, bidSize, askSize);
  }
}
