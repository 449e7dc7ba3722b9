import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import { describe, expect, it } from "vitest";
import { pprofProfile, type DurationReport, type ProfileReport } from "../../../../src/profiling/index.ts";
import { ContendedLock, HOSTILE_NAME, PLACE } from "./contended-lock.ts";

/** As a reader of the format has it: numbers looked up in the tables. */
function decoded(report: ProfileReport) {
  const profile = Profile.decode(gunzipSync(pprofProfile(report)));
  const { strings } = profile.stringTable;
  const text = (index: number | bigint): string => strings[Number(index)];
  const frameOf = (id: number | bigint) => {
    const [line] = profile.location.find((location) => location.id === id)?.line ?? [];
    const called = profile.function.find((each) => each.id === line.functionId);
    return { name: text(called!.name), file: text(called!.filename), line: Number(line.line) };
  };
  return {
    profile,
    types: profile.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
    samples: profile.sample.map((sample) => ({
      stack: sample.locationId.map(frameOf),
      values: sample.value.map(Number),
      labels: Object.fromEntries(sample.label.map(({ key, str }) => [text(key), text(str)])),
    })),
    text,
  };
}

const sumNs = ({ count, meanMs }: DurationReport): number => Math.round(count * meanMs * 1e6);

describe("pprofProfile", () => {
  it("sums up to the report's own totals", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const report = scene.profiler.report();
    const { types, samples } = decoded(report);
    expect(types).toEqual([
      "contentions/count",
      "delay/nanoseconds",
      "hold/nanoseconds",
      "blame/nanoseconds",
    ]);
    const [{ read, write, blame }] = report.locks;
    expect(types.map((_, i) => samples.reduce((sum, { values }) => sum + values[i], 0))).toEqual([
      read.contended + write.contended,
      sumNs(read.wait) + sumNs(write.wait),
      sumNs(read.hold) + sumNs(write.hold),
      blame.reduce((sum, { waitMs }) => sum + waitMs * 1e6, 0),
    ]);
    expect(read.contended + write.contended).toBe(3);
    expect(sumNs(read.wait) + sumNs(write.wait)).toBe(16e6);
  });

  it("charges a wait to the place of the waiter and blames that of the holder", async () => {
    const scene = new ContendedLock(HOSTILE_NAME);
    await scene.useAll();
    const { samples } = decoded(scene.profiler.report());
    const place = { name: "Strategy.run", file: "/bots/my bot/strategy.ts", line: 12 };
    const lock = { name: `lock ${HOSTILE_NAME}`, file: "", line: 0 };
    expect(samples).toContainEqual({
      stack: [place, lock],
      values: [1, 7e6, expect.any(Number), 0],
      labels: { lock: HOSTILE_NAME, mode: "read" },
    });
    expect(samples).toContainEqual({
      stack: [{ name: "feed", file: "", line: 0 }, place, lock],
      values: [0, 0, 0, 7e6],
      labels: { lock: HOSTILE_NAME },
    });
    expect(PLACE).toBe("Strategy.run /bots/my bot/strategy.ts:12:7");
  });

  it("says when it was taken and of how long", async () => {
    const scene = new ContendedLock("frames");
    await scene.useAll();
    const report = scene.profiler.report();
    const { profile, text } = decoded(report);
    expect(profile.timeNanos).toBe(BigInt(report.takenAt) * 1_000_000n);
    expect(Number(profile.durationNanos)).toBe(report.spanMs * 1e6);
    expect(text(profile.defaultSampleType)).toBe("delay");
    expect(profile.stringTable.strings[0]).toBe("");
  });

  it("is a profile without samples where nobody waited", () => {
    expect(decoded(new ContendedLock("idle").profiler.report()).samples).toEqual([]);
  });
});
