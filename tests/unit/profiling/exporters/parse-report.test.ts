import { describe, expect, it } from "vitest";
import {
  parseEvents,
  parseReport,
  ReportFormatError,
  type ProfileReport,
} from "../../../../src/profiling/index.ts";
import { ContendedLock, HOSTILE_NAME } from "./contended-lock.ts";

async function used(): Promise<ContendedLock> {
  const scene = new ContendedLock(HOSTILE_NAME);
  await scene.useAll();
  return scene;
}

function errorOf(parse: () => unknown): ReportFormatError {
  try {
    parse();
  } catch (error) {
    if (error instanceof ReportFormatError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("parseReport", () => {
  it("gives back what was written", async () => {
    const report = (await used()).profiler.report();
    expect(parseReport(JSON.stringify(report))).toEqual(report);
    const idle = new ContendedLock("idle").profiler.report();
    expect(parseReport(JSON.stringify(idle))).toEqual(idle);
  });

  it("keeps what a later version adds", async () => {
    const report = { ...(await used()).profiler.report(), more: 1 };
    expect(parseReport(JSON.stringify(report))).toEqual(report);
  });

  it.each<[string, (report: ProfileReport) => unknown, string]>([
    ["another version", (report) => ({ ...report, version: 2 }), "version must be 1, was 2"],
    ["no version", ({ locks }) => ({ locks }), "version must be 1, was missing"],
    ["a list", () => [1], "it must be an object, was [1]"],
    ["null", () => null, "it must be an object, was null"],
    ["locks that are none", (report) => ({ ...report, locks: {} }), "locks must be a list, was {}"],
    [
      "an infinite span",
      (report) => ({ ...report, spanMs: Infinity }),
      "spanMs must be a number of 0 or more, was null",
    ],
    [
      "part of a lock",
      ({ locks: [lock], ...report }) => ({ ...report, locks: [{ ...lock, locks: 0.5 }] }),
      "locks[0].locks must be a whole number of 0 or more, was 0.5",
    ],
    [
      "a time beyond all calendars",
      (report) => ({ ...report, takenAt: 1e15 }),
      "takenAt must be a time of day in ms since 1970, was 1000000000000000",
    ],
    [
      "a negative wait",
      ({ locks: [lock], ...report }) => ({
        ...report,
        locks: [{ ...lock, read: { ...lock.read, wait: { ...lock.read.wait, p99Ms: -1 } } }],
      }),
      "locks[0].read.wait.p99Ms must be a number of 0 or more, was -1",
    ],
    [
      "a wrong mode",
      ({ locks: [lock], ...report }) => ({
        ...report,
        locks: [lock, { ...lock, sites: [{ ...lock.sites[0], mode: "x".repeat(99) }] }],
      }),
      `locks[1].sites[0].mode must be "read" or "write", was "${"x".repeat(39)}…`,
    ],
  ])("refuses %s in one line", async (_, change, message) => {
    const json = JSON.stringify(change((await used()).profiler.report()));
    const error = errorOf(() => parseReport(json));
    expect(error.message).toBe(`not a lock profile: ${message}`);
    expect(error.code).toBe("REPORT_FORMAT");
  });

  it.each(["", "{", "<html>\n<body>", '{"version":\n1,}'])(
    "refuses %j, which is no JSON, in one line",
    (text) => {
      expect(errorOf(() => parseReport(text)).message).toMatch(/^not a lock profile: [^\n]+$/);
    },
  );
});

describe("parseEvents", () => {
  it("gives back what was written", async () => {
    const events = (await used()).profiler.events();
    expect(events.length).toBeGreaterThan(10);
    expect(parseEvents(JSON.stringify(events))).toEqual(events);
  });

  it("refuses an event that no lock tells", async () => {
    const [first, ...rest] = (await used()).profiler.events();
    const json = JSON.stringify([first, { ...rest[0], kind: "stolen" }]);
    expect(errorOf(() => parseEvents(json)).message).toMatch(
      /^not a list of lock events: \[1\]\.kind must be "queued" or .*, was "stolen"$/,
    );
  });
});
