import { textTable } from "../text-table.ts";
import {
  BENCH_TITLES,
  benchCells,
  benchRows,
  CAVEAT,
  correctnessLines,
  legend,
  loadLine,
  machineLine,
  memoryLines,
} from "./bench-lines.ts";
import type { MeasuredBench } from "./measured-bench.ts";

export function benchAsText(bench: MeasuredBench): string {
  const rows = benchRows(bench);
  const lines = [
    loadLine(bench),
    machineLine(bench),
    "",
    ...textTable(
      [
        { title: "candidate", align: "left" },
        { title: "side", align: "left" },
        ...BENCH_TITLES.map((title) => ({ title })),
      ],
      rows.map((row) => [row.candidate, row.side, ...benchCells(row)]),
    ),
    "",
    ...bench.candidates.map(({ name, about }) => `${name}: ${about}`),
    legend(bench),
    "",
    "correctness",
    ...correctnessLines(bench).map(indented),
    "memory",
    ...memoryLines(bench).map(indented),
    "",
    bench.verdict.reason,
    CAVEAT,
  ];
  return `${lines.join("\n")}\n`;
}

function indented(line: string): string {
  return `  ${line}`;
}
