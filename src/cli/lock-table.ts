import { duration, grouped } from "./number-format.ts";
import { textTable } from "./text-table.ts";
import type { LockReport } from "../index.ts";

/** What each lock cost, a line for each of its modes that was used. */
export function lockTable(locks: readonly LockReport[]): string[] {
  const rows = locks.flatMap(({ name, read, write }) =>
    [["read", read] as const, ["write", write] as const]
      .filter(([, { acquisitions }]) => acquisitions > 0)
      .map(([mode, { acquisitions, contended, wait, hold }]) => [
        name,
        mode,
        grouped(acquisitions),
        grouped(contended),
        ...[wait, hold].flatMap(({ p50Ms, p99Ms, maxMs }) => [p50Ms, p99Ms, maxMs].map(duration)),
      ]),
  );
  return textTable(
    [
      { title: "lock", align: "left" },
      { title: "mode", align: "left" },
      { title: "acquired" },
      { title: "waited" },
      { title: "wait p50" },
      { title: "p99" },
      { title: "max" },
      { title: "hold p50" },
      { title: "p99" },
      { title: "max" },
    ],
    rows,
  );
}
