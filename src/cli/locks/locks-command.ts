import { Option, type Command } from "commander";
import { addBenchCommand } from "./add-bench-command.ts";
import { addReportCommand } from "./add-report-command.ts";
import { addProfileCommands } from "./profile-commands.ts";
import type { LintCommandOptions } from "./lint-command.ts";

/** Adds `tickframe locks`, with a command for each thing to do about locks. */
export function addLocksCommand(
  program: Command,
  example: (line: string) => string,
  signal: AbortSignal,
): void {
  const locks = program
    .command("locks")
    .summary("find what is wrong with locks, and what they cost")
    .description(
      "Finds what is wrong with the locks of a bot, where it waited for them, and which lock suits it.",
    )
    .addHelpText("after", example("locks lint src"));

  locks
    .command("lint")
    .summary("check the source that takes locks")
    .description(
      "Checks JavaScript and TypeScript against the lock rules, with types where a tsconfig.json covers the file. Ends with 1 " +
        "when there is a finding. Needs eslint, and for TypeScript @typescript-eslint/parser, in the project.",
    )
    .argument("<path...>", "files, and folders with all that is in them except node_modules")
    .addOption(
      new Option("--format <format>", "sarif is what code scanning reads")
        .choices(["text", "json", "sarif"])
        .default("text"),
    )
    .option("--out <file>", "write to a file, over what is there")
    .addHelpText("after", example("locks lint src --format sarif --out locks.sarif"))
    .action(async (paths: string[], options: LintCommandOptions) => {
      const { runLint } = await import("./lint-command.ts");
      await runLint(paths, options);
    });

  addReportCommand(locks, example, signal);
  addBenchCommand(locks, example, signal);
  addProfileCommands(locks, example, signal);
}
