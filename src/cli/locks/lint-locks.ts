import { readFile } from "node:fs/promises";
import { parse, sep } from "node:path";
import { lockRules } from "../../eslint-plugin/index.ts";
import { loadOptional } from "./optional-package.ts";
import { reportedName } from "./source-files.ts";
import type eslint from "eslint";
import type { ESLint, Linter } from "eslint";
import type { Finding } from "./finding.ts";

const TYPESCRIPT = /\.[cm]?tsx?$/;

/** What the lock rules find in files, one after the other: the order of locks is compared over all of them. */
export async function lintLocks(files: readonly string[], cwd: string): Promise<readonly Finding[]> {
  const folders = [cwd, import.meta.dirname];
  const { ESLint: Engine } = loadOptional("eslint", "linting", folders) as Pick<typeof eslint, "ESLint">;
  const parser = files.some((file) => TYPESCRIPT.test(file))
    ? (loadOptional("@typescript-eslint/parser", "linting TypeScript", folders) as Linter.Parser)
    : undefined;
  // ESLint looks at nothing outside its own folder.
  const base = files.every((file) => file.startsWith(cwd + sep)) ? cwd : parse(cwd).root;
  const engineWith = (parserOptions: Linter.ParserOptions) =>
    new Engine({ cwd: base, overrideConfigFile: true, overrideConfig: configOf(parser, parserOptions) });
  const typed = engineWith({ projectService: true, tsconfigRootDir: cwd });
  const untyped = engineWith({});
  const findings: Finding[] = [];
  for (const file of files) {
    const text = await readFile(file, "utf8");
    const withTypes = await lintText(typed, text, file);
    const messages = withTypes.some(isOutsideProject) ? await lintText(untyped, text, file) : withTypes;
    findings.push(...messages.filter(isOurs).map((message) => findingOf(message, reportedName(file, cwd))));
  }
  return findings;
}

function configOf(parser: Linter.Parser | undefined, parserOptions: Linter.ParserOptions): Linter.Config[] {
  return [
    { files: ["**/*.{js,mjs,cjs,jsx}", "**/*.{ts,mts,cts,tsx}"], ...lockRules.configs.recommended },
    { linterOptions: { reportUnusedDisableDirectives: "off" } },
    { files: ["**/*.jsx"], languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
    ...(parser ? [{ files: ["**/*.{ts,mts,cts,tsx}"], languageOptions: { parser, parserOptions } }] : []),
  ];
}

async function lintText(
  engine: ESLint,
  text: string,
  filePath: string,
): Promise<readonly Linter.LintMessage[]> {
  const results = await engine.lintText(text, { filePath });
  return results.flatMap(({ messages }) => messages);
}

/** No tsconfig.json covers the file, so there are no types for it. */
function isOutsideProject({ fatal, message }: Linter.LintMessage): boolean {
  return fatal === true && message.includes("was not found by the project service");
}

/** A comment in the file may ask for rules of other plugins, which are not here to be asked. */
function isOurs({ fatal, ruleId }: Linter.LintMessage): boolean {
  return fatal === true || ruleId?.startsWith(`${lockRules.meta.namespace}/`) === true;
}

function findingOf(message: Linter.LintMessage, file: string): Finding {
  const { line, column, endLine = line, endColumn = column, ruleId, severity, message: text } = message;
  return {
    file,
    line,
    column,
    endLine,
    endColumn,
    rule: ruleId ?? "syntax",
    severity: severity === 2 ? "error" : "warning",
    message: text,
  };
}
