import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { linesOf, tickframe } from "./run-cli.ts";
import { tradeLines, writeTape, type TapeTrade } from "../support/trade-tapes.ts";

const TRADES: readonly TapeTrade[] = [
  { id: 10, at: 0, price: "0.00000001", size: "0.00000003" },
  { id: 11, at: 20_000, price: "0.00000001", size: "0.00000003" },
  { id: 12, at: 61_000, price: "0.00000002", size: "1" },
];

describe("a tape that somebody cut or edited", () => {
  const path = temporaryFolder();

  it("is told as cut when a plain file ends within a message, after the bars of all before it", async () => {
    const text = tradeLines(TRADES);
    const tape = await writeTape(await path("cut.txt"), text.slice(0, -30));
    const { code, stdout, stderr } = await tickframe("bars", tape, "--venue", "binance", "--include-partial");
    expect(code).toBe(2);
    expect(linesOf(stdout)).toHaveLength(2);
    expect(linesOf(stderr).at(-1)).toMatch(/cut\.txt line 3 is cut short: the file ends within its message/);
  });

  it("may have blank lines", async () => {
    const tape = await writeTape(
      await path("blank.txt"),
      `\n${tradeLines(TRADES).replaceAll("\n", "\n\n")}\r\n\n`,
    );
    const { code, stderr } = await tickframe("bars", tape, "--venue", "binance");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "3 lines, 3 trades\n" });
  });

  it("gives tiny numbers without an exponent, as JSON too", async () => {
    const tape = await writeTape(await path("tiny.txt"), tradeLines(TRADES));
    const { stdout } = await tickframe("bars", tape, "--venue", "binance", "--json");
    expect(stdout).toContain('"open":0.00000001,');
    expect(stdout).toContain('"quote_volume":0.0000000000000006,');
    expect(JSON.parse(linesOf(stdout)[0])).toMatchObject({ open: 1e-8, volume: 6e-8, trades: 2 });
  });

  it("says in one line why a Parquet file cannot be written", async () => {
    const tape = await writeTape(await path("tape.txt"), tradeLines(TRADES));
    const out = `${await path("missing")}/bars.parquet`;
    const run = await tickframe("bars", tape, "--venue", "binance", "--format", "parquet", "--out", out);
    expect(run.code).toBe(2);
    expect(linesOf(run.stderr)).toHaveLength(1);
    expect(run.stderr).toMatch(/cannot write .*ENOENT/);
  });
});
