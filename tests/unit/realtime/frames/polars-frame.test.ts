import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pl from "nodejs-polars";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FrameStore } from "../../../../src/realtime/frames/frame-store.ts";
import { GrowingSeries } from "../../../support/growing-series.ts";

const { series } = new GrowingSeries().grow(12);
const openTimeAt = (i: number) => new Date(series.closed.openTimeAt(i));

describe("a frame of bars in polars", () => {
  const frame = new FrameStore().frame(series);
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tickframe-frames-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("has its time as milliseconds of UTC", () => {
    expect(frame.dtypes[0]).toEqual(pl.Datetime("ms", "UTC"));
    expect(frame.select("timestamp").toString()).toContain("datetime[ms, UTC]");
  });

  it("gives its time as dates", () => {
    const timestamps = frame.getColumn("timestamp").toArray() as unknown as Date[];
    expect(timestamps[3]).toEqual(openTimeAt(3));
    expect(frame.row(3)[0]).toEqual(openTimeAt(3));
  });

  it("is filtered by a number, and by a time when the literal has the column's type", () => {
    const since = pl.lit(openTimeAt(7)).cast(pl.Datetime("ms", "UTC"));
    expect(frame.filter(pl.col("timestamp").gtEq(since)).height).toBe(5);
    expect(frame.filter(pl.col("close").gt(0).and(pl.col("closed"))).height).toBe(11);
    expect(frame.filter(pl.col("last_trade_id").eq(pl.lit(series.closed.rowAt(5).lastTradeId))).height).toBe(
      1,
    );
  });

  it("is queried lazily, at once and on another thread", async () => {
    const query = frame.lazy().select(pl.col("volume").sum());
    const total = frame.getColumn("volume").sum();
    expect(query.collectSync().row(0)[0]).toBeCloseTo(total, 12);
    expect((await query.collect()).row(0)[0]).toBeCloseTo(total, 12);
  });

  it("is grouped by time", () => {
    const grouped = frame
      .groupByDynamic({ indexColumn: "timestamp", every: "5s" })
      .agg(pl.col("high").max(), pl.col("trades").sum());
    expect(grouped.getColumn("trades").toArray()).toEqual([5, 5, 2]);
  });

  it("turns into records", () => {
    const row = series.closed.rowAt(4);
    expect(frame.toRecords()[4]).toEqual({
      timestamp: new Date(row.openTime),
      open: row.open,
      high: row.high,
      low: row.low,
      close: row.close,
      volume: row.volume,
      quote_volume: row.quoteVolume,
      trades: row.trades,
      taker_buy_volume: row.takerBuyVolume,
      first_trade_id: row.firstTradeId,
      last_trade_id: row.lastTradeId,
      revision: 0,
      closed: true,
      partial: false,
    });
  });

  it("is written as Parquet, in memory and to a file, and read back equal", () => {
    expect(pl.readParquet(frame.writeParquet()).frameEqual(frame)).toBe(true);
    const file = join(folder, "bars.parquet");
    frame.writeParquet(file, { compression: "zstd" });
    const readBack = pl.readParquet(file);
    expect(readBack.frameEqual(frame)).toBe(true);
    expect(readBack.dtypes).toEqual(frame.dtypes);
  });

  it("is written as CSV, in memory and to a file", async () => {
    const lines = frame.select("timestamp", "trades", "closed").writeCSV().toString().trimEnd().split("\n");
    expect(lines[0]).toBe("timestamp,trades,closed");
    expect(lines[1]).toMatch(/^2024-02-28T23:59:00\.000\+00:?00,1,true$/);
    expect(lines).toHaveLength(13);
    const file = join(folder, "bars.csv");
    frame.writeCSV(file);
    expect(await readFile(file, "utf8")).toBe(frame.writeCSV().toString());
  });
});
