import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { describe, expect, it, onTestFinished } from "vitest";
import { AsyncRWLock } from "../../src/locks/index.ts";
import { chromeTrace, LockProfiler, prometheusText, serveMetrics, speedscopeProfile, type MetricsOptions } from "../../src/profiling/index.ts"; // prettier-ignore
import { temporaryFolder } from "../support/temporary-folder.ts";
import { linesOf, tickframe } from "./run-cli.ts";

const path = temporaryFolder();

/** A profiler that has seen a wait. */
async function profiled(): Promise<LockProfiler> {
  const profiler = new LockProfiler({ level: "trace" });
  const lock = new AsyncRWLock({ name: "frames", observer: profiler });
  const writer = await lock.acquireWrite({ site: "feed" });
  const reading = lock.withRead(() => {}, { site: "strategy" });
  writer.release();
  await reading;
  return profiler;
}

async function saved(name: string, value: unknown): Promise<string> {
  const file = await path(name);
  await writeFile(file, typeof value === "string" ? value : JSON.stringify(value));
  return file;
}

async function served(profiler: LockProfiler, options?: MetricsOptions): Promise<string> {
  const server = await serveMetrics(profiler, options);
  onTestFinished(() => server.close());
  return server.url;
}

describe("tickframe locks trace", () => {
  it("writes a saved profile as speedscope and Prometheus read it", async () => {
    const report = (await profiled()).report();
    const file = await saved("profile.json", report);
    const speedscope = await tickframe("locks", "trace", file, "--format", "speedscope");
    expect(speedscope).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(speedscope.stdout)).toEqual(speedscopeProfile(report));
    const prometheus = await tickframe("locks", "trace", file, "--format", "prometheus");
    expect(prometheus.stdout).toBe(prometheusText(report, { places: true }));
  });

  it("writes a saved profile as pprof reads it", async () => {
    const file = await saved("profile.json", (await profiled()).report());
    const out = await path("waits.pb.gz");
    const { code, stdout, stderr } = await tickframe(
      "locks",
      "trace",
      file,
      "--format",
      "pprof",
      "--out",
      out,
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: `pprof written to ${out}\n` });
    const { stringTable } = Profile.decode(gunzipSync(await readFile(out)));
    expect(stringTable.strings).toEqual(expect.arrayContaining(["feed", "strategy", "lock frames"]));
  });

  it("writes events as a Chrome trace, saved ones and those of a running process", async () => {
    const profiler = await profiled();
    const trace = chromeTrace(profiler.events());
    for (const source of [await saved("events.json", profiler.events()), await served(profiler)]) {
      const out = await path("trace.json");
      const { code } = await tickframe("locks", "trace", source, "--format", "chrome", "--out", out);
      expect(code).toBe(0);
      expect(JSON.parse(await readFile(out, "utf8"))).toEqual(trace);
    }
  });

  it.each([
    ["no JSON", "<html>", "speedscope", /^error: .*profile\.json is not a lock profile: .*JSON/],
    ["another version", { version: 7 }, "pprof", /is not a lock profile: version must be 1, was 7\n$/],
    [
      "a profile",
      { version: 1, locks: [] },
      "chrome",
      /is not a list of lock events: it must be a list, was \{/,
    ],
  ])("tells of %s in one line", async (_, content, format, message) => {
    const file = await saved("profile.json", content);
    const { code, stdout, stderr } = await tickframe(
      "locks",
      "trace",
      file,
      "--format",
      format,
      "--out",
      `${file}.out`,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(message);
  });

  it.each([
    [["nothing.json", "--format", "chrome"], "error: cannot read nothing.json: ENOENT"],
    [["nothing.json", "--format", "pprof"], "error: --format pprof needs a file to write to: --out FILE"],
    [["nothing.json"], "error: required option '--format <format>' not specified"],
    [["http://", "--format", "chrome"], 'error: "http://" is no address'],
  ])("with %j ends in one line and exit code 2", async (args, text) => {
    const { code, stdout, stderr } = await tickframe("locks", "trace", ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(text);
  });

  it("says how to give the token that a process wants", async () => {
    const url = await served(await profiled(), { token: "0123456789abcdef" });
    const { code, stderr } = await tickframe("locks", "trace", url, "--format", "chrome");
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `error: ${url}/events.json answered 401 a token is needed: set TICKFRAME_METRICS_TOKEN\n`,
    });
  });
});
