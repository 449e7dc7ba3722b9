import { ExitCode, UsageError } from "../failure.ts";
import { counted } from "../number-format.ts";
import { tell } from "../output.ts";
import { deliver } from "../written-file.ts";
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
  await deliver(text, out);
  tell(`${counted(findings.length, "finding")} in ${counted(files.length, "file")}`);
  if (findings.length > 0) process.exitCode = ExitCode.fault;
}
