import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { addLocksCommand } from "./locks/locks-command.ts";
import { list, seconds, speed, whole } from "./option-parsers.ts";
import type { BarsCommandOptions } from "./bars-command.ts";
import type { DemoCommandOptions } from "./demo-command.ts";
import type { LiveCommandOptions } from "./live-command.ts";
import type { RecordCommandOptions } from "./record-command.ts";
import type { ReplayCommandOptions } from "./replay-command.ts";

const VENUES = "binance (spot) or binance-usdm (futures)";

/**
 * The commands and their options. A command's own file is loaded when it runs, so that `--help` and a mistyped option
 * do not wait for what they do not need.
 */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command("tickframe")
    .description("Live trades in, bar frames out.")
    .version(ownVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) });

  program
    .command("bars")
    .summary("print the bars of a recorded session")
    .description(
      "Prints the bars of a recorded session, a row each, ordered by symbol, timeframe and time. Several files are one " +
        "session, in the order given. What was read is told on standard error.",
    )
    .argument("<tape...>", "recorded files, plain or gzip")
    .requiredOption("--venue <id>", `where the tape was recorded: ${VENUES}`)
    .addOption(timeframesOption("1m"))
    .addOption(symbolsOption("all that have trades"))
    .option("--include-partial", "also bars of which trades may be missing: cut off by the tape's ends")
    .addOption(
      new Option("--format <format>", "json is one object a line; parquet needs --out")
        .choices(["csv", "json", "parquet"])
        .default("csv"),
    )
    .option("--json", "short for --format json")
    .option("--out <file>", "write to a file, over what is there")
    .addHelpText("after", example("bars session.txt.gz --venue binance-usdm --timeframes 1m,5m"))
    .action(async (tapes: string[], { json, ...options }: BarsCommandOptions & { json?: true }) => {
      const { runBars } = await import("./bars-command.ts");
      await runBars(tapes, json ? { ...options, format: "json" } : options, signal);
    });

  program
    .command("replay")
    .summary("play a recorded session and print its bars as they close")
    .description(
      "Plays a recorded session through the same manager as live trades, and prints each bar when it closes; then what " +
        "was counted, and what the locks cost.",
    )
    .argument("<tape...>", "recorded files, plain or gzip")
    .requiredOption("--venue <id>", `where the tape was recorded: ${VENUES}`)
    .addOption(timeframesOption("1m"))
    .addOption(symbolsOption("all that have trades"))
    .addOption(
      new Option("--speed <n|max>", "recorded seconds in a second").argParser(speed).default(Infinity, "max"),
    )
    .option("--json", "one object a line: bars, and a summary at the end")
    .addHelpText("after", example("replay session.txt.gz --venue binance --speed 10"))
    .action(async (tapes: string[], options: ReplayCommandOptions) => {
      const { runReplay } = await import("./replay-command.ts");
      await runReplay(tapes, options, signal);
    });

  program
    .command("record")
    .summary("record a live feed as a tape")
    .description("Writes every message of a live feed to a file, until Ctrl-C or for so many seconds.")
    .requiredOption("--venue <id>", VENUES)
    .addOption(symbolsOption().makeOptionMandatory())
    .requiredOption("--out <file>", "the tape to write; packed when its name ends in .gz")
    .option("--quotes", "also best bid and ask")
    .option("--seconds <n>", "stop after so long", seconds)
    .option("--force", "write over a file that exists")
    .option("--ws-url <url>", "address of the streams, instead of the venue's own")
    .option("--rest-url <url>", "address of the REST interface, instead of the venue's own")
    .addHelpText("after", example("record --venue binance --symbols BTCUSDT,ETHUSDT --out session.txt.gz"))
    .action(async (options: RecordCommandOptions) => {
      const { runRecord } = await import("./record-command.ts");
      await runRecord(options, signal);
    });

  program
    .command("live")
    .summary("show live bars of a venue")
    .description(
      "Builds bars of live trades while tasks read their frames, and shows both; at the end, what was counted, and what " +
        "the locks cost. Ends by Ctrl-C or after so many seconds.",
    )
    .requiredOption("--venue <id>", VENUES)
    .addOption(symbolsOption().makeOptionMandatory())
    .addOption(timeframesOption("1s,1m,5m"))
    .option(
      "--history <bars>",
      "bars of the past to begin with (default: 100, or 0 with --ws-url alone)",
      whole(0, 100_000),
    )
    .option("--seconds <n>", "stop after so long", seconds)
    .option("--quotes", "also best bid and ask")
    .addOption(guardOption("snapshot"))
    .addOption(profileOption())
    .option("--json", "one object a line: bars, a status a second, and a summary at the end")
    .option("--ws-url <url>", "address of the streams, instead of the venue's own")
    .option("--rest-url <url>", "address of the REST interface, instead of the venue's own")
    .addHelpText("after", example("live --venue binance --symbols BTCUSDT,ETHUSDT --timeframes 1s,1m,5m"))
    .action(async (options: LiveCommandOptions) => {
      const { runLive } = await import("./live-command.ts");
      await runLive(options, signal);
    });

  program
    .command("demo")
    .summary("show everything on a simulated venue, without a network")
    .description(
      "Starts a simulated venue on this machine, builds bars of its trades over a real WebSocket while tasks read their " +
        "frames, and checks at the end that no trade was lost, that no reader saw half a commit, and that the bars are the " +
        "venue's own.",
    )
    .option("--seconds <n>", "how long", seconds, 20)
    .option("--rate <trades>", "trades a second, over all symbols", whole(1, 500_000), 2_000)
    .addOption(symbolsOption().default(["BTCUSDT", "ETHUSDT", "SOLUSDT"], "BTCUSDT,ETHUSDT,SOLUSDT"))
    .option("--port <port>", "port of the venue on 127.0.0.1; 0 takes a free one", whole(0, 65_535), 0)
    // Not a manager's default: behind a lock there is something to show.
    .addOption(guardOption("rwlock"))
    .addOption(profileOption())
    .option("--json", "one object a line: bars, a status a second, and a summary at the end")
    .addHelpText("after", example("demo --seconds 60 --rate 20000"))
    .action(async (options: DemoCommandOptions) => {
      const { runDemo } = await import("./demo-command.ts");
      await runDemo(options, signal);
    });

  addLocksCommand(program, example, signal);
  return program;
}

function symbolsOption(otherwise?: string): Option {
  const text = "names with commas between them";
  return new Option("--symbols <names>", otherwise ? `${text} (default: ${otherwise})` : text).argParser(
    list,
  );
}

function guardOption(otherwise: string): Option {
  return new Option("--guard <kind>", "whether readers hold commits up, see snapshots, or either by the mix")
    .choices(["rwlock", "snapshot", "adaptive"])
    .default(otherwise);
}

function profileOption(): Option {
  return new Option("--profile <file>", "write what the locks cost, for `locks report`, over what is there");
}

function timeframesOption(names: string): Option {
  return new Option("--timeframes <names>", "a count and a unit of s, m, h, d, w or M (month)")
    .argParser(list)
    .default(names.split(","), names);
}

function example(line: string): string {
  return `\nExample:\n  tickframe ${line}\n`;
}

/** An error with its hint on one line. */
function oneLine(text: string): string {
  return `${text.trim().replace(/\s*\n\s*/g, " ")}\n`;
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return manifest.version;
}
