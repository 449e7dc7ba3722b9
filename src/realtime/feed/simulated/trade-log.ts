import { fixedPoint } from "./fixed-point.ts";
import type { SymbolSpec } from "./venue-options.ts";

/** One trade that happened at the simulated venue. */
export interface SimulatedTrade {
  readonly id: number;
  /** The id of the aggregate it belongs to. */
  readonly aggregateId: number;
  /** Decimal text, as on the wire. */
  readonly price: string;
  /** Decimal text, as on the wire. */
  readonly size: string;
  /** In milliseconds since the epoch. */
  readonly time: number;
  readonly takerBought: boolean;
}

const FIRST_CAPACITY = 1_024;

/**
 * The newest trades of one symbol, in the order of their ids, which run without a gap. This is the ground truth: all
 * REST answers come from it or from the kline rows that are counted beside it. Older trades are forgotten when it is full.
 */
export class TradeLog implements Iterable<SimulatedTrade> {
  readonly symbol: string;
  readonly #spec: SymbolSpec;
  readonly #maxTrades: number;
  #capacity = 0;
  #time = new Float64Array(0);
  #price = new Float64Array(0);
  #size = new Float64Array(0);
  #aggregateId = new Float64Array(0);
  #takerBought = new Uint8Array(0);
  #firstId: number;
  #nextId: number;
  readonly #originId: number;

  constructor(spec: SymbolSpec, maxTrades: number) {
    this.symbol = spec.symbol;
    this.#spec = spec;
    this.#maxTrades = maxTrades;
    this.#originId = spec.firstTradeId;
    this.#firstId = spec.firstTradeId;
    this.#nextId = spec.firstTradeId;
  }

  /** Trades in the log. */
  get length(): number {
    return this.#nextId - this.#firstId;
  }

  /** Id of the oldest trade in the log, or that of the next trade while it is empty. */
  get firstId(): number {
    return this.#firstId;
  }

  /** Id of the newest trade; one less than {@link firstId} while the log is empty. */
  get lastId(): number {
    return this.#nextId - 1;
  }

  /** Trades that happened and were forgotten. */
  get forgotten(): number {
    return this.#firstId - this.#originId;
  }

  /** @throws RangeError when the log does not hold a trade of this id. */
  at(id: number): SimulatedTrade {
    if (!(id >= this.#firstId && id < this.#nextId)) {
      throw new RangeError(
        `the log of ${this.symbol} holds trades ${this.#firstId} to ${this.lastId}, not ${id}`,
      );
    }
    const slot = id % this.#capacity;
    return {
      id,
      aggregateId: this.#aggregateId[slot],
      price: fixedPoint(this.#price[slot], this.#spec.priceDecimals, this.#spec.shownPriceDecimals),
      size: fixedPoint(this.#size[slot], this.#spec.sizeDecimals, this.#spec.shownSizeDecimals),
      time: this.#time[slot],
      takerBought: this.#takerBought[slot] === 1,
    };
  }

  *[Symbol.iterator](): Generator<SimulatedTrade, void> {
    for (let id = this.#firstId; id < this.#nextId; id++) yield this.at(id);
  }

  timeOf(id: number): number {
    return this.#time[id % this.#capacity];
  }

  aggregateOf(id: number): number {
    return this.#aggregateId[id % this.#capacity];
  }

  /** Price in units of the symbol's last price decimal. */
  priceOf(id: number): number {
    return this.#price[id % this.#capacity];
  }

  /** Size in units of the symbol's last size decimal. */
  sizeOf(id: number): number {
    return this.#size[id % this.#capacity];
  }

  takerBoughtAt(id: number): boolean {
    return this.#takerBought[id % this.#capacity] === 1;
  }

  /** Id of the first trade at or after a time; `lastId + 1` when there is none. */
  firstIdFrom(timeMs: number): number {
    return this.#lowerBound((id) => this.timeOf(id) >= timeMs);
  }

  /** Id of the first trade of an aggregate with this id or a higher one; `lastId + 1` when there is none. */
  firstIdOfAggregate(aggregateId: number): number {
    return this.#lowerBound((id) => this.aggregateOf(id) >= aggregateId);
  }

  push(time: number, price: number, size: number, takerBought: boolean, aggregateId: number): void {
    if (this.length === this.#capacity) this.#makeRoom();
    const slot = this.#nextId % this.#capacity;
    this.#time[slot] = time;
    this.#price[slot] = price;
    this.#size[slot] = size;
    this.#takerBought[slot] = takerBought ? 1 : 0;
    this.#aggregateId[slot] = aggregateId;
    this.#nextId++;
  }

  #makeRoom(): void {
    if (this.#capacity >= this.#maxTrades) {
      this.#firstId++;
      return;
    }
    const capacity = Math.min(this.#maxTrades, Math.max(FIRST_CAPACITY, this.#capacity * 2));
    this.#time = this.#moved(this.#time, new Float64Array(capacity));
    this.#price = this.#moved(this.#price, new Float64Array(capacity));
    this.#size = this.#moved(this.#size, new Float64Array(capacity));
    this.#aggregateId = this.#moved(this.#aggregateId, new Float64Array(capacity));
    this.#takerBought = this.#moved(this.#takerBought, new Uint8Array(capacity));
    this.#capacity = capacity;
  }

  #moved<Column extends Float64Array | Uint8Array>(from: Column, to: Column): Column {
    for (let id = this.#firstId; id < this.#nextId; id++) to[id % to.length] = from[id % from.length];
    return to;
  }

  #lowerBound(isAtOrAfter: (id: number) => boolean): number {
    let low = this.#firstId;
    let high = this.#nextId;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isAtOrAfter(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
