#!/usr/bin/env node
import { CommanderError } from "commander";
import { ExitCode, faultReport, userMessage } from "./failure.ts";
import { Interruption } from "./interruption.ts";
import { tell } from "./output.ts";
import { createProgram } from "./program.ts";

const interruption = new Interruption();
interruption.listenToProcess();
process.on("uncaughtException", (error) => {
  process.stderr.write(faultReport(error));
  process.exit(ExitCode.fault);
});

// The process ends by itself when nothing is left to do, so that no output is cut off.
try {
  await createProgram(interruption.signal).parseAsync();
  process.exitCode = interruption.exitCode ?? process.exitCode;
} catch (error) {
  process.exitCode = await exitCodeOf(error);
}

async function exitCodeOf(error: unknown): Promise<number> {
  if (interruption.exitCode !== undefined && error === interruption.signal.reason)
    return interruption.exitCode;
  // Help and version are told by an error too; commander has written whatever there was to say.
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.good : ExitCode.user;
  const message = await userMessage(error);
  if (message === undefined) {
    process.stderr.write(faultReport(error));
    return ExitCode.fault;
  }
  tell(`error: ${message}`);
  return ExitCode.user;
}
