import { describe, expect, it } from "vitest";
import { hasSharedData, sharedData, sharedKlines, sharedLines } from "../support/shared-data.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { linesOf, tickframe } from "./run-cli.ts";
import { writeTape } from "../support/trade-tapes.ts";

const path = temporaryFolder();

/** Rows of the CSV, split; the titles left out. */
function cellsOf(csv: string): readonly (readonly string[])[] {
  return linesOf(csv)
    .slice(1)
    .map((row) => row.split(","));
}

/** The same eight fields as of a kline. */
function fieldsOf(cells: readonly string[]): readonly number[] {
  const [open, high, low, close, volume, quoteVolume, trades, takerBuyVolume] = cells.slice(4, 12);
  return [open, high, low, close, volume, quoteVolume, trades, takerBuyVolume].map(Number);
}

describe.skipIf(!hasSharedData)("tickframe bars on recorded sessions", () => {
  it("gives the venue's own klines of a futures session, the minute it began in as partial", async () => {
    const tape = sharedData("binance-usdm-btcusdt/usdm_btcusdt_20240808.ws.txt.gz");
    const klines = sharedKlines("binance-usdm-btcusdt/klines-1m.csv.gz");
    const { code, stdout, stderr } = await tickframe("bars", tape, "--venue", "binance-usdm", "--include-partial", "--timeframes", "1m,5m"); // prettier-ignore
    const rows = cellsOf(stdout);
    const minutes = rows.filter(([, , timeframe]) => timeframe === "1m");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "93,954 lines, 21,313 trades\n" });
    expect(
      minutes.map((cells) => [new Date(Number(cells[3])).toISOString().slice(11, 16), cells[14]]),
    ).toEqual([
      ["23:54", "partial"],
      ["23:55", "closed"],
      ["23:56", "closed"],
      ["23:57", "closed"],
      ["23:58", "closed"],
      ["23:59", "closed"],
    ]);
    for (const cells of minutes.slice(1)) expect(fieldsOf(cells)).toEqual(klines.get(Number(cells[3])));
    expect(rows.slice(6).map((cells) => [cells[2], cells[10], cells[14]])).toEqual([
      ["5m", "1751", "partial"],
      ["5m", "19562", "closed"],
    ]);
  });

  it("takes two files of one session as one, and a trade of the next day into its own bar", async () => {
    const tapes = ["20240808", "20240809"].map((day) =>
      sharedData(`binance-spot-btcusdt/spot_btcusdt_${day}.ws.txt.gz`),
    );
    const { stdout, stderr } = await tickframe("bars", ...tapes, "--venue", "binance", "--include-partial");
    const rows = cellsOf(stdout);
    expect(stderr).toBe("99,574 lines, 19,904 trades\n");
    expect(rows.reduce((sum, cells) => sum + Number(cells[10]), 0)).toBe(19_904);
    // Each bar begins with the trade behind the last one of the bar before.
    rows.slice(1).forEach((cells, i) => expect(Number(cells[12])).toBe(Number(rows[i][13]) + 1));
    expect([rows[0][12], rows[rows.length - 1][13]]).toEqual(["3735683259", "3735703162"]);
    expect(rows.filter((cells) => cells[14] === "partial").map((cells) => cells[3])).toEqual([
      String(Date.UTC(2024, 7, 8, 23, 54)),
      String(Date.UTC(2024, 7, 9, 0, 5)),
    ]);
  });

  it("leaves minutes without a trade out, and counts the trades of aggregates", async () => {
    const text = sharedLines("binance-spot-xrpeth-sparse/aggtrades.csv.gz")
      .slice(1)
      .map((line) => {
        const [a, p, q, f, l, T, isMaker] = line.split(",");
        const m = isMaker.toLowerCase() === "true" || isMaker === "1";
        const [time, first, last] = [T, f, l].map(Number);
        const trade = {
          e: "aggTrade",
          E: time,
          s: "XRPETH",
          a: Number(a),
          p,
          q,
          f: first,
          l: last,
          T: time,
          m,
          M: true,
        };
        return `${time}000000 ${JSON.stringify(trade)}\n`;
      })
      .join("");
    const tape = await writeTape(await path("xrpeth.txt"), text);
    const { stdout, stderr } = await tickframe("bars", tape, "--venue", "binance", "--include-partial");
    const rows = cellsOf(stdout);
    expect(stderr).toBe("12,477 lines, 14,672 trades\n");
    expect(rows).toHaveLength(2_469);
    expect(rows.reduce((sum, cells) => sum + Number(cells[10]), 0)).toBe(14_672);
    expect(rows.filter((cells) => cells[14] === "partial")).toHaveLength(2);
  });
});
