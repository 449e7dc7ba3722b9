import { contentionTable, htmlReport, type ProfileReport } from "../../profiling/index.ts";
import { UsageError } from "../failure.ts";
import { deliver } from "../written-file.ts";
import { contentionMarkdown } from "./contention-markdown.ts";
import { contentionText } from "./contention-text.ts";
import { ProfileSource } from "./profile-source.ts";

export interface ReportCommandOptions {
  readonly format: "text" | "markdown" | "json" | "html";
  /** Standard output when absent. */
  readonly out?: string;
  /** Of a running process, instead of a file. */
  readonly url?: string;
}

const FORMATS: Readonly<Record<ReportCommandOptions["format"], (report: ProfileReport) => string>> = {
  text: (report) => contentionText(report, contentionTable(report)),
  markdown: (report) => contentionMarkdown(contentionTable(report)),
  json: (report) => `${JSON.stringify(contentionTable(report))}\n`,
  html: (report) => htmlReport(report),
};

/** `tickframe locks report`: where a run waited for locks, and what would help. */
export async function runReport(
  file: string | undefined,
  { format, out, url }: ReportCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const text = FORMATS[format](await profileFrom(file, url, signal));
  await deliver(text, out);
}

function profileFrom(
  file: string | undefined,
  url: string | undefined,
  signal: AbortSignal,
): Promise<ProfileReport> {
  const from = file ?? url;
  if (from === undefined || (file !== undefined && url !== undefined)) {
    throw new UsageError(
      "write either the file of a profile, or --url with the address of a running process",
    );
  }
  const source = new ProfileSource(from, signal);
  if (url !== undefined && !source.isProcess) {
    throw new UsageError(`--url must be an address such as http://127.0.0.1:9464, was "${url}"`);
  }
  return source.report();
}
