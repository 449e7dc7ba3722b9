import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CliRun, linesOf, NODE_MAIN, tickframe } from "./run-cli.ts";
import {
  lineAt,
  MINUTE,
  tradeLines,
  tradeMessage,
  writeTape,
  type TapeTrade,
} from "../support/trade-tapes.ts";

const HEADER =
  "venue,symbol,timeframe,open_time,open,high,low,close,volume,quote_volume,trades,taker_buy_volume,first_trade_id," +
  "last_trade_id,status";

/** Two whole minutes with a part before and a part behind. */
const TRADES: readonly TapeTrade[] = [
  { id: 10, at: -30_000, price: "99.50" },
  { id: 11, at: 0, price: "100.10", size: "0.5" },
  { id: 12, at: 20_000, price: "101.30", size: "0.25", sold: true },
  { id: 13, at: 59_999, price: "100.70", size: "2" },
  { id: 14, at: 60_000, price: "100.60", size: "0.0000001" },
  { id: 15, at: 119_000, price: "98.00", size: "3", sold: true },
  { id: 16, at: 120_500, price: "98.10" },
];

const FIRST = `binance,BTCUSDT,1m,${MINUTE},100.1,101.3,100.1,100.7,2.75,276.775,3,2.5,11,13,closed`;
const SECOND = `binance,BTCUSDT,1m,${MINUTE + 60_000},100.6,100.6,98,98,3.0000001,294.00001006,2,0.0000001,14,15,closed`;
const BEFORE = `binance,BTCUSDT,1m,${MINUTE - 60_000},99.5,99.5,99.5,99.5,1,99.5,1,1,10,10,partial`;
const BEHIND = `binance,BTCUSDT,1m,${MINUTE + 120_000},98.1,98.1,98.1,98.1,1,98.1,1,1,16,16,partial`;

const path = temporaryFolder();

async function tapeOf(text: string, name = "tape.txt"): Promise<string> {
  return writeTape(await path(name), text);
}

