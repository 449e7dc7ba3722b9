export interface TableColumn {
  readonly title: string;
  /** Text begins where its column does, numbers end there. @defaultValue "right" */
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Lines of a table whose columns are as wide as they need: a title line, and one for each row. */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  return [columns.map(({ title }) => title), ...rows].map((cells) =>
    cells
      .map((cell, i) => (columns[i].align === "left" ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join(GAP)
      .trimEnd(),
  );
}
