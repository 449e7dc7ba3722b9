import { percentText, type ContentionMode, type ContentionRow } from "../../profiling/index.ts";
import { duration, grouped } from "../number-format.ts";
import { boundText, rateText } from "./contention-words.ts";

const HEADER = [
  "Lock",
  "Location",
  "Type",
  "Frequency (n)",
  "Wait p50 / p99 (n)",
  "Hold p50 / p99 (n)",
  "Share of the run",
  "Priority",
  "Gain, upper bound",
  "Advice",
];

/** The contention table as markdown. A row with both modes has a line in its cells for each. */
export function contentionMarkdown(rows: readonly ContentionRow[]): string {
  const lines = rows.map((row) => [
    code(row.lock),
    code(row.location),
    row.type,
    perMode(row, ({ perSecond, acquisitions }) => `${rateText(perSecond)}/s (${grouped(acquisitions)})`),
    perMode(row, ({ wait }) => quantiles(wait)),
    perMode(row, ({ hold }) => quantiles(hold)),
    `${percentText(row.share)} of ${duration(row.spanMs)}`,
    row.priority,
    row.bound === undefined ? "none here" : `${boundText(row.bound)} of the waits (${row.bound.cure})`,
    escaped(row.advice),
  ]);
  const table = [HEADER, HEADER.map(() => "---"), ...lines];
  return `${table.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}\n`;
}

function perMode({ modes }: ContentionRow, text: (mode: ContentionMode) => string): string {
  if (modes.length === 0) return "not measured";
  return modes.map((mode) => (modes.length > 1 ? `${mode.mode}: ${text(mode)}` : text(mode))).join("<br>");
}

function quantiles(measured: ContentionMode["wait"]): string {
  if (measured === "not measured") return measured;
  return `${duration(measured.p50Ms)} / ${duration(measured.p99Ms)} (${grouped(measured.count)})`;
}

/** A name as it is: as code, in a fence longer than any run of backticks in it, and with no bar or newline that would end the cell. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${cell(text)}${pad}${fence}`;
}

function escaped(text: string): string {
  return cell(text.replaceAll(/[\\*_[\]<>]/g, "\\$&"));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*[\r\n]+\s*/g, " ");
}
