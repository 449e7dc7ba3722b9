import { Option, type Command } from "commander";
import { milliseconds, seconds, whole } from "../option-parsers.ts";
import type { BenchCommandOptions } from "./bench-command.ts";

/** Adds `tickframe locks bench`. */
export function addBenchCommand(
  locks: Command,
  example: (line: string) => string,
  signal: AbortSignal,
): void {
  locks
    .command("bench")
    .summary("compare a mutex, a readers-writer lock and snapshots under one load")
    .description(
      "Puts the same load on three ways to guard state, which take turns: a mutex, a readers-writer lock, and snapshots. Every " +
        "access checks what it sees; ends with 1 when one was wrong. It takes --seconds for each of the three in each round.",
    )
    .option("--readers <n>", "callers that read", whole(0, 10_000), 10)
    .option("--writers <n>", "callers that write", whole(0, 10_000), 2)
    .option("--read-ms <ms>", "how long a read holds on; 0 is one turn of the event loop", milliseconds, 1)
    .option("--write-ms <ms>", "how long a write holds on", milliseconds, 2)
    .option(
      "--rate <n>",
      "accesses a second of all callers together (default: each asks again at once)",
      whole(1, 1_000_000),
    )
    .option("--seconds <n>", "how long each runs in each round", seconds, 1)
    .option("--rounds <n>", "rounds, whose range is the noise", whole(3, 1_000), 5)
    .option("--seed <n>", "of the order of callers and of when accesses come", whole(0, 4_294_967_295), 1)
    .addOption(new Option("--format <format>").choices(["text", "json", "html"]).default("text"))
    .option("--out <file>", "write to a file, over what is there")
    .addHelpText(
      "after",
      example("locks bench --readers 20 --writers 1 --rate 2000 --format html --out bench.html"),
    )
    .action(async (options: BenchCommandOptions) => {
      const { runLockBench } = await import("./bench-command.ts");
      await runLockBench(options, signal);
    });
}
