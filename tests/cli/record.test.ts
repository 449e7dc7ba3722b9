import { access, readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CliRun, linesOf, tickframe } from "./run-cli.ts";
import { refusedAddress, serveVenue } from "./venue-server.ts";
import type { SimulatedVenue } from "../../src/realtime/feed/venues/index.ts";

const path = temporaryFolder();

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Resolves when so many more trades have happened and were received. */
async function tradesPass(venue: SimulatedVenue, count: number): Promise<void> {
  const enough = venue.stats().trades + count;
  while (venue.stats().trades < enough) await new Promise((resolve) => setImmediate(resolve));
  await venue.received();
}

describe("tickframe record", () => {
  it("writes a tape for so many seconds, says what is in it, and its bars can be read", async () => {
    const { address } = await serveVenue();
    const out = await path("session.txt.gz");
    const recorded = await tickframe("record", "--venue", "binance", "--symbols", "BTCUSDT,ETHUSDT", "--out", out, "--seconds", "1.2", ...address); // prettier-ignore
    expect(recorded.code).toBe(0);
    const [, messages, trades] = /: ([\d,]+) messages, ([\d,]+) trades, none dropped\n$/.exec(
      recorded.stdout,
    )!;
    expect(recorded.stderr).toContain(`recording BTCUSDT, ETHUSDT of binance to ${out}`);
    expect((await readFile(out)).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
    const bars = await tickframe(
      "bars",
      out,
      "--venue",
      "binance",
      "--timeframes",
      "1s",
      "--include-partial",
    );
    expect(bars.stderr).toBe(`${messages} lines, ${trades} trades\n`);
    expect(new Set(linesOf(bars.stdout).map((row) => row.split(",")[1]))).toEqual(
      new Set(["symbol", "BTCUSDT", "ETHUSDT"]),
    );
  });

  it("closes the tape on an interrupt, and exits with 130", async () => {
    const { venue, address } = await serveVenue();
    const out = await path("session.txt");
    const run = new CliRun(["record", "--venue", "binance", "--symbols", "BTCUSDT", "--quotes", "--out", out, ...address]); // prettier-ignore
    await run.saw("stderr", "recording BTCUSDT");
    await tradesPass(venue, 100);
    run.child.kill("SIGINT");
    const { code, stdout } = await run.finished();
    expect(code).toBe(130);
    const [, messages] = /: ([\d,]+) messages/.exec(stdout)!;
    const text = await readFile(out, "utf8");
    expect(text.endsWith("}\n")).toBe(true);
    expect(linesOf(text)).toHaveLength(Number(messages.replace(",", "")));
    expect(text).toContain("bookTicker");
  });

  it("does not write over a file that exists, unless forced to", async () => {
    const { address } = await serveVenue();
    const out = await path("session.txt");
    await writeFile(out, "precious");
    const args = ["record", "--venue", "binance", "--symbols", "BTCUSDT", "--out", out, "--seconds", "0.5", ...address]; // prettier-ignore
    const refused = await tickframe(...args);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toMatch(/^error: cannot create tape .*EEXIST.*\n$/);
    expect(await readFile(out, "utf8")).toBe("precious");
    expect(await tickframe(...args, "--force")).toMatchObject({ code: 0 });
    expect(await readFile(out, "utf8")).toMatch(/^\d{19} \{/);
    expect(await exists(`${out}.part`)).toBe(false);
  });

  it("leaves no file, and an old one as it is, when the venue cannot be reached", async () => {
    const refused = await refusedAddress();
    const [fresh, old] = [await path("fresh.txt"), await path("old.txt")];
    await writeFile(old, "precious");
    const args = ["record", "--venue", "binance", "--symbols", "BTCUSDT", ...refused, "--out"];
    for (const result of [await tickframe(...args, fresh), await tickframe(...args, old, "--force")]) {
      expect(result).toMatchObject({ code: 2, stdout: "" });
      expect(result.stderr).toMatch(/^error: cannot connect to ws:\/\/127\.0\.0\.1:\d+\/stream: connection refused \(ECONNREFUSED\)\n$/); // prettier-ignore
    }
    expect(await exists(fresh)).toBe(false);
    expect(await exists(`${old}.part`)).toBe(false);
    expect(await readFile(old, "utf8")).toBe("precious");
  });

  it("tells of a symbol the venue does not have", async () => {
    const { address } = await serveVenue();
    const out = await path("session.txt");
    const result = await tickframe("record", "--venue", "binance", "--symbols", "NOPEUSDT", "--out", out, ...address); // prettier-ignore
    expect(result).toEqual({ code: 2, stdout: "", stderr: 'error: unknown symbol "NOPEUSDT" at binance\n' });
    expect(await exists(out)).toBe(false);
  });

  it("tells of a lost connection and of the trades that are missing", async () => {
    const { venue, address } = await serveVenue();
    const out = await path("session.txt");
    const run = new CliRun([
      "record",
      "--venue",
      "binance",
      "--symbols",
      "BTCUSDT",
      "--out",
      out,
      ...address,
    ]);
    await run.saw("stderr", "recording BTCUSDT");
    await tradesPass(venue, 20);
    venue.inject({ kind: "drop" });
    // Whatever happens now, nobody is told.
    for (let i = 0; i < 20; i++) venue.trade("BTCUSDT", { price: "60000", size: "1" });
    await run.saw("stderr", "are missing");
    run.child.kill("SIGINT");
    const { stdout, stderr } = await run.finished();
    expect(stderr).toMatch(/disconnected: .*; next try in \d\.\d s\n(.*\n)*connected again\n/);
    expect(stdout).toMatch(/, 1 gap \([\d,]+ trades? missing\), none dropped\n$/);
  });
});
