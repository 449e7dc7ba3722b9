import { duration, grouped } from "../number-format.ts";
import { textTable } from "../text-table.ts";
import type { BlameActivity, LockActivity, ModeActivity } from "./lock-activity.ts";

/** Who waits behind whom: so many lines at most. */
const MOST_BLAME = 5;

/** A picture of what goes on, for a terminal. */
export function activityPicture(activity: LockActivity, title: string): string[] {
  const table = textTable(
    [
      { title: "lock", align: "left" },
      { title: "mode", align: "left" },
      { title: "acquired/s" },
      { title: "waited" },
      { title: "mean wait" },
      { title: "wait p99*" },
      { title: "hold p99*" },
      { title: "inside" },
      { title: "queue" },
    ],
    activity.modes.map((each) => [
      printable(each.lock),
      each.mode,
      grouped(each.perSecond),
      percent(each.waitedShare),
      duration(each.meanWaitMs),
      duration(each.waitP99Ms),
      duration(each.holdP99Ms),
      grouped(each.inside),
      grouped(each.queueLength),
    ]),
  );
  const blame = activity.blame.slice(0, MOST_BLAME).map(blameLine);
  return [
    title,
    "",
    ...(activity.modes.length === 0 ? ["no lock was acquired yet"] : [...table, "* since the start"]),
    ...(blame.length === 0 ? [] : ["", "waiting, of each second:", ...blame]),
  ];
}

/** The same where no cursor can be moved: a line for each lock and mode that was acquired or has callers. */
export function activityLines({ modes }: LockActivity, time: string): string[] {
  const shown = modes.filter(({ perSecond, inside, queueLength }) => perSecond + inside + queueLength > 0);
  if (shown.length === 0) return [`${time}  no lock was acquired`];
  return shown.map((each) => `${time}  ${plainLine(each)}`);
}

function plainLine(each: ModeActivity): string {
  return [
    `${printable(each.lock)} ${each.mode}`,
    `${grouped(each.perSecond)} acquired/s`,
    `${percent(each.waitedShare)} waited ${duration(each.meanWaitMs)}`,
    `${grouped(each.inside)} inside`,
    `${grouped(each.queueLength)} in queue`,
  ].join("  ");
}

function blameLine({ lock, waiter, holder, msPerSecond }: BlameActivity): string {
  return `${duration(msPerSecond).padStart(8)}  ${printable(lock)}: ${printable(waiter)} behind ${printable(holder)}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** A name comes from another process, and must not move the cursor. */
function printable(name: string): string {
  return name.replaceAll(/\p{Cc}/gu, "?");
}
