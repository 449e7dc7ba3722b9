import fc from "fast-check";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { BarIpcEncoder, type BarSlice } from "../../../../src/realtime/frames/arrow-ipc.ts";
import { BAR_FIELDS } from "../../../../src/realtime/frames/bar-schema.ts";
import { BarColumns } from "../../../../src/realtime/bars/bar-columns.ts";
import { expectedFrame, GrowingSeries } from "../../../support/growing-series.ts";
import type { BarSeries } from "../../../../src/realtime/bars/bar-series.ts";

function sliceOf(series: BarSeries, from = 0): BarSlice {
  const { closed: columns, completeFrom } = series;
  return { columns, from, to: columns.length, forming: series.formingRow(), completeFrom };
}

describe("BarIpcEncoder", () => {
  it("writes the frame that the public interface of polars makes of the same bars", () => {
    const encoder = new BarIpcEncoder();
    for (const bars of [1, 2, 7, 8, 9, 64, 65, 1_000]) {
      const { series } = new GrowingSeries().grow(bars);
      const frame = pl.readIPCStream(encoder.encode(sliceOf(series)));
      expect(frame.frameEqual(expectedFrame(series))).toBe(true);
      expect(frame.dtypes).toEqual(expectedFrame(series).dtypes);
    }
  });

  it("writes a frame without rows", () => {
    const bytes = new BarIpcEncoder().encode({
      columns: new BarColumns(10),
      from: 0,
      to: 0,
      forming: undefined,
      completeFrom: 0,
    });
    const frame = pl.readIPCStream(bytes);
    expect(frame.shape).toEqual({ height: 0, width: BAR_FIELDS.length });
    expect(frame.columns).toEqual(BAR_FIELDS.map(({ name }) => name));
  });

  it("writes closed bars alone when no bar is forming", () => {
    const { series } = new GrowingSeries().grow(20);
    const frame = pl.readIPCStream(new BarIpcEncoder().encode({ ...sliceOf(series), forming: undefined }));
    expect(frame.frameEqual(expectedFrame(series).head(19))).toBe(true);
    expect(frame.getColumn("closed").toArray()).not.toContain(false);
  });

  it("writes any part of the bars, wherever they begin to be complete", () => {
    const encoder = new BarIpcEncoder();
    const bars = 40;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: bars - 1 }),
        fc.integer({ min: -2, max: bars + 2 }),
        (from, complete) => {
          const { series } = new GrowingSeries().grow(bars).completeFrom(complete);
          const frame = pl.readIPCStream(encoder.encode(sliceOf(series, from)));
          expect(frame.frameEqual(expectedFrame(series, bars - from))).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("follows the columns when they slide and old bars leave", () => {
    const encoder = new BarIpcEncoder();
    const growing = new GrowingSeries({ keepBars: 50 });
    for (let round = 0; round < 40; round++) {
      const { series } = growing.grow(7);
      expect(pl.readIPCStream(encoder.encode(sliceOf(series))).frameEqual(expectedFrame(series))).toBe(true);
    }
  });

  it("carries numbers to the last bit and ids up to 2^53 - 1", () => {
    const { series } = new GrowingSeries().grow(1);
    const forming = {
      ...series.formingRow()!,
      open: Number.MIN_VALUE,
      high: Number.MAX_VALUE,
      low: -0,
      close: NaN,
      volume: 0.1 + 0.2,
      trades: 2 ** 31 - 1,
      firstTradeId: -1,
      lastTradeId: Number.MAX_SAFE_INTEGER,
      revision: 12,
    };
    const frame = pl.readIPCStream(new BarIpcEncoder().encode({ ...sliceOf(series), forming }));
    expect(frame.toRecords()[0]).toEqual({
      timestamp: new Date(forming.openTime),
      open: Number.MIN_VALUE,
      high: Number.MAX_VALUE,
      low: -0,
      close: NaN,
      volume: 0.1 + 0.2,
      quote_volume: forming.quoteVolume,
      trades: 2 ** 31 - 1,
      taker_buy_volume: forming.takerBuyVolume,
      first_trade_id: -1,
      last_trade_id: Number.MAX_SAFE_INTEGER,
      revision: 12,
      closed: false,
      partial: true,
    });
  });

  it("reuses its buffer without leaving a trace of what was in it", () => {
    const encoder = new BarIpcEncoder();
    const { series } = new GrowingSeries().grow(30);
    const first = Buffer.from(encoder.encode(sliceOf(series, 13)));
    const frame = pl.readIPCStream(encoder.encode(sliceOf(series)));
    expect(encoder.encode(sliceOf(series, 13)).equals(first)).toBe(true);
    expect(frame.frameEqual(expectedFrame(series))).toBe(true);
  });

  it("gives a buffer of the bytes alone, whose length is a multiple of 8, however many bars there are", () => {
    const encoder = new BarIpcEncoder();
    const { series } = new GrowingSeries().grow(20_000);
    for (const from of [0, 19_999, 5_000]) {
      const bytes = encoder.encode(sliceOf(series, from));
      expect(bytes.length % 8).toBe(0);
      expect(pl.readIPCStream(bytes).frameEqual(expectedFrame(series, 20_000 - from))).toBe(true);
    }
  });
});
