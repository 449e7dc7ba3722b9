import { parseFixedPoint } from "./fixed-point.ts";
import { MAX_PRODUCT } from "./kline-rows.ts";

/** Whose protocol is spoken: Binance spot, or Binance USD-M futures. */
export type VenueFlavour = "binance" | "binance-usdm";

/** A market of a simulated venue. */
export interface SimulatedSymbol {
  /** As the venue writes it: letters and digits, upper case. */
  readonly symbol: string;
  /** First price, as decimal text. @defaultValue "100", and round prices for well-known symbols */
  readonly price?: string;
  /** Digits behind the point of prices, 0 to 8. @defaultValue 2 */
  readonly priceDecimals?: number;
  /** Digits behind the point of sizes, 0 to 8. @defaultValue 5 */
  readonly sizeDecimals?: number;
  /** Id of the oldest trade there is. @defaultValue 1 */
  readonly firstTradeId?: number;
}

/** What a simulated venue is like. */
export interface SimulatedVenueOptions {
  /** @defaultValue "binance" */
  readonly flavour?: VenueFlavour;
  /** At least one; a name alone takes the defaults. */
  readonly symbols: readonly (string | SimulatedSymbol)[];
  /**
   * Trades a second over all symbols, 0 to 500,000: so many messages a second go to a client that subscribed to all
   * trades. With 0, trades happen only through `venue.trade`. @defaultValue 10
   */
  readonly tradesPerSecond?: number;
  /** Changes of the best bid and ask for each trade, 0 to 100. @defaultValue 1 */
  readonly quotesPerTrade?: number;
  /** Same seed, same market. @defaultValue 1 */
  readonly seed?: number;
  /** Port on 127.0.0.1; 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** The past that exists when the venue starts. */
  readonly history?: HistoryOptions;
  /** Newest trades kept for each symbol, 1,000 and up; kline rows of older ones remain. @defaultValue 1_000_000 */
  readonly logTrades?: number;
  /** A client with more unsent bytes than this is disconnected, as a venue does with slow readers. @defaultValue 67_108_864 */
  readonly maxBufferedBytes?: number;
}

/** The past of a simulated venue. */
export interface HistoryOptions {
  /** How far back trades exist, in minutes, up to 100 days. @defaultValue 1_440 */
  readonly minutes?: number;
  /**
   * Trades of each symbol in a minute of the past, on average; few, so that some minutes have none. At most 5,000,000 in
   * all minutes. @defaultValue 3
   */
  readonly tradesPerMinute?: number;
}

/** A symbol with everything resolved. */
export interface SymbolSpec {
  readonly symbol: string;
  /** In units of the last price decimal. */
  readonly priceMantissa: number;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** Spot pads prices and sizes to 8 decimals, futures do not. */
  readonly shownPriceDecimals: number;
  readonly shownSizeDecimals: number;
  readonly firstTradeId: number;
}

export interface ResolvedVenueOptions {
  readonly flavour: VenueFlavour;
  readonly symbols: readonly SymbolSpec[];
  readonly tradesPerSecond: number;
  readonly quotesPerTrade: number;
  readonly seed: number;
  readonly port: number;
  readonly history: Required<HistoryOptions>;
  readonly logTrades: number;
  readonly maxBufferedBytes: number;
}

/** Largest size the venue's own takers trade, in units of the last size decimal. */
export const MAX_TAKER_LOTS = 9_999;
/** The past is made when the venue starts: this much takes about a second. */
const MAX_PAST_TRADES = 5_000_000;
const SPOT_DECIMALS = 8;
/** A price must have room below it for the levels of the book. */
const MIN_PRICE_MANTISSA = 100;
const WELL_KNOWN_PRICES: Readonly<Record<string, string>> = {
  BTCUSDT: "60000",
  ETHUSDT: "3000",
  BNBUSDT: "600",
  SOLUSDT: "150",
};

