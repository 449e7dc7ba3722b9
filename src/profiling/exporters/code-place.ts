/** A place in the code, as readers of profiles take it apart. */
export interface CodePlace {
  readonly name: string;
  /** `undefined` for a place that is known by a label alone. */
  readonly file: string | undefined;
  readonly line: number;
  readonly column: number;
}

const FILE = String.raw`(?:/|[A-Za-z]:[\\/]|[a-z]+:\/\/).*`;
const PLACE = new RegExp(`^(?:(.*?) )?(${FILE}):(\\d{1,9}):(\\d{1,9})$`, "s");

/** Takes apart what a report names a place by: `function file:line:column`, the same without a function, or a caller's label. */
export function codePlace(site: string): CodePlace {
  const [, called, file, line, column] = PLACE.exec(site) ?? [];
  if (file === undefined) return { name: site, file, line: 0, column: 0 };
  return { name: called ?? `${lastPart(file)}:${line}`, file, line: Number(line), column: Number(column) };
}

function lastPart(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
