/**
 * The trades of the bench: the same each time, made from a seed, with ids one by one for each symbol, as Binance spot
 * sends them.
 */
export const SYMBOLS = Array.from({ length: 20 }, (_, i) => `COIN${String.fromCharCode(65 + i)}USDT`);
export const TIMEFRAMES = ["1m", "5m", "1h"];
export const TIMEFRAME_MS = [60_000, 300_000, 3_600_000];
export const TOTAL_TRADES = 1_000_000;

const START_MS = Date.UTC(2026, 6, 18, 13, 37, 12, 345);
/** 100 trades a second, so that the bench sees bars of every timeframe close. */
const STEP_MS = 10;
const FIRST_ID = 3_735_683_259;
const FIRST_CENTS = 6_183_063;
const MAX_LOTS = 9_999;

export interface Trade {
  symbol: number;
  id: number;
  time: number;
  cents: number;
  /** Of 0.00001. */
  lots: number;
  buyerIsMaker: boolean;
}

/** The first `count` trades in their order. One object serves for all of them. */
export function* trades(count: number): Generator<Trade> {
  const ids = SYMBOLS.map(() => FIRST_ID);
  const cents = SYMBOLS.map((_, i) => FIRST_CENTS + 1_000 * i);
  const trade: Trade = { symbol: 0, id: 0, time: 0, cents: 0, lots: 0, buyerIsMaker: false };
  let state = 0x9e3779b9;
  for (let i = 0; i < count; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const symbol = (state >>> 3) % SYMBOLS.length;
    cents[symbol] += ((state >>> 9) % 5) - 2;
    trade.symbol = symbol;
    trade.id = ids[symbol]++;
    trade.time = START_MS + i * STEP_MS;
    trade.cents = cents[symbol];
    trade.lots = 1 + ((state >>> 12) % MAX_LOTS);
    trade.buyerIsMaker = (state & 1) === 1;
    yield trade;
  }
}

/** The message of a trade on a combined stream. */
export function messageOf({ symbol, id, time, cents, lots, buyerIsMaker }: Trade): string {
  const name = SYMBOLS[symbol];
  const price = `${(cents / 100).toFixed(2)}000000`;
  const size = `${(lots / 100_000).toFixed(5)}000`;
  return (
    `{"stream":"${name.toLowerCase()}@trade","data":{"e":"trade","E":${time + 1},"s":"${name}","t":${id},` +
    `"p":"${price}","q":"${size}","T":${time},"m":${buyerIsMaker},"M":true}}`
  );
}

/** A bar as the plainest reckoning has it; sums in integers, all of them below 2^53. */
export interface PlainBar {
  readonly open: number;
  high: number;
  low: number;
  close: number;
  lots: number;
  quote: number;
  buyLots: number;
  trades: number;
  readonly firstId: number;
  lastId: number;
}

/** Bars of the first `count` trades by open time, for each symbol and timeframe. */
export function plainBars(count: number): Map<number, PlainBar>[][] {
  const bars = SYMBOLS.map(() => TIMEFRAME_MS.map(() => new Map<number, PlainBar>()));
  for (const trade of trades(count)) {
    TIMEFRAME_MS.forEach((sizeMs, k) => addTo(bars[trade.symbol][k], sizeMs, trade));
  }
  return bars;
}

function addTo(bars: Map<number, PlainBar>, sizeMs: number, trade: Trade): void {
  const { id, time, cents, lots, buyerIsMaker } = trade;
  const openTime = time - (time % sizeMs);
  let bar = bars.get(openTime);
  if (!bar) {
    bar = {
      open: cents,
      high: cents,
      low: cents,
      close: cents,
      lots: 0,
      quote: 0,
      buyLots: 0,
      trades: 0,
      firstId: id,
      lastId: id,
    };
    bars.set(openTime, bar);
  }
  bar.high = Math.max(bar.high, cents);
  bar.low = Math.min(bar.low, cents);
  bar.close = cents;
  bar.lots += lots;
  bar.quote += cents * lots;
  if (!buyerIsMaker) bar.buyLots += lots;
  bar.trades++;
  bar.lastId = id;
}
