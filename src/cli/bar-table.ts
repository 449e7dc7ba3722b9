import { grouped, plainDecimal } from "./number-format.ts";
import type { Bar } from "../index.ts";

const WIDTHS = { time: 19, symbol: 10, timeframe: 3, price: 10, volume: 12, trades: 8 } as const;

/** Bars as lines of a table that is written while its rows are still to come, so with columns of a fixed width. */
export class BarTable {
  #hasTitle = false;

  /** The line of a bar, behind the titles if it is the first. */
  line(bar: Bar): string {
    const titles = this.#hasTitle ? "" : TITLES;
    this.#hasTitle = true;
    return titles + barLine(bar);
  }
}

const TITLES = lineOf("opened (UTC)", "symbol", "bar", ["open", "high", "low", "close"], "volume", "trades");

function barLine(bar: Bar): string {
  const time = new Date(bar.openTime).toISOString().slice(0, 19).replace("T", " ");
  const prices = [bar.open, bar.high, bar.low, bar.close].map(plainDecimal);
  const volume = plainDecimal(bar.volume);
  return lineOf(time, bar.symbol, bar.timeframe, prices, volume, grouped(bar.trades), noteOf(bar));
}

function noteOf({ isPartial, revision }: Bar): string {
  if (revision > 0) return `amended by a late trade (${revision})`;
  return isPartial ? "partial" : "";
}

function lineOf(
  time: string,
  symbol: string,
  timeframe: string,
  prices: readonly string[],
  volume: string,
  trades: string,
  note = "",
): string {
  const cells = [
    time.padEnd(WIDTHS.time),
    symbol.padEnd(WIDTHS.symbol),
    timeframe.padEnd(WIDTHS.timeframe),
    ...prices.map((price) => price.padStart(WIDTHS.price)),
    volume.padStart(WIDTHS.volume),
    trades.padStart(WIDTHS.trades),
    note,
  ];
  return `${cells.join(" ").trimEnd()}\n`;
}
