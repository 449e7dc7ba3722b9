/** Something the lock rules object to, at a place of a file. Lines and columns count from 1. */
export interface Finding {
  /** Relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** `tickframe/<rule>`, or `syntax` for a file that cannot be parsed. */
  readonly rule: string;
  readonly severity: "error" | "warning";
  readonly message: string;
}

/** A line each, as compilers write them. */
export function findingsAsText(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ file, line, column, severity, message, rule }) =>
        `${file}:${line}:${column}: ${severity}: ${message} [${rule}]\n`,
    )
    .join("");
}

/** An object a line. */
export function findingsAsJson(findings: readonly Finding[]): string {
  return findings.map((finding) => `${JSON.stringify(finding)}\n`).join("");
}
