import { ExitCode, withUserOptions } from "../failure.ts";
import { counted } from "../number-format.ts";
import { tell } from "../output.ts";
import { ProgressLine } from "../progress-line.ts";
import { CANDIDATES } from "../../lock-bench/candidate.ts";
import { violationCount } from "../../lock-bench/pair-checks.ts";
import { runBench } from "../../lock-bench/run-bench.ts";
import { benchAsHtml } from "./bench-html.ts";
import { benchAsText } from "./bench-text.ts";
import { deliver } from "../written-file.ts";
import { machineNow, type MeasuredBench } from "./measured-bench.ts";

export interface BenchCommandOptions {
  readonly readers: number;
  readonly writers: number;
  readonly readMs: number;
  readonly writeMs: number;
  /** Accesses a second of all callers together; absent, each asks again at once. */
  readonly rate?: number;
  /** Of each candidate in each round. */
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  readonly format: "text" | "json" | "html";
  /** Standard output when absent. */
  readonly out?: string;
}

const FORMATS: Readonly<Record<BenchCommandOptions["format"], (bench: MeasuredBench) => string>> = {
  text: benchAsText,
  json: (bench) => `${JSON.stringify(bench)}\n`,
  html: benchAsHtml,
};

/** `tickframe locks bench`: a mutex against a readers-writer lock against snapshots. */
export async function runLockBench(
  options: BenchCommandOptions,
  signal: AbortSignal,
  candidates = CANDIDATES,
): Promise<void> {
  const { readers, writers, readMs, writeMs, rate, seconds, rounds, seed, format, out } = options;
  const progress = new ProgressLine({ plainEveryMs: 10_000 });
  const load = {
    readers,
    writers,
    holdMs: { read: readMs, write: writeMs },
    ratePerSecond: rate,
    durationMs: 1_000 * seconds,
  };
  const names = candidates.map(({ name }) => name);
  const wait = roughly(names.length * rounds * seconds);
  let isTold = false;
  const report = await withUserOptions(() =>
    runBench(
      { load, rounds, seed },
      {
        candidates,
        signal,
        // There when Node was started with --expose-gc.
        collect: globalThis.gc && (() => globalThis.gc?.()),
        onRun: (candidate, round) => {
          if (!isTold) tell(`comparing ${names.join(", ")}: about ${wait}`);
          isTold = true;
          progress.update(() => `${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${candidate}`);
        },
      },
    ),
  ).finally(() => progress.clear());
  await deliver(FORMATS[format]({ ...machineNow(), ...report }), out);
  for (const { name, violations } of report.candidates) {
    if (violationCount(violations) === 0) continue;
    tell(`check failed: ${name} broke its promise ${violationCount(violations)} times`);
    process.exitCode = ExitCode.fault;
  }
}

function roughly(seconds: number): string {
  return seconds < 120 ? counted(Math.ceil(seconds), "second") : counted(Math.round(seconds / 60), "minute");
}
