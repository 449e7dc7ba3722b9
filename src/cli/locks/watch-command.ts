import { setTimeout as sleep } from "node:timers/promises";
import { UsageError } from "../failure.ts";
import { print } from "../output.ts";
import { activityLines, activityPicture } from "./activity-lines.ts";
import { activityBetween } from "./lock-activity.ts";
import { ProfileSource } from "./profile-source.ts";
import type { ProfileReport } from "../../profiling/index.ts";

export interface LocksWatchOptions {
  /** Seconds between two looks. */
  readonly every: number;
}

/** For a terminal that does not know its size. */
const DEFAULT_COLUMNS = 100;
const DEFAULT_ROWS = 24;

/** `tickframe locks watch`: what the locks of a running process do, until `signal` aborts. */
export async function runLocksWatch(
  url: string,
  { every }: LocksWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const source = new ProfileSource(url, signal);
  if (!source.isProcess)
    throw new UsageError(`"${url}" is no address: watch needs one, as http://127.0.0.1:9464`);
  const isPainted = process.stdout.isTTY;
  let before: ProfileReport | undefined;
  let painted = 0;
  while (!signal.aborted) {
    const now = await source.report();
    const activity = activityBetween(before, now);
    const time = new Date(now.takenAt).toISOString().slice(11, 19);
    if (isPainted) painted = await paint(activityPicture(activity, `${url}  ${time} UTC`), painted);
    else await print(`${activityLines(activity, time).join("\n")}\n`);
    before = now;
    await sleep(every * 1_000, undefined, { signal }).catch(() => {});
  }
}

/** Paints over the `before` lines that were painted last; returns how many are there now. */
async function paint(lines: readonly string[], before: number): Promise<number> {
  const columns = process.stdout.columns || DEFAULT_COLUMNS;
  const rows = process.stdout.rows || DEFAULT_ROWS;
  const shown = lines.slice(0, rows - 1).map((line) => line.slice(0, columns - 1));
  const erase = before > 0 ? `\u001b[${before}A\u001b[J` : "";
  await print(`${erase}${shown.join("\n")}\n`);
  return shown.length;
}