describe("tickframe bars", () => {
  it("prints the whole bars of a tape as CSV, and what it read on standard error", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    expect(await tickframe("bars", tape, "--venue", "binance")).toEqual({
      code: 0,
      stdout: `${HEADER}\n${FIRST}\n${SECOND}\n`,
      stderr: "7 lines, 7 trades\n",
    });
  });

  it("prints the bars that the tape cuts off when asked to, as partial", async () => {
    const tape = await tapeOf(tradeLines(TRADES), "tape.txt.gz");
    const { stdout } = await tickframe("bars", tape, "--venue", "binance", "--include-partial");
    expect(linesOf(stdout)).toEqual([HEADER, BEFORE, FIRST, SECOND, BEHIND]);
  });

  it("orders rows by symbol, timeframe from the smallest, and time", async () => {
    const eth = TRADES.map((trade) => ({ ...trade, symbol: "ETHUSDT" }));
    const ada = TRADES.map((trade) => ({ ...trade, symbol: "ADAUSDT" }));
    const tape = await tapeOf(tradeLines([...eth, ...TRADES, ...ada]));
    const { stdout } = await tickframe("bars", tape, "--venue", "binance", "--timeframes", "5m,1m,1s", "--symbols", "adausdt,ETHUSDT", "--include-partial"); // prettier-ignore
    const keys = linesOf(stdout)
      .slice(1)
      .map((row) => row.split(",").slice(1, 4));
    expect([...new Set(keys.map(([symbol, timeframe]) => `${symbol} ${timeframe}`))]).toEqual([
      "ADAUSDT 1s",
      "ADAUSDT 1m",
      "ADAUSDT 5m",
      "ETHUSDT 1s",
      "ETHUSDT 1m",
      "ETHUSDT 5m",
    ]);
    const times = keys.filter(([symbol, timeframe]) => symbol === "ADAUSDT" && timeframe === "1s").map(([, , time]) => Number(time)); // prettier-ignore
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times).toHaveLength(7);
  });

  it("takes several files as one session", async () => {
    const one = await tapeOf(tradeLines(TRADES.slice(0, 3)), "one.txt");
    const two = await tapeOf(tradeLines(TRADES.slice(3)), "two.txt.gz");
    const { stdout, stderr } = await tickframe("bars", one, two, "--venue", "binance");
    expect(linesOf(stdout)).toEqual([HEADER, FIRST, SECOND]);
    expect(stderr).toBe("7 lines, 7 trades\n");
  });

  it("gives the same rows for trades out of order, twice or late, and counts them", async () => {
    const sorted = await tapeOf(tradeLines(TRADES), "sorted.txt");
    const [before, a, b, c, d, e, behind] = TRADES;
    const arrivals = [before, b, a, a, d, e, c, behind, d];
    const text = arrivals.map((trade, i) => lineAt(i * 15_000, tradeMessage(trade))).join("");
    const shuffled = await tapeOf(text, "shuffled.txt");
    const args = ["--venue", "binance", "--include-partial", "--timeframes", "1s,1m,5m"];
    const [expected, found] = await Promise.all([
      tickframe("bars", sorted, ...args),
      tickframe("bars", shuffled, ...args),
    ]);
    expect(found.stdout).toBe(expected.stdout);
    expect(found.stderr).toMatch(/^9 lines, 7 trades, 2 duplicates, 2 out of order, \d+ late, 2 gaps \(0 trades missing\)\n$/); // prettier-ignore
  });

  it("takes no bar for whole because its messages came early: what they say counts", async () => {
    const [before, first] = TRADES;
    const early = [
      { id: 12, at: 1_000 },
      { id: 13, at: 59_000 },
      { id: 14, at: 59_500 },
    ];
    // By the arrival of the last line, a clock that goes by the others is a minute ahead.
    const [late, ...others] = early.map(tradeMessage);
    const text = tradeLines([before, first]) + others.map((message) => lineAt(1, message)).join("") + lineAt(30_000, late); // prettier-ignore
    const tape = await tapeOf(text);
    const { stdout } = await tickframe("bars", tape, "--venue", "binance", "--include-partial");
    const statuses = linesOf(stdout).slice(1).map((row) => row.split(",").slice(10, 15).join(",")); // prettier-ignore
    expect(statuses).toEqual(["1,1,10,10,partial", "4,3.5,11,14,partial"]);
  });

  it("counts missing trades and rejected messages by reason", async () => {
    const bad = tradeMessage({ id: 12, at: 1, price: "-3" });
    const holes = tradeLines(TRADES.filter(({ id }) => id !== 13 && id !== 12));
    const tape = await tapeOf(`${lineAt(-40_000, "{")}${lineAt(-40_000, bad)}${holes}`);
    const { code, stderr } = await tickframe("bars", tape, "--venue", "binance");
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "7 lines, 5 trades, 1 gap (2 trades missing), rejected: 1 malformed, 1 badNumber\n",
    });
  });

  it("prints one object a line as JSON", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    const { stdout } = await tickframe("bars", tape, "--venue", "binance", "--json");
    const rows = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(Object.keys(rows[0]).join(",")).toBe(HEADER);
    expect(rows.map((row) => Object.values(row).join(","))).toEqual([
      FIRST,
      SECOND.replace("0.0000001,14", "1e-7,14"),
    ]);
  });

  it("writes Parquet with the columns of the CSV", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    const out = await path("bars.parquet");
    const { code, stdout } = await tickframe("bars", tape, "--venue", "binance", "--include-partial", "--format", "parquet", "--out", out); // prettier-ignore
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const frame = pl.readParquet(out);
    expect(frame.columns.join(",")).toBe(HEADER);
    expect(frame.getColumn("status").toArray()).toEqual(["partial", "closed", "closed", "partial"]);
    expect(frame.row(1)).toEqual(["binance", "BTCUSDT", "1m", new Date(MINUTE), 100.1, 101.3, 100.1, 100.7, 2.75, 276.775, 3, 2.5, 11, 13, "closed"]); // prettier-ignore
  });

  it("writes to a file with --out", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    const out = await path("bars.csv");
    await writeFile(out, "something old that is longer than what is to come".repeat(100));
    const { code, stdout, stderr } = await tickframe("bars", tape, "--venue", "binance", "--out", out);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(await readFile(out, "utf8")).toBe(`${HEADER}\n${FIRST}\n${SECOND}\n`);
    expect(stderr).toContain(`2 bars written to ${out}`);
  });

  it("never writes over a tape it reads", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    const { code, stderr } = await tickframe("bars", tape, "--venue", "binance", "--out", tape);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: --out ${tape} is one of the tapes to read\n`,
    });
    expect(await readFile(tape, "utf8")).toBe(tradeLines(TRADES));
  });

  it("prints the bars before a damaged line, then names file and line", async () => {
    const tape = await tapeOf(`${tradeLines(TRADES)}no tape line\n${tradeLines(TRADES)}`);
    expect(await tickframe("bars", tape, "--venue", "binance")).toEqual({
      code: 2,
      stdout: `${HEADER}\n${FIRST}\n${SECOND}\n`,
      stderr: `7 lines, 7 trades\nerror: ${tape} line 8 is not "<arrival time in ns> <message>"\n`,
    });
  });

  it("prints the bars before the end of a cut file", async () => {
    const tape = await tapeOf(tradeLines(TRADES), "cut.gz");
    // What is cut off is the checksum behind the packed data.
    await writeFile(tape, (await readFile(tape)).subarray(0, -8));
    const { code, stdout, stderr } = await tickframe("bars", tape, "--venue", "binance");
    expect({ code, stdout }).toEqual({ code: 2, stdout: `${HEADER}\n${FIRST}\n${SECOND}\n` });
    expect(linesOf(stderr)[1]).toMatch(/^error: tape .*cut\.gz is cut short or damaged: .*\(after line 7\)$/);
  });

  it("prints the bars before a missing file", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    const { code, stdout, stderr } = await tickframe("bars", tape, "/nowhere/x", "--venue", "binance");
    expect({ code, stdout }).toEqual({ code: 2, stdout: `${HEADER}\n${FIRST}\n${SECOND}\n` });
    expect(stderr).toContain("error: cannot open tape /nowhere/x: ENOENT");
  });

  it.each([
    [["--venue", "nasdaq"], 'unknown venue "nasdaq"; known venues are binance, binance-usdm'],
    [["--venue", "binance", "--symbols", "DOGEUSDT"], 'unknown symbol "DOGEUSDT"'],
    [["--venue", "binance", "--symbols", "a b"], 'unknown symbol "a b"'],
    [["--venue", "binance", "--timeframes", "1m,7x"], 'unknown timeframe "7x"'],
    [["--venue", "binance", "--format", "parquet"], "--format parquet needs a file to write to: --out FILE"],
    [["--venue", "binance", "--out", "/nowhere/bars.csv"], "cannot write /nowhere/bars.csv: ENOENT"],
  ])("with %j ends in one line, exit code 2 and no rows", async (args, text) => {
    const tape = await tapeOf(tradeLines(TRADES));
    const { code, stdout, stderr } = await tickframe("bars", tape, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(`error: ${text}`);
  });

  it("tells of a symbol without trades after the bars of the others", async () => {
    const tape = await tapeOf(tradeLines(TRADES));
    const { code, stdout, stderr } = await tickframe("bars", tape, "--venue", "binance", "--symbols", "BTCUSDT,DOGEUSDT"); // prettier-ignore
    expect({ code, stdout }).toEqual({ code: 2, stdout: `${HEADER}\n${FIRST}\n${SECOND}\n` });
    expect(linesOf(stderr)[1]).toContain('error: unknown symbol "DOGEUSDT"');
  });

  it("prints the header alone for a tape without trades", async () => {
    const tape = await tapeOf("");
    expect(await tickframe("bars", tape, "--venue", "binance")).toEqual({
      code: 0,
      stdout: `${HEADER}\n`,
      stderr: "0 lines, no trades\n",
    });
  });

  it.skipIf(!existsSync("/dev/full"))(
    "tells of a full disk, behind --out and behind standard output",
    async () => {
      const tape = await tapeOf(tradeLines(TRADES));
      const named = await tickframe("bars", tape, "--venue", "binance", "--out", "/dev/full");
      expect({ code: named.code, stdout: named.stdout }).toEqual({ code: 2, stdout: "" });
      expect(named.stderr).toMatch(/^error: cannot write \/dev\/full: ENOSPC.*\n$/);
      const shell = ["sh", "-c", '"$@" > /dev/full', "sh", ...NODE_MAIN];
      const { code, stderr } = await new CliRun(["bars", tape, "--venue", "binance"], shell).finished();
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: cannot write to standard output: .*ENOSPC.*\n$/);
    },
  );

  describe("with many rows", () => {
    const ROWS = 40_000;
    const many = (): string =>
      tradeLines(Array.from({ length: ROWS }, (_, i) => ({ id: i + 1, at: i * 1_000 + 1 })));

    it("loses none to a slow reader", async () => {
      const tape = await tapeOf(many());
      const run = new CliRun(["bars", tape, "--venue", "binance", "--timeframes", "1s", "--include-partial"]);
      const { stdout } = run.child;
      stdout.on("data", () => {
        stdout.pause();
        setImmediate(() => setImmediate(() => stdout.resume()));
      });
      const { code, stdout: text } = await run.finished();
      expect({ code, lines: linesOf(text).length }).toEqual({ code: 0, lines: ROWS + 1 });
    });

    it("ends quietly when its reader goes away", async () => {
      const tape = await tapeOf(many());
      const run = new CliRun(["bars", tape, "--venue", "binance", "--timeframes", "1s"]);
      await run.saw("stdout", HEADER);
      run.child.stdout.destroy();
      expect(await run.finished()).toMatchObject({ code: 0, stderr: "" });
    });
  });
});