/** @throws RangeError for whatever is out of bounds. */
export function resolveVenueOptions(options: SimulatedVenueOptions): ResolvedVenueOptions {
  const { flavour = "binance", history = {}, seed = 1 } = options;
  if (flavour !== "binance" && flavour !== "binance-usdm") {
    throw new RangeError(`flavour must be "binance" or "binance-usdm", was "${String(flavour)}"`);
  }
  const symbols = options.symbols.map((symbol) =>
    resolveSymbol(typeof symbol === "string" ? { symbol } : symbol, flavour),
  );
  if (symbols.length === 0) throw new RangeError("a simulated venue needs at least one symbol, got 0");
  if (new Set(symbols.map(({ symbol }) => symbol)).size < symbols.length) {
    throw new RangeError("a symbol was given twice");
  }
  return {
    flavour,
    symbols,
    seed: whole("seed", seed, -(2 ** 31), 2 ** 32 - 1),
    port: whole("port", options.port ?? 0, 0, 65_535),
    tradesPerSecond: within("tradesPerSecond", options.tradesPerSecond ?? 10, 0, 500_000),
    quotesPerTrade: within("quotesPerTrade", options.quotesPerTrade ?? 1, 0, 100),
    history: resolveHistory(history),
    logTrades: whole("logTrades", options.logTrades ?? 1_000_000, 1_000, 2 ** 27),
    maxBufferedBytes: whole("maxBufferedBytes", options.maxBufferedBytes ?? 67_108_864, 65_536, 2 ** 32),
  };
}

function resolveHistory(history: HistoryOptions): Required<HistoryOptions> {
  const minutes = whole("history.minutes", history.minutes ?? 1_440, 0, 144_000);
  const tradesPerMinute = within("history.tradesPerMinute", history.tradesPerMinute ?? 3, 0, 1_000);
  within("history.minutes times tradesPerMinute", minutes * tradesPerMinute, 0, MAX_PAST_TRADES);
  return { minutes, tradesPerMinute };
}

function resolveSymbol(symbol: SimulatedSymbol, flavour: VenueFlavour): SymbolSpec {
  const { symbol: name, price = WELL_KNOWN_PRICES[symbol.symbol] ?? "100" } = symbol;
  if (!/^[A-Z0-9]{2,20}$/.test(name)) {
    throw new RangeError(`symbol must be 2 to 20 letters and digits in upper case, was "${name}"`);
  }
  const priceDecimals = whole(`priceDecimals of ${name}`, symbol.priceDecimals ?? 2, 0, 8);
  const sizeDecimals = whole(`sizeDecimals of ${name}`, symbol.sizeDecimals ?? 5, 0, 8);
  const priceMantissa = parseFixedPoint(price, priceDecimals, `price of ${name}`);
  // The price moves between half and twice of where it began; every product with a size must be an exact integer.
  const highest = Math.floor(MAX_PRODUCT / MAX_TAKER_LOTS / 2);
  if (!(priceMantissa >= MIN_PRICE_MANTISSA && priceMantissa <= highest)) {
    throw new RangeError(
      `price of ${name} must be ${MIN_PRICE_MANTISSA} to ${highest} units of its last decimal, was ${priceMantissa}`,
    );
  }
  return {
    symbol: name,
    priceMantissa,
    priceDecimals,
    sizeDecimals,
    shownPriceDecimals: flavour === "binance" ? SPOT_DECIMALS : priceDecimals,
    shownSizeDecimals: flavour === "binance" ? SPOT_DECIMALS : sizeDecimals,
    firstTradeId: whole(`firstTradeId of ${name}`, symbol.firstTradeId ?? 1, 0, 2 ** 50),
  };
}

function within(name: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) throw new RangeError(`${name} must be ${min} to ${max}, was ${value}`);
  return value;
}

function whole(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value)) throw new RangeError(`${name} must be a whole number, was ${value}`);
  return within(name, value, min, max);
}
