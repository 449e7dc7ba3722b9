import { contentionTable, htmlReport, type ProfileReport } from "../../profiling/index.ts";
import { UsageError } from "../failure.ts";
import { deliver } from "../written-file.ts";
import { contentionMarkdown } from "./contention-markdown.ts";
import { contentionText } from "./contention-text.ts";
import { fetchProfile, readProfile } from "./profile-source.ts";

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
  if (file !== undefined && url === undefined) return readProfile(file);
  if (file === undefined && url !== undefined) return fetchProfile(url, signal);
  throw new UsageError("write either the file of a profile, or --url with the address of a running process");
}
