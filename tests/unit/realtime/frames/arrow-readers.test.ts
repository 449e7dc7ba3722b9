import { tableFromIPC } from "apache-arrow";
import { describe, expect, it } from "vitest";
import { BarIpcEncoder } from "../../../../src/realtime/frames/arrow-ipc.ts";
import { closedRows } from "../../../support/trades.ts";
import { GrowingSeries } from "../../../support/growing-series.ts";

function readBack(bars: number) {
  const { series } = new GrowingSeries().grow(bars).completeFrom(3);
  const bytes = new BarIpcEncoder().encode({
    columns: series.closed,
    from: 0,
    to: series.closed.length,
    forming: series.formingRow(),
    completeFrom: series.completeFrom,
  });
  return { series, table: tableFromIPC(Uint8Array.from(bytes)) };
}

describe("bars read by another implementation of Arrow", () => {
  it("have the documented columns, none of them nullable", () => {
    const { fields } = readBack(1).table.schema;
    expect(fields.map(({ name, type, nullable }) => `${name} ${type}${nullable ? " null" : ""}`)).toEqual([
      "timestamp Timestamp<MILLISECOND, UTC>",
      "open Float64",
      "high Float64",
      "low Float64",
      "close Float64",
      "volume Float64",
      "quote_volume Float64",
      "trades Int32",
      "taker_buy_volume Float64",
      "first_trade_id Int64",
      "last_trade_id Int64",
      "revision Int32",
      "closed Bool",
      "partial Bool",
    ]);
  });

  it.each([1, 8, 9, 500])("have the values of the series, of %i bars", (bars) => {
    const { series, table } = readBack(bars);
    const rows = [...closedRows(series), series.formingRow()!];
    expect(table.numRows).toBe(bars);
    expect(table.toArray().map((row) => ({ ...row.toJSON() }))).toEqual(
      rows.map((row, i) => ({
        timestamp: row.openTime,
        open: row.open,
        high: row.high,
        low: row.low,
        close: row.close,
        volume: row.volume,
        quote_volume: row.quoteVolume,
        trades: row.trades,
        taker_buy_volume: row.takerBuyVolume,
        first_trade_id: BigInt(row.firstTradeId),
        last_trade_id: BigInt(row.lastTradeId),
        revision: row.revision,
        closed: i < bars - 1,
        partial: i < 3,
      })),
    );
  });
});
