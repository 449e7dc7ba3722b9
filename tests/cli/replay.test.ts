import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CliRun, linesOf, tickframe } from "./run-cli.ts";
import { tradeLines, writeTape } from "../support/trade-tapes.ts";

const path = temporaryFolder();

const TRADES = [
  { id: 1, at: -1, price: "9.50" },
  { id: 2, at: 0, price: "10.50" },
  { id: 4, at: 60_000, price: "12.00" },
  { id: 3, at: 59_000, price: "11.25" },
  { id: 5, at: 120_000, price: "13.00" },
];

async function tape(): Promise<string> {
  return writeTape(await path("tape.txt"), tradeLines(TRADES));
}

describe("tickframe replay", () => {
  it("prints each bar as it closes, a late trade's amendment, what was counted, and what the locks cost", async () => {
    const { code, stdout, stderr } = await tickframe("replay", await tape(), "--venue", "binance");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = linesOf(stdout).map((line) => line.replaceAll(/ +/g, " "));
    expect(lines.slice(0, 8)).toEqual([
      "opened (UTC) symbol bar open high low close volume trades",
      "2024-08-08 11:59:00 BTCUSDT 1m 9.5 9.5 9.5 9.5 1 1 partial",
      "2024-08-08 12:00:00 BTCUSDT 1m 10.5 10.5 10.5 10.5 1 1",
      "2024-08-08 12:00:00 BTCUSDT 1m 10.5 11.25 10.5 11.25 2 2 amended by a late trade (1)",
      "2024-08-08 12:01:00 BTCUSDT 1m 12 12 12 12 1 1",
      "",
      "5 lines, 5 trades, 1 out of order, 1 late, 1 gap (0 trades missing)",
      "",
    ]);
    expect(lines[8]).toBe("lock mode acquired waited wait p50 p99 max hold p50 p99 max");
    expect(lines[9]).toMatch(/^frames:BTCUSDT write \d+ 0 /);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(130);
  });

  it("tells bars and a summary as JSON, an object a line", async () => {
    const { stdout } = await tickframe("replay", await tape(), "--venue", "binance", "--json");
    const told = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ type, close, status, revision }) => [type, close, status, revision])).toEqual([
      ["bar", 9.5, "partial", 0],
      ["bar", 10.5, "closed", 0],
      ["bar", 11.25, "closed", 1],
      ["bar", 12, "closed", 0],
      ["summary", undefined, undefined, undefined],
    ]);
    expect(told[4]).toMatchObject({ lines: 5, trades: 5, outOfOrder: 1, late: 1, rejected: {} });
    expect(told[4].locks).toMatchObject([{ name: "frames:BTCUSDT" }]);
  });

  it("plays at the speed asked for, and ends cleanly on an interrupt", async () => {
    // At this speed the tape takes more than an hour.
    const run = new CliRun(["replay", await tape(), "--venue", "binance", "--speed", "0.05", "--json"]);
    await run.saw("stdout", '"type":"bar"');
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.finished();
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    const told = linesOf(stdout).map((line) => JSON.parse(line) as { readonly type: string });
    expect(told.map(({ type }) => type)).toEqual(["bar", "summary"]);
  });

  it("plays what comes before a fault, then tells it", async () => {
    const file = await writeTape(await path("bad.txt"), `${tradeLines(TRADES)}???\n`);
    const { code, stdout, stderr } = await tickframe("replay", file, "--venue", "binance");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: ${file} line 6 is not "<arrival time in ns> <message>"\n`,
    });
    expect(stdout).toContain("5 lines, 5 trades");
  });
});
