import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BenchCommandOptions, runLockBench } from "../../../src/cli/locks/bench-command.ts";
import { benchAsHtml } from "../../../src/cli/locks/bench-html.ts";
import { benchAsText } from "../../../src/cli/locks/bench-text.ts";
import type { MeasuredBench } from "../../../src/cli/locks/measured-bench.ts";
import { type Candidate, CANDIDATES } from "../../../src/lock-bench/candidate.ts";
import { runBench } from "../../../src/lock-bench/run-bench.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { SteppingClock } from "../lock-bench/stepping-clock.ts";
import { NO_LOCK } from "../lock-bench/wrong-locks.ts";

const path = temporaryFolder();
const LOAD = { readers: 2, writers: 2, holdMs: { read: 10, write: 20 }, durationMs: 400 };

async function measured(candidates: readonly Candidate[]): Promise<MeasuredBench> {
  const clock = new SteppingClock();
  const report = await clock.runThrough(runBench({ load: LOAD, rounds: 3 }, { candidates, clock }));
  return { takenAt: "2026-11-25T00:00:00.000Z", node: "26.0.0", machine: "linux <x64> & more", ...report };
}

describe("the report of a lock bench", () => {
  it("says what was wrong, as text", async () => {
    const text = benchAsText(await measured([CANDIDATES[0], NO_LOCK]));
    expect(text).toContain("mutex: right, in about ");
    expect(text).toMatch(
      /^ {2}none: WRONG: \d+ torn and \d+ stale reads, \d+ writes that were not alone, \d+ lost$/m,
    );
    expect(text).toMatch(/^none is wrong and out of the question: .* Take mutex: /m);
  });

  it("takes names for text and not for markup, as a page", async () => {
    const name = `<img src=x onerror="alert('1')">`;
    const html = benchAsHtml(await measured([{ ...CANDIDATES[0], name }]));
    expect(html).not.toContain("<img");
    expect(html).toContain("&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;");
    expect(html).toContain("linux &#60;x64&#62; &#38; more");
  });
});

describe("runLockBench", () => {
  const options: BenchCommandOptions = {
    readers: 4,
    writers: 2,
    readMs: 1,
    writeMs: 1,
    seconds: 0.03,
    rounds: 3,
    seed: 1,
    format: "json",
  };
  let exitCode: typeof process.exitCode;

  beforeEach(() => {
    exitCode = process.exitCode;
  });

  afterEach(() => {
    process.exitCode = exitCode;
  });

  it.each([
    ["ends with 1 when a lock was wrong", NO_LOCK, 1],
    ["leaves the code as it is when all were right", CANDIDATES[1], undefined],
  ])("%s", async (_, second, code) => {
    const out = await path("bench.json");
    process.exitCode = undefined;
    await runLockBench({ ...options, out }, new AbortController().signal, [CANDIDATES[0], second]);
    expect(process.exitCode).toBe(code);
    const { candidates } = JSON.parse(await readFile(out, "utf8")) as MeasuredBench;
    expect(candidates.map(({ name }) => name)).toEqual(["mutex", second.name]);
  });
});
