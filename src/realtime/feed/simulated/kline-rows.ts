import type { KlineInterval } from "./kline-interval.ts";

/** A kline in exact integers: prices and sizes in units of the symbol's last decimals, quote sums in their product. */
export interface ExactKline {
  readonly openTime: number;
  /** Last millisecond of the kline. */
  readonly closeTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly trades: number;
  /** -1 where there was no trade. */
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly volume: bigint;
  readonly takerVolume: bigint;
  readonly quoteVolume: bigint;
  readonly takerQuoteVolume: bigint;
}

/** Which klines are asked for, by open time, both ends included. */
export interface KlineRange {
  readonly startTime: number | undefined;
  /** Infinity for the newest. */
  readonly endTime: number;
  readonly limit: number;
}

/** A quote sum is `high * LIMB + low`; a product of up to 2^52 and a low limb below 2^50 add without rounding. */
const LIMB = 2 ** 50;
export const MAX_PRODUCT = 2 ** 52;

const FIELDS = 14;
const OPEN_TIME = 0;
const OPEN = 1;
const HIGH = 2;
const LOW = 3;
const CLOSE = 4;
const TRADES = 5;
const FIRST_ID = 6;
const LAST_ID = 7;
const VOLUME = 8;
const TAKER_VOLUME = 9;
/** Two cells each: the low limb, then the high one. */
const QUOTE = 10;
const TAKER_QUOTE = 12;

/**
 * Counts trades into rows of one base length (a minute, or a second); only rows with trades exist. Longer klines are
 * merged from them when asked for, and an interval without trades comes out flat at the close before it.
 */
export class KlineRows {
  readonly #lengthMs: number;
  readonly #keepRows: number;
  #cells = new Float64Array(64 * FIELDS);
  #rows = 0;
  #endMs = -Infinity;

  constructor(lengthMs: number, keepRows: number) {
    this.#lengthMs = lengthMs;
    this.#keepRows = keepRows;
  }

