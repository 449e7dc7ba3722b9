import { seedFor } from "./seeded-random.ts";

/** Price and size in units of the symbol's last decimals. */
export type BookLevel = readonly [price: number, size: number];

export interface BookSnapshot {
  readonly lastUpdateId: number;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  /** Best first. */
  readonly asks: readonly BookLevel[];
}

/** What changed since the last one was taken; a size of 0 removes the level. */
export interface BookDiff extends Omit<BookSnapshot, "lastUpdateId"> {
  readonly firstUpdateId: number;
  readonly lastUpdateId: number;
  /** `lastUpdateId` of the diff before. */
  readonly previousUpdateId: number;
}

const LEVELS = 20;
const MAX_LEVEL_LOTS = 9_999;

/**
 * A plausible book: 20 levels a side, one price unit apart, one unit between the sides, so it is never crossed. Sizes
 * behind the best are a fixed function of the price, so the book is told by its best bid and the two best sizes.
 */
export class OrderBook {
  readonly #seed: number;
  #bid: number;
  #bidSize = 1;
  #askSize = 1;
  #updateId = 1;
  #publishedId = 1;
  /** Best bids seen since the last diff: what lies between them may have changed, at both ends of the book. */
  #lowestBid: number;
  #highestBid: number;

  constructor(bid: number, seed: number) {
    this.#bid = bid;
    this.#lowestBid = bid;
    this.#highestBid = bid;
    this.#seed = seed;
  }

  get updateId(): number {
    return this.#updateId;
  }

  get bid(): number {
    return this.#bid;
  }

  get ask(): number {
    return this.#bid + 1;
  }

  get bidSize(): number {
    return this.#bidSize;
  }

  get askSize(): number {
    return this.#askSize;
  }

  update(bid: number, bidSize: number, askSize: number): void {
    this.#bid = bid;
    this.#bidSize = bidSize;
    this.#askSize = askSize;
    this.#updateId++;
    if (bid < this.#lowestBid) this.#lowestBid = bid;
    if (bid > this.#highestBid) this.#highestBid = bid;
  }

  snapshot(limit: number): BookSnapshot {
    const levels = Array.from({ length: Math.min(limit, LEVELS) }, (_, depth) => depth);
    return {
      lastUpdateId: this.#updateId,
      bids: levels.map((depth) => this.#bidLevel(this.#bid - depth)),
      asks: levels.map((depth) => this.#askLevel(this.ask + depth)),
    };
  }

  /** The changes since the last call; `undefined` when there are none. */
  takeDiff(): BookDiff | undefined {
    if (this.#updateId === this.#publishedId) return undefined;
    const [low, high] = [this.#lowestBid, this.#highestBid];
    const bids: BookLevel[] = [];
    const asks: BookLevel[] = [];
    for (let price = high; price >= low; price--) bids.push(this.#bidLevel(price));
    for (let price = Math.min(high - LEVELS, low - 1); price > low - LEVELS; price--)
      bids.push(this.#bidLevel(price));
    for (let price = low + 1; price <= high + 1; price++) asks.push(this.#askLevel(price));
    for (let price = Math.max(low + 1 + LEVELS, high + 2); price < high + 1 + LEVELS; price++) {
      asks.push(this.#askLevel(price));
    }
    const previousUpdateId = this.#publishedId;
    this.markPublished();
    return {
      firstUpdateId: previousUpdateId + 1,
      lastUpdateId: this.#updateId,
      previousUpdateId,
      bids,
      asks,
    };
  }

  /** Starts the next diff here, where nobody wants this one. */
  markPublished(): void {
    this.#publishedId = this.#updateId;
    this.#lowestBid = this.#bid;
    this.#highestBid = this.#bid;
  }

  #bidLevel(price: number): BookLevel {
    if (price > this.#bid || price <= this.#bid - LEVELS) return [price, 0];
    return [price, price === this.#bid ? this.#bidSize : this.#restingSize(price)];
  }

  #askLevel(price: number): BookLevel {
    if (price < this.ask || price >= this.ask + LEVELS) return [price, 0];
    return [price, price === this.ask ? this.#askSize : this.#restingSize(price)];
  }

  #restingSize(price: number): number {
    return 1 + (seedFor(this.#seed, String(price)) % MAX_LEVEL_LOTS);
  }
}
