/** A place in the code, as readers of profiles take it apart. */
export interface CodePlace {
  readonly name: string;
  /** `undefined` for a place that has a label and no file. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

/** Takes apart what a report names a place by: `function file:line:column`, `file:line:column`, or the label a caller gave. */
export function codePlace(site: string): CodePlace {
  const { called, file, line, column } =
    /^(?:(?<called>.+?) )?(?<file>\S.*):(?<line>\d+):(?<column>\d+)$/s.exec(site)?.groups ?? {
      file: undefined,
    };
  if (file === undefined) return { name: site, file: undefined, line: 0, column: 0 };
  return { name: called ?? site, file, line: Number(line), column: Number(column) };
}