  add(id: number, time: number, price: number, size: number, takerBought: boolean): void {
    if (time >= this.#endMs) this.#startRow(id, time, price);
    const cells = this.#cells;
    const at = (this.#rows - 1) * FIELDS;
    if (price > cells[at + HIGH]) cells[at + HIGH] = price;
    if (price < cells[at + LOW]) cells[at + LOW] = price;
    cells[at + CLOSE] = price;
    cells[at + TRADES]++;
    cells[at + LAST_ID] = id;
    cells[at + VOLUME] += size;
    addWide(cells, at + QUOTE, price * size);
    if (takerBought) {
      cells[at + TAKER_VOLUME] += size;
      addWide(cells, at + TAKER_QUOTE, price * size);
    }
  }

  /** The kline that opens at `openTime`; `undefined` before the first trade. */
  kline(interval: KlineInterval, openTime: number): ExactKline | undefined {
    return this.#merge(openTime, interval.nextOpen(openTime), this.#firstRowFrom(openTime));
  }

  /** The klines of a range up to the one that holds `nowMs`, in order. */
  klines(interval: KlineInterval, range: KlineRange, nowMs: number): ExactKline[] {
    if (this.#rows === 0) return [];
    const first = interval.openOf(this.#cells[OPEN_TIME]);
    const last = interval.openOf(Math.min(nowMs, range.endTime));
    let open = first;
    if (range.startTime !== undefined && range.startTime > first) {
      open = interval.openOf(range.startTime);
      if (open < range.startTime) open = interval.nextOpen(open);
    } else if (range.startTime === undefined) {
      open = last;
      for (let i = 1; i < range.limit && open > first; i++) open = interval.openOf(open - 1);
    }
    const klines: ExactKline[] = [];
    let row = this.#firstRowFrom(open);
    for (; open <= last && klines.length < range.limit; open = interval.nextOpen(open)) {
      const end = interval.nextOpen(open);
      const kline = this.#merge(open, end, row);
      if (kline) klines.push(kline);
      while (row < this.#rows && this.#cells[row * FIELDS + OPEN_TIME] < end) row++;
    }
    return klines;
  }

  #startRow(id: number, time: number, price: number): void {
    if ((this.#rows + 1) * FIELDS > this.#cells.length) this.#makeRoom();
    const openTime = Math.floor(time / this.#lengthMs) * this.#lengthMs;
    const at = this.#rows++ * FIELDS;
    this.#cells.fill(0, at, at + FIELDS);
    this.#cells[at + OPEN_TIME] = openTime;
    this.#cells[at + OPEN] = price;
    this.#cells[at + HIGH] = price;
    this.#cells[at + LOW] = price;
    this.#cells[at + FIRST_ID] = id;
    this.#endMs = openTime + this.#lengthMs;
  }

  /** Forgets the older half once twice the rows to keep are there, else grows. */
  #makeRoom(): void {
    if (this.#rows >= 2 * this.#keepRows) {
      this.#cells.copyWithin(0, this.#keepRows * FIELDS);
      this.#rows -= this.#keepRows;
      return;
    }
    const cells = new Float64Array(this.#cells.length * 2);
    cells.set(this.#cells);
    this.#cells = cells;
  }

  #firstRowFrom(timeMs: number): number {
    let low = 0;
    let high = this.#rows;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cells[middle * FIELDS + OPEN_TIME] >= timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #merge(openTime: number, end: number, firstRow: number): ExactKline | undefined {
    const cells = this.#cells;
    let row = firstRow;
    if (row >= this.#rows || cells[row * FIELDS + OPEN_TIME] >= end) {
      return row === 0 ? undefined : flat(openTime, end, cells[(row - 1) * FIELDS + CLOSE]);
    }
    const first = row * FIELDS;
    let high = -Infinity;
    let low = Infinity;
    let trades = 0;
    let [volume, takerVolume, quoteVolume, takerQuoteVolume] = [0n, 0n, 0n, 0n];
    for (; row < this.#rows && cells[row * FIELDS + OPEN_TIME] < end; row++) {
      const at = row * FIELDS;
      high = Math.max(high, cells[at + HIGH]);
      low = Math.min(low, cells[at + LOW]);
      trades += cells[at + TRADES];
      volume += BigInt(cells[at + VOLUME]);
      takerVolume += BigInt(cells[at + TAKER_VOLUME]);
      quoteVolume += wide(cells, at + QUOTE);
      takerQuoteVolume += wide(cells, at + TAKER_QUOTE);
    }
    const last = (row - 1) * FIELDS;
    return {
      openTime,
      closeTime: end - 1,
      open: cells[first + OPEN],
      high,
      low,
      close: cells[last + CLOSE],
      trades,
      firstTradeId: cells[first + FIRST_ID],
      lastTradeId: cells[last + LAST_ID],
      volume,
      takerVolume,
      quoteVolume,
      takerQuoteVolume,
    };
  }
}

function flat(openTime: number, end: number, price: number): ExactKline {
  return {
    openTime,
    closeTime: end - 1,
    open: price,
    high: price,
    low: price,
    close: price,
    trades: 0,
    firstTradeId: -1,
    lastTradeId: -1,
    volume: 0n,
    takerVolume: 0n,
    quoteVolume: 0n,
    takerQuoteVolume: 0n,
  };
}

function addWide(cells: Float64Array, at: number, product: number): void {
  const sum = cells[at] + product;
  if (sum < LIMB) {
    cells[at] = sum;
    return;
  }
  const carry = Math.floor(sum / LIMB);
  cells[at] = sum - carry * LIMB;
  cells[at + 1] += carry;
}

function wide(cells: Float64Array, at: number): bigint {
  return BigInt(cells[at + 1]) * BigInt(LIMB) + BigInt(cells[at]);
}
