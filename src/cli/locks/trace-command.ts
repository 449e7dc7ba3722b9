import { writeFile } from "node:fs/promises";
import { chromeTrace, pprofProfile, prometheusText, speedscopeProfile } from "../../profiling/index.ts";
import { UsageError } from "../failure.ts";
import { print, tell } from "../output.ts";
import { ProfileSource } from "./profile-source.ts";

export interface TraceCommandOptions {
  readonly format: "chrome" | "speedscope" | "pprof" | "prometheus";
  /** Standard output when absent. */
  readonly out?: string;
}

/** `tickframe locks trace`: a profile in the form of another tool. */
export async function runTrace(
  fileOrUrl: string,
  { format, out }: TraceCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  if (format === "pprof" && out === undefined) {
    throw new UsageError("--format pprof needs a file to write to: --out FILE");
  }
  const content = await contentOf(new ProfileSource(fileOrUrl, signal), format);
  if (out === undefined) return print(content.toString());
  try {
    await writeFile(out, content);
  } catch (error) {
    throw new UsageError(`cannot write ${out}: ${(error as Error).message}`, { cause: error });
  }
  tell(`${format} written to ${out}`);
}

async function contentOf(
  source: ProfileSource,
  format: TraceCommandOptions["format"],
): Promise<string | Uint8Array> {
  switch (format) {
    case "chrome":
      return `${JSON.stringify(chromeTrace(await source.events()))}\n`;
    case "speedscope":
      return `${JSON.stringify(speedscopeProfile(await source.report()))}\n`;
    case "pprof":
      return pprofProfile(await source.report());
    case "prometheus":
      return prometheusText(await source.report(), { places: true });
  }
}
