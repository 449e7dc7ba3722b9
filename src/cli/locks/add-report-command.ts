import { Option, type Command } from "commander";
import type { ReportCommandOptions } from "./report-command.ts";

/** Adds `tickframe locks report`. */
export function addReportCommand(
  locks: Command,
  example: (line: string) => string,
  signal: AbortSignal,
): void {
  locks
    .command("report")
    .summary("show where a run waited for locks, and what would help")
    .description(
      "Ranks the places at which a run waited for locks, with what each cost, who waited behind whom, and what to change. Reads " +
        "a profile that `demo` or `live` wrote with --profile, or that of a running process.",
    )
    .argument("[profile]", "file with a lock profile as JSON")
    .option("--url <address>", "metrics endpoint of a running process, instead of a file")
    .addOption(
      new Option("--format <format>", "html is one file that needs no network")
        .choices(["text", "markdown", "json", "html"])
        .default("text"),
    )
    .option("--out <file>", "write to a file, over what is there")
    .addHelpText("after", example("locks report profile.json --format html --out locks.html"))
    .action(async (file: string | undefined, options: ReportCommandOptions) => {
      const { runReport } = await import("./report-command.ts");
      await runReport(file, options, signal);
    });
}
