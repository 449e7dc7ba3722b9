import type { DataFrame } from "nodejs-polars";
import type { Bar } from "../../src/index.ts";
import type { BarRow } from "../../src/realtime/bars/bar-row.ts";

/** A row of a bar frame. */
export interface BarRecord {
  readonly timestamp: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly quote_volume: number;
  readonly trades: number;
  readonly taker_buy_volume: number;
  readonly first_trade_id: bigint | number;
  readonly last_trade_id: bigint | number;
  readonly revision: number;
  readonly closed: boolean;
  readonly partial: boolean;
}

export function barRecords(frame: DataFrame): BarRecord[] {
  return frame.toRecords() as unknown as BarRecord[];
}

/** The fields a bar shares with a venue's kline, in the order of `eightFields`. */
export function klineFields(bar: Bar | BarRow): readonly number[] {
  return [
    bar.open,
    bar.high,
    bar.low,
    bar.close,
    bar.volume,
    bar.quoteVolume,
    bar.trades,
    bar.takerBuyVolume,
  ];
}

/** The same of a frame's row. */
export function recordFields(record: BarRecord): readonly number[] {
  const { open, high, low, close, volume, quote_volume, trades, taker_buy_volume } = record;
  return [open, high, low, close, volume, quote_volume, trades, taker_buy_volume];
}
