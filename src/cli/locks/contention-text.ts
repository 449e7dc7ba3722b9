import type { ContentionMode, ContentionRow, ProfileReport } from "../../profiling/index.ts";
import { percentText } from "../../profiling/index.ts";
import { counted, duration, grouped } from "../number-format.ts";
import { textTable } from "../text-table.ts";
import { boundText, rateText } from "./contention-words.ts";

const WIDTH = 100;
const INDENT = "    ";

/** The contention table for a terminal: the figures of each row, below them the lock, the place and the advice. */
export function contentionText(report: ProfileReport, rows: readonly ContentionRow[]): string {
  const title = `${counted(rows.length, "place")} of ${counted(report.locks.length, "lock")} in ${duration(report.spanMs)}`;
  if (rows.length === 0) return `${title}: nobody waited for a lock\n`;
  const lines = rows.flatMap((row, i) => figures(row, i + 1));
  const [head, ...table] = textTable(
    COLUMNS,
    lines.map(({ cells }) => cells),
  );
  const blocks = table.flatMap((line, i) => {
    const { row, isLast } = lines[i];
    return isLast ? [line, ...describe(row), ""] : [line];
  });
  return `${[title, "", head, ...blocks, ...NOTES].join("\n")}\n`;
}

const COLUMNS = [
  { title: "#" },
  { title: "type", align: "left" },
  { title: "per s" },
  { title: "waits" },
  { title: "wait p50" },
  { title: "p99" },
  { title: "timed" },
  { title: "hold p50" },
  { title: "p99" },
  { title: "share" },
  { title: "priority", align: "left" },
  { title: "gain" },
] as const;

const NOTES = [
  "-: not measured. share: of the run, with somebody waiting for the lock at any place.",
  "gain: upper bound of the lock's waits that the advice removes, by the model in docs/contention.md.",
];

interface Line {
  readonly cells: readonly string[];
  readonly row: ContentionRow;
  readonly isLast: boolean;
}

/** A line for each mode; what is of the whole row stands on the first. */
function figures(row: ContentionRow, rank: number): Line[] {
  const modes: readonly (ContentionMode | undefined)[] = row.modes.length > 0 ? row.modes : [undefined];
  const gain = row.bound === undefined ? "-" : boundText(row.bound);
  return modes.map((mode, i) => {
    const own = i === 0 ? [percentText(row.share), row.priority, gain] : ["", "", ""];
    return {
      row,
      isLast: i === modes.length - 1,
      cells: [i === 0 ? String(rank) : "", ...measured(mode), ...own],
    };
  });
}

function measured(mode: ContentionMode | undefined): readonly string[] {
  if (mode === undefined) return ["-", "-", "-", "-", "-", "-", "-", "-"];
  const { wait, hold } = mode;
  return [
    mode.mode,
    rateText(mode.perSecond),
    grouped(mode.contended),
    ...(wait === "not measured" ? ["-", "-"] : [duration(wait.p50Ms), duration(wait.p99Ms)]),
    ...(hold === "not measured"
      ? ["0", "-", "-"]
      : [grouped(hold.count), duration(hold.p50Ms), duration(hold.p99Ms)]),
  ];
}

function describe({ lock, location, causedMs, waitedMs, advice }: ContentionRow): string[] {
  const place = `${lock} at ${location}`;
  return [
    ...wrapped(place),
    ...wrapped(`waited ${duration(waitedMs)}, made others wait ${duration(causedMs)}`),
    ...wrapped(advice),
  ];
}

/** Not between a number and its unit. */
const BETWEEN_WORDS = / (?!(?:%|ns|µs|ms|s)(?![\p{L}\d]))/u;

/** Lines of at most {@link WIDTH}; a word that is longer by itself, as a path may be, is cut into lines. */
function wrapped(text: string): string[] {
  const most = WIDTH - INDENT.length;
  const words = text
    .split(BETWEEN_WORDS)
    .flatMap((word) => word.match(new RegExp(`.{1,${most}}`, "gu")) ?? []);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => INDENT + line);
}
