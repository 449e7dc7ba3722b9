import { writeFile } from "node:fs/promises";
import { ExitCode, UsageError } from "../failure.ts";
import { counted } from "../number-format.ts";
import { print, tell } from "../output.ts";
import { findingsAsJson, findingsAsText } from "./finding.ts";
import { lintLocks } from "./lint-locks.ts";
import { findingsAsSarif } from "./sarif.ts";
import { sourceFiles } from "./source-files.ts";
import type { Finding } from "./finding.ts";

export interface LintCommandOptions {
  readonly format: "text" | "json" | "sarif";
  /** Standard output when absent. */
  readonly out?: string;
}

const FORMATS: Readonly<Record<LintCommandOptions["format"], (findings: readonly Finding[]) => string>> = {
  text: findingsAsText,
  json: findingsAsJson,
  sarif: findingsAsSarif,
};

/** `tickframe locks lint`: what the lock rules find. */
export async function runLint(paths: readonly string[], { format, out }: LintCommandOptions): Promise<void> {
  const files = await sourceFiles(paths);
  if (files.length === 0) throw new UsageError(`no JavaScript or TypeScript in ${paths.join(", ")}`);
  const findings = await lintLocks(files, process.cwd());
  const text = FORMATS[format](findings);
  if (out === undefined) await print(text);
  else await writeReport(out, text);
  tell(`${counted(findings.length, "finding")} in ${counted(files.length, "file")}`);
  if (findings.length > 0) process.exitCode = ExitCode.fault;
}

async function writeReport(out: string, text: string): Promise<void> {
  try {
    await writeFile(out, text);
  } catch (error) {
    throw new UsageError(`${out} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
