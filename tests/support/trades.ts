import { parseDecimal, decimalToNumber } from "../../src/realtime/market/decimal.ts";
import { SymbolTable } from "../../src/realtime/market/symbol-table.ts";
import { Timeframe } from "../../src/realtime/market/timeframe.ts";
import { planRollup } from "../../src/realtime/bars/rollup-plan.ts";
import { SymbolBars, type BarListener, type EmptyIntervals } from "../../src/realtime/bars/symbol-bars.ts";
import { plainColumns } from "../../src/realtime/ring/tick-queue.ts";
import { WIDE_DIGITS } from "../../src/realtime/ring/tick-columns.ts";
import { WideDigitsTable } from "../../src/realtime/ring/wide-digits.ts";
import { SideCode } from "../../src/realtime/feed/wire-record.ts";
import type { BarRow } from "../../src/realtime/bars/bar-row.ts";
import type { BarSeries } from "../../src/realtime/bars/bar-series.ts";

/** A trade as a venue would write it. */
export interface TestTrade {
  readonly id: number;
  readonly time: number;
  readonly price: string;
  readonly size: string;
  readonly takerBought: boolean;
  /** Trades of an aggregate that ends at `id`; 1 by default. */
  readonly count?: number;
}

export interface BarsSetup {
  readonly timeframes: readonly string[];
  readonly keepBars?: number;
  readonly emptyIntervals?: EmptyIntervals;
  readonly listener?: BarListener;
}

/** Bars of one symbol, fed with trades in decimal text as the pipeline feeds them. */
export class BarsBench {
  readonly bars: SymbolBars;
  completeFrom = Infinity;
  readonly table = new SymbolTable(["X"]);
  readonly wide = new WideDigitsTable();
  readonly #columns = plainColumns(1);

  constructor({ timeframes, keepBars = Infinity, emptyIntervals = "omit", listener }: BarsSetup) {
    this.bars = new SymbolBars(
      0,
      { plan: planRollup(timeframes.map((name) => Timeframe.parse(name))), keepBars, emptyIntervals },
      {
        table: this.table,
        wide: this.wide,
        listener: listener ?? { onClosed() {}, onRevised() {} },
        completeFrom: () => this.completeFrom,
      },
    );
  }

  apply(trade: TestTrade): void {
    this.#apply(trade, trade.takerBought ? SideCode.buy : SideCode.sell);
  }

  applyUnknownSide(trade: TestTrade): void {
    this.#apply(trade, SideCode.unknown);
  }

  #apply(trade: TestTrade, side: number): void {
    const price = parseDecimal(trade.price)!;
    const size = parseDecimal(trade.size)!;
    const c = this.#columns;
    const isWide = price.mantissa >= 2n ** 51n || size.mantissa >= 2n ** 51n;
    if (isWide) this.wide.put(0, trade.id, { price, size });
    c.time[0] = trade.time;
    c.price[0] = decimalToNumber(price);
    c.size[0] = decimalToNumber(size);
    c.tradeId[0] = trade.id;
    c.tradeCount[0] = trade.count ?? 1;
    c.flags[0] = side | (isWide ? WIDE_DIGITS : 0);
    this.table.raisePrecision(0, price.decimals, size.decimals);
    this.completeFrom = Math.min(this.completeFrom, trade.time);
    this.bars.apply(c, 0);
  }

  applyAll(trades: Iterable<TestTrade>): this {
    for (const trade of trades) this.apply(trade);
    return this;
  }

  series(timeframe: string): BarSeries {
    return this.bars.series.find((series) => series.timeframe.name === timeframe)!;
  }

  /** Closed bars and then the forming one, revisions left out. */
  rows(timeframe: string): Omit<BarRow, "revision">[] {
    const series = this.series(timeframe);
    const forming = series.formingRow();
    return [...closedRows(series), ...(forming ? [forming] : [])].map(({ revision: _, ...row }) => row);
  }
}

export function closedRows({ closed }: BarSeries): BarRow[] {
  return Array.from({ length: closed.length }, (_, i) => closed.rowAt(i));
}

/** The bars of `trades` by the plainest possible reckoning, in exact decimal arithmetic. */
export function referenceBars(trades: readonly TestTrade[], timeframe: string): Omit<BarRow, "revision">[] {
  const parsed = Timeframe.parse(timeframe);
  const buckets = new Map<number, TestTrade[]>();
  for (const trade of trades) {
    const open = parsed.openOf(trade.time);
    buckets.set(open, [...(buckets.get(open) ?? []), trade]);
  }
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([openTime, all]) => {
      const byId = [...all].sort((a, b) => a.id - b.id);
      const prices = byId.map(({ price }) => Number(price));
      return {
        openTime,
        open: prices[0],
        high: Math.max(...prices),
        low: Math.min(...prices),
        close: prices.at(-1)!,
        volume: exactSum(all.map(({ size }) => [size])),
        quoteVolume: exactSum(all.map(({ price, size }) => [price, size])),
        trades: all.reduce((sum, { count = 1 }) => sum + count, 0),
        takerBuyVolume: exactSum(all.filter(({ takerBought }) => takerBought).map(({ size }) => [size])),
        firstTradeId: byId[0].id - (byId[0].count ?? 1) + 1,
        lastTradeId: byId.at(-1)!.id,
      };
    });
}

/** The float64 nearest to the sum of the products of decimal texts. */
export function exactSum(products: readonly (readonly string[])[]): number {
  const SCALE = 60;
  let sum = 0n;
  for (const factors of products) {
    let mantissa = 1n;
    let decimals = 0;
    for (const factor of factors) {
      const [whole, fraction = ""] = factor.split(".");
      mantissa *= BigInt(whole + fraction);
      decimals += fraction.length;
    }
    sum += mantissa * 10n ** BigInt(SCALE - decimals);
  }
  return Number(`${sum}e-${SCALE}`);
}
