import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { execPath, versions } from "node:process";
import { describe, expect, it } from "vitest";

const EXAMPLES = new URL("../../examples/", import.meta.url);

/** What every example imports, and no program of its own. */
const SHARED = "live-or-simulated.ts";

const PROGRAMS: Readonly<Record<string, readonly RegExp[]>> = {
  "print-bars.ts": [
    /^\d\d:\d\d:\d\d BTCUSDT 1s {2}o [\d.]+ .*\(\d+ trades\)$/m,
    /^\d\d:\d\d:\d\d ETHUSDT 1s /m,
    /^shape: \(\d+, 8\)$/m,
    /false\s+│\n└/,
    /^isHealthy: true$/m,
  ],
  "moving-average-bot.ts": [
    /^warmed up with \d{2,} closed bars, slow average [\d.]+$/m,
    /^(hold|BUY|SELL) +at [\d.]+ {2}\(fast [\d.]+, slow [\d.]+\)$/m,
    /^signals: \d+, paper profit: -?[\d.]+ USDT$/m,
  ],
  "concurrent-readers.ts": [
    /^8 readers made \d{2,} reads of two timeframes; torn reads: 0$/m,
    /^\d{4,} trades in \d+ commits; gaps: 0, dropped: 0$/m,
    /'frames:BTCUSDT' │ 'read' /,
    /'frames:BTCUSDT' │ 'write'/,
  ],
  "record-and-replay.ts": [
    /^recorded \d{2,} messages in \d+ KiB$/m,
    /^replayed in \d+ ms$/m,
    /^([1-9]\d*) bars live, \1 of them equal in the replay$/m,
  ],
  "own-venue.ts": [/^gap: trades 7 to 7$/m, /^shape: \(9, 5\)$/m, /^trades: 9, gaps: 1, not understood: 1$/m],
};

/** A program that has not ended by then is killed. */
const LONGEST_RUN_MS = 20_000;

interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string): Promise<Run> {
  const child = spawn(execPath, [new URL(program, EXAMPLES).pathname], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_RUN_MS,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, stdout, stderr };
}

describe("the examples", () => {
  it("are each run by a test", () => {
    expect(readdirSync(EXAMPLES).sort()).toEqual([...Object.keys(PROGRAMS), SHARED].sort());
  });
});

// They are written with `await using`, which Node runs by itself from release 24 on.
describe.skipIf(Number(versions.node.split(".")[0]) < 24)("an example", () => {
  it.concurrent.each(Object.entries(PROGRAMS))(
    "stops by itself and prints what it promises: %s",
    async (program, expected) => {
      const { exitCode, stdout, stderr } = await run(program);
      expect(stderr).toBe("");
      for (const pattern of expected) expect(stdout).toMatch(pattern);
      expect(exitCode).toBe(0);
    },
  );
});
