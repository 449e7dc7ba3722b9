import { describe, expect, it } from "vitest";
import { chromeTrace, type ChromeTrace, type ChromeTraceEvent } from "../../../../src/profiling/index.ts";
import { ContendedLock, HOSTILE_NAME, PLACE } from "./contended-lock.ts";

interface Slice {
  readonly name: string;
  readonly us: number;
  readonly args: ChromeTraceEvent["args"];
}

/** The async slices, as the format pairs them: by process, category, name and id. */
function slicesOf({ traceEvents }: ChromeTrace): Slice[] {
  const open = new Map<string, ChromeTraceEvent>();
  const slices: Slice[] = [];
  for (const event of traceEvents) {
    const key = [event.pid, event.cat, event.name, event.id].join(" ");
    if (event.ph === "b") {
      expect(open.has(key)).toBe(false);
      open.set(key, event);
    } else if (event.ph === "e") {
      const begin = open.get(key);
      open.delete(key);
      expect(begin?.ts).toBeLessThanOrEqual(event.ts);
      slices.push({ name: event.name, us: event.ts - begin!.ts, args: begin!.args });
    }
  }
  expect(open.size).toBe(0);
  return slices;
}

/** What the format asks of each event. */
function expectWellFormed(trace: ChromeTrace): void {
  const text = JSON.stringify(trace);
  expect(JSON.parse(text)).toEqual(trace);
  const named = new Set<number>();
  for (const { ph, pid, tid, ts, name, cat, id, s, args } of trace.traceEvents) {
    expect(["b", "e", "i", "C", "M"]).toContain(ph);
    expect(Number.isSafeInteger(pid) && Number.isSafeInteger(tid)).toBe(true);
    expect(Number.isFinite(ts) && ts >= 0).toBe(true);
    expect(name).not.toBe("");
    if (ph === "M" && name === "process_name") named.add(pid);
    if (ph === "b" || ph === "e") expect({ cat, id: typeof id }).toEqual({ cat: "lock", id: "string" });
    if (ph === "i") expect(s).toBe("p");
    if (ph !== "C") continue;
    for (const value of Object.values(args ?? {})) expect(value).toBeGreaterThanOrEqual(0);
  }
  expect(new Set(trace.traceEvents.map(({ pid }) => pid))).toEqual(named);
}

const sumOf = (slices: readonly Slice[], name: string): number =>
  slices.filter((slice) => slice.name === name).reduce((sum, { us }) => sum + us, 0);

describe("chromeTrace", () => {
  it("has as many slices, and as long ones, as the report has waits, resumes and holds", async () => {
    const scene = new ContendedLock(HOSTILE_NAME);
    await scene.useAll();
    const trace = chromeTrace(scene.profiler.events());
    expectWellFormed(trace);
    const slices = slicesOf(trace);
    const [report] = scene.profiler.snapshot();
    const granted = slices.filter(({ args }) => args?.end !== "abort");
    for (const mode of ["read", "write"] as const) {
      for (const what of ["wait", "resume", "hold"] as const) {
        const name = `${what} ${mode}`;
        const { count, meanMs } = report[mode][what];
        expect({ name, count: granted.filter((slice) => slice.name === name).length }).toEqual({
          name,
          count,
        });
        expect(sumOf(granted, name)).toBe(count * meanMs * 1e3);
      }
    }
    // With the wait that was given up, and all blame.
    const waitUs = sumOf(slices, "wait read") + sumOf(slices, "wait write");
    expect(waitUs).toBe(18_000);
    expect(report.blame.reduce((sum, { waitMs }) => sum + waitMs * 1e3, 0)).toBe(waitUs);
    expect(slices.map(({ args }) => args?.site)).toContain(PLACE);
  });

  it("marks calls that got nothing, and counts who is inside and who waits", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const { traceEvents } = chromeTrace(scene.profiler.events());
    const marks = traceEvents.filter(({ ph }) => ph === "i").map(({ name, ts }) => ({ name, ts }));
    expect(marks).toEqual([
      { name: "refused read", ts: 3_000 },
      { name: "abort write", ts: 9_000 },
    ]);
    const counters = traceEvents.filter(({ ph }) => ph === "C").map(({ ts, args }) => ({ ts, ...args }));
    expect(counters).toEqual([
      { ts: 0, inside: 1, waiting: 1 },
      { ts: 3_000, inside: 1, waiting: 2 },
      { ts: 7_000, inside: 2, waiting: 1 },
      { ts: 9_000, inside: 2, waiting: 1 },
      { ts: 14_000, inside: 1, waiting: 0 },
      { ts: 15_000, inside: 1, waiting: 0 },
      { ts: 20_000, inside: 0, waiting: 0 },
    ]);
  });

  it("gives each lock a process of its own, also those of one name", async () => {
    const clocks = [new ContendedLock("a"), new ContendedLock("b")];
    for (const scene of clocks) await scene.useAll();
    const [a, b] = clocks.map(({ profiler }) => profiler.events());
    const trace = chromeTrace([...a, ...b, ...b.map((event) => ({ ...event, number: 2 }))]);
    expectWellFormed(trace);
    const names = trace.traceEvents
      .filter(({ name }) => name === "process_name")
      .map(({ args }) => args?.name);
    expect(names).toEqual(["lock a", "lock b", "lock b (2)"]);
  });

  it("draws what has not ended up to a time that is given", async () => {
    const { lock, clock, profiler } = new ContendedLock("stuck");
    await lock.acquireWrite();
    const waiting = lock.acquireRead({ site: "reader" });
    clock.advanceBy(40);
    const slices = slicesOf(chromeTrace(profiler.events(), { untilMs: clock.now() }));
    expect(slices.map(({ name, us, args }) => ({ name, us, end: args?.end }))).toEqual([
      { name: "wait read", us: 40_000, end: "not in the trace" },
      { name: "hold write", us: 40_000, end: "not in the trace" },
    ]);
    lock.close();
    await expect(waiting).rejects.toThrow("closed");
  });

  it("stays well formed wherever the ring has cut the beginning off", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const events = scene.profiler.events();
    for (let from = 0; from <= events.length; from++) {
      const trace = chromeTrace(events.slice(from));
      expectWellFormed(trace);
      for (const { us } of slicesOf(trace)) expect(us).toBeGreaterThanOrEqual(0);
    }
  });

  it("says of a hold whose beginning was cut off that it is not in the trace", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const [last] = slicesOf(chromeTrace(scene.profiler.events().slice(-1)));
    expect(last).toMatchObject({
      name: "hold read",
      us: 0,
      args: { beginning: "before it", end: "released" },
    });
  });
});
