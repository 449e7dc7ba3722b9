import { readFile } from "node:fs/promises";
import type { ProfileReport } from "../../profiling/index.ts";
import { UsageError } from "../failure.ts";

/** A running process that does not answer in this time is told of. */
const LONGEST_ANSWER_MS = 10_000;

/** The report in `file`, as `--profile` writes it. */
export async function readProfile(file: string): Promise<ProfileReport> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  return checkedProfile(text, file);
}

/** The report of a running process, from `/profile.json` of its metrics endpoint. */
export async function fetchProfile(url: string, signal: AbortSignal): Promise<ProfileReport> {
  const address = new URL("/profile.json", checkedUrl(url));
  try {
    const timeout = AbortSignal.timeout(LONGEST_ANSWER_MS);
    const response = await fetch(address, { signal: AbortSignal.any([signal, timeout]) });
    if (!response.ok) throw new UsageError(`${address.href} answered ${response.status}`);
    return checkedProfile(await response.text(), address.href);
  } catch (error) {
    if (error instanceof UsageError || signal.aborted) throw error;
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? cause.message : message;
    throw new UsageError(`${address.href} cannot be fetched: ${reason}`, { cause: error });
  }
}

function checkedUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return parsed;
  throw new UsageError(`--url must be an address such as http://127.0.0.1:9464, was "${url}"`);
}

function checkedProfile(text: string, from: string): ProfileReport {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${from} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || !("version" in value) || !("locks" in value))
    throw new UsageError(`${from} is no lock profile: it has no version or no locks`);
  if (value.version !== 1)
    throw new UsageError(`${from} has version ${String(value.version)} of a lock profile, not 1`);
  if (!Array.isArray(value.locks)) throw new UsageError(`${from} is no lock profile: its locks are no list`);
  return value as ProfileReport;
}
