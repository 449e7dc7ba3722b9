import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../../src/clock.ts";
import { AsyncRWLock } from "../../src/locks/index.ts";
import { contentionTable, LockProfiler, type ProfileReport } from "../../src/profiling/index.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { linesOf, tickframe } from "./run-cli.ts";

const path = temporaryFolder();

/** A reader held for 30 of 100 ms, while a writer waited. */
async function profile(site = "report"): Promise<ProfileReport> {
  const clock = new VirtualClock();
  const profiler = new LockProfiler({ timeOneHoldIn: 1, stacksPerSecond: 0 }, { clock });
  const lock = new AsyncRWLock({ name: "book", observer: profiler }, { clock });
  const reading = await lock.acquireRead({ site });
  const writing = lock.acquireWrite({ site: "commit" });
  clock.advanceBy(30);
  reading.release();
  (await writing).release();
  clock.advanceBy(70);
  return profiler.report();
}

async function saved(report: unknown): Promise<string> {
  const file = await path("profile.json");
  await writeFile(file, JSON.stringify(report));
  return file;
}

describe("tickframe locks report", () => {
  it("ranks the places of a saved profile, in lines that fit a terminal", async () => {
    const { code, stdout, stderr } = await tickframe("locks", "report", await saved(await profile()));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`2 places of 1 lock in 100 ms

#  type   per s  waits  wait p50      p99  timed  hold p50      p99  share  priority     gain
1  read      10      0         -        -      1   30.0 ms  30.0 ms   30 %  critical  ≤ 100 %
    book at report
    waited 0, made others wait 30.0 ms
    Let readers see a snapshot (FrameGuard, VersionedCell): others waited 30.0 ms behind it, 100 %
    of all waits for this lock, and 100 % of the lock's waits were between a reader and others,
    which a snapshot lets pass.

2  write     10      1   30.0 ms  30.0 ms      1         0        0   30 %  none            -
    book at commit
    waited 30.0 ms, made others wait 0
    Nothing is to be changed here, for nobody waited behind it: 100 % of its own waits were behind
    report.

-: not measured. share: of the run, with somebody waiting for the lock at any place.
gain: upper bound of the lock's waits that the advice removes, by the model in docs/contention.md.
`);
  });

  it("keeps a long place and one with markdown in it whole", async () => {
    const long = `onTrade /${"very/".repeat(40)}long.ts:1:2`;
    const { stdout } = await tickframe("locks", "report", await saved(await profile(long)));
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(100);
    expect(stdout.replaceAll(/\n {4}/g, "")).toContain(long.replace(" ", ""));
    const odd = "a|b `c` <d>";
    const markdown = await tickframe(
      "locks",
      "report",
      await saved(await profile(odd)),
      "--format",
      "markdown",
    );
    const [, , worst] = linesOf(markdown.stdout);
    expect(worst).toMatch(
      /^\| `book` \| `` a\\\|b `c` <d> `` \| read \| 10\/s \(1\) \| not measured \| 30\.0 ms \/ 30\.0 ms \(1\) \| 30 % of 100 ms \| critical \| ≤ 100 % of the waits \(snapshot\) \| Let /,
    );
  });

  it("writes the table as JSON, and the whole report as a page", async () => {
    const report = await profile();
    const file = await saved(report);
    const json = await tickframe("locks", "report", file, "--format", "json");
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(contentionTable(report))));
    const out = await path("report.html");
    expect(await tickframe("locks", "report", file, "--format", "html", "--out", out)).toEqual({ code: 0, stdout: "", stderr: "" }); // prettier-ignore
    expect(await readFile(out, "utf8")).toMatch(/^<!doctype html>[^]*<h2>book<\/h2>[^]*<\/html>\s*$/);
  });

  it("asks a running process", async () => {
    const report = await profile();
    const server = createServer((request, response) => {
      response.statusCode = request.url === "/profile.json" ? 200 : 404;
      response.end(JSON.stringify(report));
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { code, stdout } = await tickframe("locks", "report", "--url", url, "--format", "json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(contentionTable(report));
  });

  it("says that nobody waited", async () => {
    const report = new LockProfiler({}, { clock: new VirtualClock() }).report();
    const { stdout } = await tickframe("locks", "report", await saved(report));
    expect(stdout).toBe("0 places of 0 locks in 0: nobody waited for a lock\n");
  });

  it.each([
    [[], "write either the file of a profile, or --url with the address of a running process"],
    [["a.json", "--url", "http://127.0.0.1:1"], "write either the file of a profile, or --url"],
    [["--url", "file:///etc"], '--url must be an address such as http://127.0.0.1:9464, was "file:///etc"'],
    [["--url", "http://127.0.0.1:1"], "cannot reach http://127.0.0.1:1/profile.json: "],
    [["no-such-file.json"], "cannot read no-such-file.json: ENOENT"],
  ])("tells in a line what is wrong with %j", async (args, message) => {
    const { code, stdout, stderr } = await tickframe("locks", "report", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(message);
  });

  it.each([
    ["[1]", "is not a lock profile: it must be an object"],
    ['{"version":2,"locks":[]}', "is not a lock profile: version must be 1, was 2"],
    ['{"version":1,"locks":{}}', "is not a lock profile: takenAt must be a time of day"],
    ["{", "is not a lock profile: Expected property name"],
  ])("tells that %s is no profile", async (text, message) => {
    const file = await path("profile.json");
    await writeFile(file, text);
    const { code, stderr } = await tickframe("locks", "report", file);
    expect({ code, lines: linesOf(stderr).length }).toEqual({ code: 2, lines: 1 });
    expect(stderr).toContain(message);
  });
});

describe("tickframe demo --profile", () => {
  it("writes what locks report reads", async () => {
    const file = await path("profile.json");
    const demo = await tickframe("demo", "--seconds", "1.5", "--profile", file, "--json");
    expect({ code: demo.code, stderr: demo.stderr }).toEqual({ code: 0, stderr: "" });
    const report = JSON.parse(await readFile(file, "utf8")) as ProfileReport;
    expect(report.locks.map(({ name }) => name)).toEqual([
      "frames:BTCUSDT",
      "frames:ETHUSDT",
      "frames:SOLUSDT",
    ]);
    expect(report.spanMs).toBeGreaterThan(1_000);
    const { code, stdout } = await tickframe("locks", "report", file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ places of 3 locks in [\d.]+ s/);
  });
});
