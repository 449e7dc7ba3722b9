import { Option, type Command } from "commander";
import { seconds } from "../option-parsers.ts";
import type { TraceCommandOptions } from "./trace-command.ts";
import type { LocksWatchOptions } from "./watch-command.ts";

/** Adds what `tickframe locks` does with a profile: `trace` and `watch`. */
export function addProfileCommands(
  locks: Command,
  example: (line: string) => string,
  signal: AbortSignal,
): void {
  locks
    .command("trace")
    .summary("write a profile for another tool")
    .description(
      "Writes what a lock profiler measured in the form of another tool: chrome opens in Perfetto, speedscope at " +
        "speedscope.app, pprof with go tool pprof. A file holds a profile, or for chrome the profiler's events; an address is " +
        "that of a metrics endpoint, whose token is read from TICKFRAME_METRICS_TOKEN.",
    )
    .argument("<profile>", "a saved file, or http://host:port")
    .addOption(
      new Option("--format <format>", "pprof needs --out")
        .choices(["chrome", "speedscope", "pprof", "prometheus"])
        .makeOptionMandatory(),
    )
    .option("--out <file>", "write to a file, over what is there")
    .addHelpText("after", example("locks trace http://127.0.0.1:9464 --format chrome --out locks.json"))
    .action(async (profile: string, options: TraceCommandOptions) => {
      const { runTrace } = await import("./trace-command.ts");
      await runTrace(profile, options, signal);
    });

  locks
    .command("watch")
    .summary("show what the locks of a running process do")
    .description(
      "Shows how often each lock is acquired, how many had to wait and how long, and who waits behind whom; lines without a " +
        "terminal. Ends by Ctrl-C. The endpoint's token is read from TICKFRAME_METRICS_TOKEN.",
    )
    .argument("<url>", "address of its metrics endpoint")
    .option("--every <n>", "seconds between two looks", seconds, 1)
    .addHelpText("after", example("locks watch http://127.0.0.1:9464"))
    .action(async (url: string, options: LocksWatchOptions) => {
      const { runLocksWatch } = await import("./watch-command.ts");
      await runLocksWatch(url, options, signal);
    });
}
