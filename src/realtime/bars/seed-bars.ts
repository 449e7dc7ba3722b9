import { decimalToNumber, parseDecimal, type Decimal } from "../market/decimal.ts";
import { lotsOf } from "./exact-sums.ts";
import type { VenueBar } from "../feed/history-source.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { Timeframe } from "../market/timeframe.ts";
import type { SeedBar } from "./symbol-bars.ts";

/** Raises the symbol's precision so that every number of the bars is a whole number of lots. */
export function raisePrecisionFor(bars: readonly VenueBar[], symbolIndex: number, table: SymbolTable): void {
  let price = 0;
  let size = 0;
  let quote = 0;
  for (const bar of bars) {
    price = Math.max(
      price,
      ...[bar.open, bar.high, bar.low, bar.close].map((text) => decimalOf(text).decimals),
    );
    size = Math.max(size, decimalOf(bar.volume).decimals, decimalOf(bar.takerBuyVolume).decimals);
    quote = Math.max(quote, decimalOf(bar.quoteVolume).decimals);
  }
  table.raisePrecision(symbolIndex, price, size);
  const short = quote - table.priceDecimals[symbolIndex] - table.sizeDecimals[symbolIndex];
  if (short > 0) table.raisePrecision(symbolIndex, 0, table.sizeDecimals[symbolIndex] + short);
}

/** The venue's bar in lots. The symbol's precision covers its decimals. */
export function seedBarOf(bar: VenueBar, symbolIndex: number, table: SymbolTable): SeedBar {
  const sizeDecimals = table.sizeDecimals[symbolIndex];
  const quoteDecimals = table.priceDecimals[symbolIndex] + sizeDecimals;
  return {
    openTime: bar.openTime,
    open: decimalToNumber(decimalOf(bar.open)),
    high: decimalToNumber(decimalOf(bar.high)),
    low: decimalToNumber(decimalOf(bar.low)),
    close: decimalToNumber(decimalOf(bar.close)),
    trades: bar.trades,
    volume: lotsOf(decimalOf(bar.volume), sizeDecimals),
    quoteVolume: lotsOf(decimalOf(bar.quoteVolume), quoteDecimals),
    takerBuyVolume: lotsOf(decimalOf(bar.takerBuyVolume), sizeDecimals),
  };
}

/** Rolls bars, ascending, up to a larger timeframe that they nest in. */
export function rollUpSeeds(bars: readonly SeedBar[], timeframe: Timeframe): readonly SeedBar[] {
  const rolled: SeedBar[] = [];
  for (const bar of bars) {
    const openTime = timeframe.openOf(bar.openTime);
    const last = rolled.at(-1);
    if (last?.openTime === openTime) rolled[rolled.length - 1] = joined(last, bar);
    else rolled.push({ ...bar, openTime });
  }
  return rolled;
}

function joined(first: SeedBar, second: SeedBar): SeedBar {
  return {
    openTime: first.openTime,
    open: first.open,
    high: Math.max(first.high, second.high),
    low: Math.min(first.low, second.low),
    close: second.close,
    trades: first.trades + second.trades,
    volume: first.volume + second.volume,
    quoteVolume: first.quoteVolume + second.quoteVolume,
    takerBuyVolume: first.takerBuyVolume + second.takerBuyVolume,
  };
}

/** Texts of a venue are checked where they come in; one that is no decimal here is our own mistake. */
function decimalOf(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (!decimal) throw new TypeError(`"${text}" is no decimal`);
  return decimal;
}
