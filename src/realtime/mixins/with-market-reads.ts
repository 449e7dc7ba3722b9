import { newestOhlc, priceRange, volumeStats } from "../frames/bar-summaries.ts";
import { recentTicks } from "../ring/tick-view.ts";
import type { Ohlc, PriceRange, VolumeStats } from "../frames/bar-summaries.ts";
import type { Quote } from "../market/quote.ts";
import type { Tick } from "../market/tick.ts";
import type { HasParts, Mixin } from "./mixin.ts";

/**
 * Figures of the market right now, read from typed arrays without a frame. Bars count the forming one. All throw an
 * UnknownSymbolError or UnknownTimeframeError for what the manager was not opened with.
 */
export interface MarketReads {
  /** Price of the newest trade, or of the newest bar before a live trade came; `undefined` before both. */
  getCurrentPrice(symbol: string): number | undefined;
  /** Best bid and ask; `undefined` without the `quotes` option, and before the first. */
  getQuote(symbol: string): Quote | undefined;
  /** The newest ticks of a symbol that the ring still holds, oldest first. @throws RangeError for a bad count. */
  getRecentTicks(symbol: string, count: number): Tick[];
  /** Prices and volume of the newest bar; `undefined` before the first. */
  getOhlc(symbol: string, timeframe: string): Ohlc | undefined;
  /** High, low and ranges of the newest bars, 20 by default. @throws RangeError when `bars` is no whole number above 0. */
  getPriceRange(
    symbol: string,
    timeframe: string,
    options?: { readonly bars?: number },
  ): PriceRange | undefined;
  /** Volumes of the newest bars, 20 by default. @throws RangeError as {@link getPriceRange} does. */
  getVolumeStats(
    symbol: string,
    timeframe: string,
    options?: { readonly bars?: number },
  ): VolumeStats | undefined;
}

export const withMarketReads: Mixin<HasParts, MarketReads> = (Base) =>
  class extends Base implements MarketReads {
    getCurrentPrice(symbol: string): number | undefined {
      const { intake, symbols, series } = this.parts;
      const live = intake.lastPrice(symbols.indexOf(symbol));
      return live ?? newestOhlc(series.get(symbol, series.timeframes[0]))?.close;
    }

    getQuote(symbol: string): Quote | undefined {
      return this.parts.quotes.get(this.parts.symbols.indexOf(symbol));
    }

    getRecentTicks(symbol: string, count: number): Tick[] {
      const { ring, symbols } = this.parts;
      return recentTicks(ring, symbols.indexOf(symbol), count, symbols.names);
    }

    getOhlc(symbol: string, timeframe: string): Ohlc | undefined {
      return newestOhlc(this.parts.series.get(symbol, timeframe));
    }

    getPriceRange(
      symbol: string,
      timeframe: string,
      { bars = 20 }: { bars?: number } = {},
    ): PriceRange | undefined {
      return priceRange(this.parts.series.get(symbol, timeframe), bars);
    }

    getVolumeStats(
      symbol: string,
      timeframe: string,
      { bars = 20 }: { bars?: number } = {},
    ): VolumeStats | undefined {
      return volumeStats(this.parts.series.get(symbol, timeframe), bars);
    }
  };
