import { estree, referencesOf, type FileSyntax } from "./file-syntax.ts";
import { guardUse, guardUseOfCall } from "./guard-uses.ts";
import { bare, rangeOf, statementAround } from "./syntax-node.ts";
import type { Rule, Scope } from "eslint";
import type { Node } from "@oxc-project/types";
import type { LockCall } from "./lock-call.ts";

/**
 * Puts what stands between the acquire and its one release into a `try`, and the release into its `finally`. Only where that
 * changes nothing else: both stand in one block, and nothing declared between them is used behind.
 */
export function releaseInFinally(
  variable: Scope.Variable,
  by: readonly LockCall[],
  file: FileSyntax,
): Rule.ReportFixer | null {
  const around = statementAround(by[0].node);
  const isOne = by.every(({ node }) => statementAround(node)?.statement === around?.statement);
  if (!isOne || !by.some(({ waits }) => waits) || around?.statement.type !== "VariableDeclaration")
    return null;
  if (around.statement.declarations.length !== 1) return null;
  const { list, statement } = around;
  const isRelease = (each: Node) =>
    each.type === "ExpressionStatement" && guardUseOfCall(bare(each.expression), variable) === "release";
  const begin = list.indexOf(statement) + 1;
  const end = list.findIndex(isRelease);
  const releases = referencesOf(variable).filter((each) => guardUse(each) === "release");
  if (end <= begin || releases.length !== 1) return null;
  if (list.slice(begin, end).some((each) => isUsedBehind(each, list[end], file))) return null;
  const indent = " ".repeat(file.column(statement));
  return (fixer) => [
    fixer.insertTextBefore(estree(list[begin]), `try {\n${indent}`),
    fixer.replaceText(estree(list[end]), `} finally {\n${indent}  ${file.text(list[end])}\n${indent}}`),
  ];
}

/** Whether a declaration among the statements is used behind the release, where the `try` would hide it. */
function isUsedBehind(statement: Node, release: Node, file: FileSyntax): boolean {
  const isDeclaration = statement.type.endsWith("Declaration");
  const [, end] = rangeOf(release);
  return (
    isDeclaration &&
    file.declared(statement).some((variable) => referencesOf(variable).some((each) => rangeOf(each)[0] > end))
  );
}
