import { describe, expect, it } from "vitest";
import { CliRun, linesOf, tickframe } from "./run-cli.ts";
import { refusedAddress, serveVenue } from "./venue-server.ts";

const ARGS = ["live", "--venue", "binance", "--symbols", "BTCUSDT,ETHUSDT", "--timeframes", "1s,1m,5m"];

describe("tickframe live", () => {
  it("shows a line a second, and what the locks cost at the end", async () => {
    const { address } = await serveVenue();
    const { code, stdout, stderr } = await tickframe(
      ...ARGS,
      "--guard",
      "rwlock",
      "--seconds",
      "2.3",
      ...address,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = linesOf(stdout);
    expect(lines[0]).toMatch(/^tickframe live: binance/);
    const status = lines.filter((line) => line.includes("trades/s"));
    // At most one a second.
    expect([1, 2]).toContain(status.length);
    for (const line of status) expect(line).toMatch(/^ +\d s +\d+ trades\/s +\d+ bars closed +\d+ reads\/s +BTCUSDT [\d.]+ +ETHUSDT [\d.]+$/); // prettier-ignore
    expect(stdout).toMatch(/\n[\d,]+ messages, [\d,]+ trades, [\d,]+ reads, 0 torn\n/);
    for (const name of ["frames:BTCUSDT  read ", "frames:BTCUSDT  write", "frames:ETHUSDT  read "]) {
      expect(stdout).toContain(name);
    }
    // No cursor is moved where there is no terminal, and a line fits.
    expect(stdout).not.toContain("\u001b");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("tells bars, a status a second and a summary as JSON, and ends by an interrupt with 130", async () => {
    const { address } = await serveVenue();
    const run = new CliRun([...ARGS, "--history", "5", "--quotes", "--json", ...address]);
    await run.saw("stdout", '"type":"status"');
    run.child.kill("SIGINT");
    const { code, stdout, stderr } = await run.finished();
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    const told = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.at(-1)).toMatchObject({
      type: "summary",
      gaps: 0,
      missingTrades: 0,
      dropped: 0,
      tornReads: 0,
    });
    expect(told.find(({ type }) => type === "bar")).toMatchObject({ venue: "binance", timeframe: "1s" });
    expect(told.find(({ type }) => type === "status")).toMatchObject({
      feed: "open",
      timeframe: "1m",
      symbols: [
        { symbol: "BTCUSDT", price: expect.any(Number) as number, bid: expect.any(Number) as number },
        { symbol: "ETHUSDT", forming: { close: expect.any(Number) as number } },
      ],
    });
  });

  it.each([
    [["--venue", "nasdaq"], 'unknown venue "nasdaq"'],
    [["--symbols", "BTCUSDT,NOPEUSDT"], 'unknown symbol "NOPEUSDT" at binance'],
    [["--timeframes", "1m,1y"], 'unknown timeframe "1y"'],
    [
      ["--ws-url", "localhost"],
      'endpoints.ws must be an address with ws: or wss: and no query, was "localhost"',
    ],
  ])("with %j ends in one line and exit code 2", async (args, text) => {
    const { address } = await serveVenue();
    const { code, stdout, stderr } = await tickframe(...ARGS, ...address, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(`error: ${text}`);
  });

  it("tells of a refused connection in one line", async () => {
    const { code, stdout, stderr } = await tickframe(...ARGS, ...(await refusedAddress()));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: cannot connect to .*: connection refused \(ECONNREFUSED\)\n$/);
  });
});
