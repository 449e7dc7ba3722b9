import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import type { MeasuredBench } from "../../src/cli/locks/measured-bench.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CliRun, linesOf, NODE_MAIN, tickframe } from "./run-cli.ts";

const path = temporaryFolder();
const SHORT = ["--readers", "4", "--writers", "1", "--seconds", "0.05", "--rounds", "3"];
const RIGHT = { tornReads: 0, staleReads: 0, overlappingWrites: 0, lostWrites: 0 };

describe("tickframe locks bench", () => {
  it("prints what was run, a table, and a verdict with its reason", async () => {
    const { code, stdout, stderr } = await tickframe("locks", "bench", ...SHORT);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: "comparing mutex, rwlock, snapshot: about 1 second\n",
    });
    const lines = linesOf(stdout);
    expect(lines[0]).toBe(
      "4 readers holding on for 1.00 ms, 1 writer for 2.00 ms; each asks again at once; 3 rounds of 50.0 ms each, seed 1",
    );
    const table = lines.filter((line) => /^(mutex|rwlock|snapshot) +(read|write) /.test(line));
    expect(table.map((line) => line.split(/ +/, 2).join(" "))).toEqual(
      ["mutex", "rwlock", "snapshot"].flatMap((name) => [`${name} read`, `${name} write`]),
    );
    expect(lines.filter((line) => /: right, in about [\d,]+ accesses$/.test(line))).toHaveLength(3);
    expect(lines.filter((line) => line.endsWith(": not measured; start Node with --expose-gc"))).toHaveLength(
      3,
    );
    expect(lines.some((line) => /^Take (mutex|rwlock|snapshot)/.test(line))).toBe(true);
  });

  it("gives JSON, and measures memory where garbage can be collected", async () => {
    const [node, main] = NODE_MAIN;
    const args = ["locks", "bench", ...SHORT, "--rate", "200", "--seed", "9", "--format", "json"];
    const { code, stdout } = await new CliRun(args, [node, "--expose-gc", main]).finished();
    expect(code).toBe(0);
    const bench = JSON.parse(stdout) as MeasuredBench;
    expect(bench).toMatchObject({ version: 1, rounds: 3, seed: 9, node: process.versions.node });
    expect(bench.load).toEqual({
      readers: 4,
      writers: 1,
      holdMs: { read: 1, write: 2 },
      ratePerSecond: 200,
      durationMs: 50,
    });
    for (const { violations, memory } of bench.candidates) {
      expect(violations).toEqual(RIGHT);
      expect(memory!.callers).toBe(10_000);
      // A promise alone takes more than the one, and no way to wait should take the other.
      expect(memory!.waitingBytes).toBeGreaterThan(50);
      expect(memory!.waitingBytes).toBeLessThan(5_000);
      expect(Math.abs(memory!.leftBytes)).toBeLessThan(memory!.waitingBytes / 2);
    }
  });

  it("writes a page that needs nothing from elsewhere", async () => {
    const file = await path("bench.html");
    const { code, stdout } = await tickframe("locks", "bench", ...SHORT, "--format", "html", "--out", file);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const html = await readFile(file, "utf8");
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|<link|https?:|src=|url\(/);
    expect(html.match(/<rect class="read"/g)).toHaveLength(6);
    expect(html.match(/<rect class="write"/g)).toHaveLength(6);
    expect(html.match(/<tr>/g)).toHaveLength(7);
  });

  it("ends by a signal with its code, and without a report", async () => {
    const run = new CliRun(["locks", "bench", "--seconds", "60", "--read-ms", "0", "--write-ms", "0"]);
    await run.saw("stderr", "about 15 minutes");
    run.child.kill("SIGINT");
    expect(await run.finished()).toMatchObject({ code: 130, stdout: "" });
  });

  it.each([
    [["--readers", "0", "--writers", "0"], "error: a load needs at least 1 reader or writer, got 0"],
    [["--rounds", "2"], "write a whole number from 3 to 1000."],
    [["--read-ms", "-1"], "write a number of milliseconds from 0 to 10000."],
    [["--rate", "0"], "write a whole number from 1 to 1000000."],
    [["--format", "xml"], "error: option '--format <format>' argument 'xml' is invalid."],
  ])("tells what is wrong with %j in one line", async (args, text) => {
    const { code, stdout, stderr } = await tickframe("locks", "bench", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(text);
  });

  it("says where a report cannot be written", async () => {
    const { code, stderr } = await tickframe("locks", "bench", ...SHORT, "--out", "no/such/folder.txt");
    expect(code).toBe(2);
    expect(stderr).toContain("error: no/such/folder.txt cannot be written: ENOENT");
  });
});
