import {
  BENCH_TITLES,
  benchCells,
  type BenchRow,
  benchRows,
  CAVEAT,
  correctnessLines,
  legend,
  loadLine,
  machineLine,
  memoryLines,
} from "./bench-lines.ts";
import { duration, grouped } from "../number-format.ts";
import { escapedHtml } from "../../escaped-html.ts";
import type { Spread } from "../../lock-bench/spread.ts";
import type { MeasuredBench } from "./measured-bench.ts";

const STYLE = `
:root { color-scheme: light dark; --text: #1c2330; --dim: #5d6675; --line: #d9dee6; --read: #2f6fde; --write: #d9772b; --back: #fff; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e5e9f0; --dim: #9aa4b3; --line: #343c49; --read: #6ea0ff; --write: #f0a060; --back: #14181f; --wrong: #ff8a80; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin-bottom: 0; } h2 { font-size: 1.05rem; margin: 2rem 0 .4rem; }
.dim { color: var(--dim); margin: .2rem 0; } .verdict { font-size: 1.05rem; border-left: 4px solid var(--read); padding-left: .8rem; }
.verdict.wrong { border-color: var(--wrong); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: .25rem .7rem; text-align: right; border-bottom: 1px solid var(--line); }
th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; } th { color: var(--dim); font-weight: 600; }
svg { width: 100%; max-width: 48rem; height: auto; } svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
.read { fill: var(--read); } .write { fill: var(--write); } .range { stroke: var(--text); stroke-width: 1.5; }
`;

const BAR = { left: 120, width: 460, height: 16, gap: 8 };

/** A page of its own, without scripts or anything from elsewhere. */
export function benchAsHtml(bench: MeasuredBench): string {
  const rows = benchRows(bench);
  const isWrong = bench.verdict.choice === undefined;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>tickframe locks bench</title><style>${STYLE}</style></head>
<body>
<h1>tickframe locks bench</h1>
<p class="dim">${escapedHtml(loadLine(bench))}<br>${escapedHtml(machineLine(bench))}</p>
<p class="verdict${isWrong ? " wrong" : ""}">${escapedHtml(bench.verdict.reason)}</p>
<p class="dim">${escapedHtml(CAVEAT)}</p>
<p class="dim">Bars are medians of the rounds; the line across goes from the lowest round to the highest.</p>
<h2>Accesses a second</h2>
${bars(rows, (row) => row.figures.perSecond, grouped)}
<h2>Latency, p99</h2>
${bars(rows, (row) => row.figures.p99Ms, duration)}
<h2>All figures</h2>
${table(rows)}
<p class="dim">${escapedHtml(legend(bench))}</p>
<h2>Candidates</h2>
${list(bench.candidates.map(({ name, about }) => `${name}: ${about}`))}
<h2>Correctness</h2>
${list(correctnessLines(bench))}
<h2>Memory</h2>
${list(memoryLines(bench))}
</body>
</html>
`;
}

function table(rows: readonly BenchRow[]): string {
  const head = ["candidate", "side", ...BENCH_TITLES]
    .map((title) => `<th>${escapedHtml(title)}</th>`)
    .join("");
  const body = rows.map(
    (row) =>
      `<tr>${[row.candidate, row.side, ...benchCells(row)].map((cell) => `<td>${escapedHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join("\n")}\n</tbody></table></div>`;
}

/** A bar as long as the median for each row, with a line from the lowest round to the highest. */
function bars(
  rows: readonly BenchRow[],
  spreadOf: (row: BenchRow) => Spread,
  label: (value: number) => string,
): string {
  const longest = Math.max(...rows.map((row) => spreadOf(row).high));
  const scale = (value: number) => (longest > 0 ? (value / longest) * BAR.width : 0).toFixed(1);
  const step = BAR.height + BAR.gap;
  const lines = rows.map((row, i) => {
    const { median, low, high } = spreadOf(row);
    const y = i * step;
    const middle = y + BAR.height / 2;
    return (
      `<text x="${BAR.left - 8}" y="${middle + 4}" text-anchor="end">${escapedHtml(`${row.candidate} ${row.side}`)}</text>` +
      `<rect class="${row.side}" x="${BAR.left}" y="${y}" width="${scale(median)}" height="${BAR.height}" rx="2"/>` +
      `<g transform="translate(${BAR.left} 0)"><line class="range" x1="${scale(low)}" x2="${scale(high)}" y1="${middle}" y2="${middle}"/></g>` +
      `<text x="${BAR.left + BAR.width + 10}" y="${middle + 4}">${escapedHtml(label(median))}</text>`
    );
  });
  const size = `0 0 ${BAR.left + BAR.width + 100} ${rows.length * step}`;
  return `<svg viewBox="${size}" role="img">\n${lines.join("\n")}\n</svg>`;
}

function list(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${escapedHtml(item)}</li>`).join("")}</ul>`;
}
