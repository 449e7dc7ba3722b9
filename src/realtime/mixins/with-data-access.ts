import { newestFrame, frameSince, isSeriesReady, FrameReads } from "../frames/frame-reads.ts";
import type pl from "nodejs-polars";
import type { LockWaitOptions } from "../../locks/index.ts";
import type { HasParts, Mixin } from "./mixin.ts";

/** Bars as polars frames: one row a bar, oldest first, the forming bar last. */
export interface DataAccess {
  /**
   * The newest bars of a symbol, all that are kept by default. The same frame until a trade changes it; it cannot be
   * changed in place (`clone()` it first). A single read needs no lock and never waits.
   *
   * @throws UnknownSymbolError, UnknownTimeframeError for what the manager was not opened with; RangeError for `bars` that
   * is no whole number above 0.
   */
  getData(symbol: string, timeframe: string, options?: { readonly bars?: number }): Promise<pl.DataFrame>;
  /** The newest `count` bars, 1 by default. */
  getLatestBars(symbol: string, timeframe: string, count?: number): Promise<pl.DataFrame>;
  /** Frames of several timeframes (all by default), of one commit. */
  getMtfData(
    symbol: string,
    options?: { readonly timeframes?: readonly string[]; readonly bars?: number },
  ): Promise<Record<string, pl.DataFrame>>;
  /** Bars that open at `since` (a date, or ms since the epoch) or later. */
  getBarsSince(symbol: string, timeframe: string, since: Date | number): Promise<pl.DataFrame>;
  /** Whether each timeframe asked for (all by default) has `minBars` bars, 20 by default. */
  isDataReady(symbol: string, options?: { readonly timeframe?: string; readonly minBars?: number }): boolean;
  /**
   * Runs `read` on the symbol's newest commit: however often it awaits, all frames it gets belong to that one. What becomes
   * of trades that arrive meanwhile is a matter of the `guard` the manager was opened with; by default they are committed as ever.
   */
  withRead<T>(
    symbol: string,
    read: (frames: FrameReads) => T | PromiseLike<T>,
    options?: LockWaitOptions,
  ): Promise<T>;
}

export const withDataAccess: Mixin<HasParts, DataAccess> = (Base) =>
  class extends Base implements DataAccess {
    async getData(
      symbol: string,
      timeframe: string,
      { bars }: { bars?: number } = {},
    ): Promise<pl.DataFrame> {
      return newestFrame(this.parts, symbol, timeframe, bars);
    }

    async getLatestBars(symbol: string, timeframe: string, count = 1): Promise<pl.DataFrame> {
      return newestFrame(this.parts, symbol, timeframe, count);
    }

    async getMtfData(
      symbol: string,
      { timeframes, bars }: { timeframes?: readonly string[]; bars?: number } = {},
    ): Promise<Record<string, pl.DataFrame>> {
      const names = timeframes ?? this.parts.series.timeframes;
      return Object.fromEntries(names.map((name) => [name, newestFrame(this.parts, symbol, name, bars)]));
    }

    async getBarsSince(symbol: string, timeframe: string, since: Date | number): Promise<pl.DataFrame> {
      return frameSince(this.parts, symbol, timeframe, Number(since));
    }

    isDataReady(
      symbol: string,
      { timeframe, minBars = 20 }: { timeframe?: string; minBars?: number } = {},
    ): boolean {
      const names = timeframe === undefined ? this.parts.series.timeframes : [timeframe];
      return names.every((name) => isSeriesReady(this.parts.series.get(symbol, name), minBars));
    }

    async withRead<T>(
      symbol: string,
      read: (frames: FrameReads) => T | PromiseLike<T>,
      options?: LockWaitOptions,
    ): Promise<T> {
      return this.parts.series.guardOf(symbol).withRead(async (view) => {
        const frames = new FrameReads(this.parts, symbol, view);
        try {
          return await read(frames);
        } finally {
          frames.release();
        }
      }, options);
    }
  };
