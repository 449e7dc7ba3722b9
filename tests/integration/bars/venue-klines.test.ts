import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BarsBench, type TestTrade } from "../../support/trades.ts";

const FOLDER = join(import.meta.dirname, "../../../../shared/data/binance-usdm-btcusdt");
const read = (name: string) =>
  gunzipSync(readFileSync(join(FOLDER, name)))
    .toString()
    .trim()
    .split("\n");

interface RecordedTrade {
  readonly t: number;
  readonly T: number;
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
}

function recordedTrades(): TestTrade[] {
  return read("usdm_btcusdt_20240808.ws.txt.gz")
    .filter((line) => line.includes('"btcusdt@trade"'))
    .map((line) => (JSON.parse(line.slice(line.indexOf(" "))) as { data: RecordedTrade }).data)
    .map(({ t, T, p, q, m }) => ({ id: t, time: T, price: p, size: q, takerBought: !m }));
}

/** Shuffles neighbours, in a way that is the same in every run. */
function disordered(trades: readonly TestTrade[]): TestTrade[] {
  const delayed = (i: number) => i + (i % 97 === 0 ? 4_000 : (i * 31) % 13);
  return trades
    .map((trade, i) => ({ trade, at: delayed(i) }))
    .sort((a, b) => a.at - b.at)
    .map(({ trade }) => trade);
}

describe("Bars of a recorded session", () => {
  it.skipIf(!existsSync(FOLDER)).each([
    ["as it came", (trades: TestTrade[]) => trades],
    ["out of order", disordered],
  ])("equal the venue's klines in all eight fields, %s", (_, order) => {
    const bench = new BarsBench({ timeframes: ["1s", "1m"] }).applyAll(order(recordedTrades()));
    bench.bars.advanceTo(Date.UTC(2024, 7, 9));
    const rows = new Map(bench.rows("1m").map((row) => [row.openTime, row]));
    const klines = read("klines-1m.csv.gz").map((line) => line.split(",").map(Number));
    const full = klines.filter(
      ([openTime]) => openTime >= Date.UTC(2024, 7, 8, 23, 55) && openTime < Date.UTC(2024, 7, 9),
    );
    expect(full).toHaveLength(5);
    for (const [openTime, open, high, low, close, volume, , quoteVolume, trades, takerBuyVolume] of full) {
      expect(rows.get(openTime)).toMatchObject({
        open,
        high,
        low,
        close,
        volume,
        quoteVolume,
        trades,
        takerBuyVolume,
      });
    }
    expect(bench.series("1m").completeFrom).toBeGreaterThan(Date.UTC(2024, 7, 8, 23, 54));
    expect(bench.bars.late.tooLate).toBe(0);
  });
});
