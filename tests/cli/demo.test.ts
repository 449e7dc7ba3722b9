import { describe, expect, it } from "vitest";
import { CliRun, linesOf, tickframe } from "./run-cli.ts";
import { serveVenue } from "./venue-server.ts";

describe("tickframe demo", () => {
  it("runs for so long, then shows that bars are the venue's own, that nothing was lost, and what locks cost", async () => {
    const { code, stdout, stderr } = await tickframe("demo", "--seconds", "2");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [, equal, bars] = /^bars +([\d,]+)\/([\d,]+) equal to the venue's own klines in all 8 fields/m.exec(
      stdout,
    )!;
    expect(equal).toBe(bars);
    // 60 minutes of history for each of three symbols, and more.
    expect(Number(bars)).toBeGreaterThan(180);
    const [, received] = /^ticks +0 lost of ([\d,]+); 0 gaps$/m.exec(stdout)!;
    expect(Number(received.replace(",", ""))).toBeGreaterThan(2_000);
    expect(stdout).toMatch(/^reads +0 torn of [\d,]+, /m);
    expect(stdout).toMatch(/^heap +[\d.]+ MiB at the start, [\d.]+ MiB at the end/m);
    expect(stdout.match(/^frames:\w+ +(read|write) /gm)).toHaveLength(6);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("tells its checks as JSON, for the symbols and the rate asked for", async () => {
    const { code, stdout } = await tickframe("demo", "--seconds", "1.5", "--symbols", "btcusdt", "--rate", "500", "--json"); // prettier-ignore
    expect(code).toBe(0);
    const summary = JSON.parse(linesOf(stdout).at(-1)!) as { bars: { compared: number; equal: number } };
    expect(summary).toMatchObject({ type: "summary", isGood: true, lost: 0, tornReads: 0, gaps: 0 });
    expect(summary.bars.equal).toBe(summary.bars.compared);
    expect(summary).toMatchObject({ locks: [{ name: "frames:BTCUSDT", locks: 1 }] });
  });

  it("shows that nobody waits where readers see snapshots", async () => {
    const { code, stdout } = await tickframe("demo", "--seconds", "1.5", "--guard", "snapshot", "--json");
    expect(code).toBe(0);
    const summary = JSON.parse(linesOf(stdout).at(-1)!) as {
      reads: number;
      locks: { read: { acquisitions: number }; write: { contended: number } }[];
    };
    expect(summary).toMatchObject({ isGood: true, lost: 0, tornReads: 0 });
    expect(summary.reads).toBeGreaterThan(10);
    expect(summary.locks.map(({ read, write }) => read.acquisitions + write.contended)).toEqual([0, 0, 0]);
  });

  it("reports what it saw when it is interrupted", async () => {
    const run = new CliRun(["demo"]);
    await run.saw("stdout", "trades/s");
    run.child.kill("SIGINT");
    const { code, stdout } = await run.finished();
    expect(code).toBe(130);
    expect(stdout).toMatch(/^ticks +0 lost/m);
  });

  it("tells of a port in use", async () => {
    const { venue } = await serveVenue();
    expect(await tickframe("demo", "--port", String(venue.port))).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: port ${venue.port} on 127.0.0.1 is in use\n`,
    });
  });

  it("tells of a symbol that no venue could have", async () => {
    const { code, stderr } = await tickframe("demo", "--symbols", "B/T/C");
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'error: unknown symbol "B/T/C" at binance\n' });
  });
});
