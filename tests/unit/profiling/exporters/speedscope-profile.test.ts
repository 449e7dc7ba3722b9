import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { pprofProfile, speedscopeProfile } from "../../../../src/profiling/index.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";
import { ContendedLock, HOSTILE_NAME, PLACE } from "./contended-lock.ts";
import { HAS_CHROMIUM, openInSpeedscope } from "./speedscope-app.ts";

const schema = JSON.parse(
  readFileSync("node_modules/speedscope/dist/release/file-format-schema.json", "utf8"),
) as object;

async function used(): Promise<ContendedLock> {
  const scene = new ContendedLock(HOSTILE_NAME);
  await scene.useAll();
  return scene;
}

describe("speedscopeProfile", () => {
  it("follows the schema that speedscope publishes", async () => {
    const ajv = new Ajv({ strict: false });
    const validate = ajv.compile(schema);
    for (const scene of [await used(), new ContendedLock("idle")]) {
      const file: unknown = JSON.parse(JSON.stringify(speedscopeProfile(scene.profiler.report())));
      expect(validate(file), ajv.errorsText(validate.errors)).toBe(true);
    }
    expect(validate({ ...speedscopeProfile((await used()).profiler.report()), shared: {} })).toBe(false);
  });

  it("weighs each stack by the wait, and sums up to the report's blame", async () => {
    const report = (await used()).profiler.report();
    const { profiles, shared } = speedscopeProfile(report);
    const [{ blame }] = report.locks;
    const named = ({ samples, weights }: (typeof profiles)[number]) =>
      samples.map((stack, i) => [...stack.map((frame) => shared.frames[frame].name), weights[i]]);
    const [byWaiter, byHolder] = profiles.map(named);
    expect(byWaiter).toContainEqual([`lock ${HOSTILE_NAME}`, "Strategy.run waits", "feed holds", 7]);
    expect(byHolder).toContainEqual([`lock ${HOSTILE_NAME}`, "feed holds", "Strategy.run waits", 7]);
    expect(profiles.map(({ endValue }) => endValue)).toEqual([18, 18]);
    expect(blame.reduce((sum, { waitMs }) => sum + waitMs, 0)).toBe(18);
  });

  it("tells file, line and column of a place", async () => {
    const { shared } = speedscopeProfile((await used()).profiler.report());
    expect(PLACE).toBe("Strategy.run /bots/my bot/strategy.ts:12:7");
    const place = { file: "/bots/my bot/strategy.ts", line: 12, col: 7 };
    expect(shared.frames).toContainEqual({ name: "Strategy.run waits", ...place });
    expect(shared.frames).toContainEqual({ name: "feed holds" });
  });
});

describe.skipIf(!HAS_CHROMIUM)("speedscope itself, in /usr/bin/chromium", () => {
  const path = temporaryFolder();

  async function folder(): Promise<string> {
    const made = await path("speedscope");
    await mkdir(made);
    return made;
  }

  // One place waits 7 ms to read, and 5 ms more to write.
  it("opens the waits with their figures", async () => {
    const file = speedscopeProfile((await used()).profiler.report());
    const view = await openInSpeedscope("waits.json", Buffer.from(JSON.stringify(file)), await folder());
    expect(view.title).toBe(`${file.name} - speedscope`);
    expect(view.profiles).toEqual([
      ["who waited", "18.00ms"],
      ["who made others wait", "18.00ms"],
    ]);
    expect(view.frames).toContainEqual(["11.00ms (61%)", "11.00ms (61%)", "feed holds"]);
    expect(view.frames).toContainEqual(["12.00ms (67%)", "0.00ns (<0.01%)", "Strategy.run waits"]);
  });

  it("opens the pprof profile with the same waits", async () => {
    const profile = pprofProfile((await used()).profiler.report());
    const { frames } = await openInSpeedscope("waits.pb.gz", profile, await folder());
    expect(frames.find(([, , name]) => name.startsWith("lock BTC"))?.[0]).toBe("16.00ms (100%)");
    expect(frames.find(([, , name]) => name === "Strategy.run")?.[1]).toBe("12.00ms (75%)");
  });
});
