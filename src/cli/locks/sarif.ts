import { readFileSync } from "node:fs";
import { lockRules } from "../../eslint-plugin/index.ts";
import type { Finding } from "./finding.ts";

/** The findings as a SARIF 2.1.0 log, which code scanning and editors read. */
export function findingsAsSarif(findings: readonly Finding[]): string {
  const rules = sarifRules();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "tickframe locks lint", version: ownVersion(), rules } },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => sarifResult(finding, rules)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly defaultConfiguration: { readonly level: "error" | "warning" };
}

function sarifRules(): readonly SarifRule[] {
  const { namespace } = lockRules.meta;
  const rules = Object.entries(lockRules.rules).map(([name, { meta }]): SarifRule => ({
    id: `${namespace}/${name}`,
    shortDescription: { text: meta?.docs?.description ?? name },
    defaultConfiguration: { level: meta?.type === "problem" ? "error" : "warning" },
  }));
  return [
    ...rules,
    {
      id: "syntax",
      shortDescription: { text: "require that a file can be parsed" },
      defaultConfiguration: { level: "error" },
    },
  ];
}

function sarifResult(
  { file, line, column, endLine, endColumn, rule, severity, message }: Finding,
  rules: readonly SarifRule[],
): object {
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: encodeURI(file), uriBaseId: "%SRCROOT%" },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
      },
    ],
  };
}

function ownVersion(): string {
  const manifest = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
