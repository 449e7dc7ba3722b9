import { estree, referencesOf, type FileSyntax } from "../file-syntax.ts";
import { throwerName } from "../guard-effects.ts";
import { guardLeaks, type GuardLeak } from "../guard-paths.ts";
import { guardExpression, guardVariable } from "../guard-uses.ts";
import { lockRule } from "../lock-rule.ts";
import { releaseInFinally } from "../release-in-finally.ts";
import { bare, enclosingFunction, isFunction, memberName, rangeOf, statementsOf } from "../syntax-node.ts";
import type { Rule, Scope } from "eslint";
import type { Node } from "@oxc-project/types";
import type { LockCall } from "../lock-call.ts";

/** A guard that is not released keeps everybody out for good. */
export const releaseOnEveryPath = lockRule(
  {
    description: "require that a guard is released on every path",
    fixable: "code",
    hasSuggestions: true,
    messages: {
      dropped: "Nobody keeps the guard of {{lock}}, so it can never be released.",
      lostWithOthers:
        "When another promise of `Promise.{{method}}` rejects, nobody gets the guard of {{lock}}, and it can never be released. Take one after the other.",
      end: "`{{guard}}` is not released at the end of the block.",
      leave: "`{{guard}}` is not released when line {{line}} leaves.",
      throw:
        "`{{guard}}` is not released when `{{thrower}}` (line {{line}}) throws. Release it in `finally`.",
      using: "Declare it with `using`, which releases it at the end of the block.",
    },
  },
  ({ calls, file }, context) => {
    const taken = new Map<Scope.Variable, LockCall[]>();
    for (const call of calls) {
      if (call.form !== "guard") continue;
      const guard = guardVariable(call, file);
      if (guard === "nobody") reportLost(call, "dropped", context);
      else if (guard === undefined) reportUnlessSafe(call, context);
      else if (!guard.isUsing) taken.set(guard.variable, [...(taken.get(guard.variable) ?? []), call]);
    }
    for (const [variable, by] of taken) reportLeaks(variable, by, file, context);
  },
);

function reportLost(call: LockCall, messageId: string, context: Rule.RuleContext, method = ""): void {
  const lock = call.locks.map(({ label }) => `\`${label}\``).join(", ");
  context.report({ node: estree(call.node), messageId, data: { lock, method } });
}

/** `Promise.all([a.acquireRead(), b.acquireRead()])` gives no guard at all when one of them fails. */
function reportUnlessSafe(call: LockCall, context: Rule.RuleContext): void {
  const list = call.node.parent;
  const all = list?.type === "ArrayExpression" && list.elements.length > 1 ? list.parent : undefined;
  const callee = all?.type === "CallExpression" ? bare(all.callee) : undefined;
  if (callee?.type !== "MemberExpression" || callee.object.type !== "Identifier") return;
  const method = memberName(callee) ?? "";
  if (callee.object.name !== "Promise" || !/^(all|race|any)$/.test(method)) return;
  reportLost(call, "lostWithOthers", context, method);
}

function reportLeaks(
  variable: Scope.Variable,
  by: readonly LockCall[],
  file: FileSyntax,
  context: Rule.RuleContext,
): void {
  const block = blockOf(variable);
  if (block === undefined) return;
  const leaks = guardLeaks(block, variable, new Set(by.map(({ node }) => node)), file);
  const [leak] = leaks.toSorted((a, b) => weight(a) - weight(b));
  if (leak === undefined) return;
  context.report({
    node: estree(by[0].node),
    ...leakMessage(leak, variable.name, file),
    fix: leaks.every(({ kind }) => kind === "throw" || kind === "return")
      ? releaseInFinally(variable, by, file)
      : null,
    suggest: usingSuggestion(variable, by),
  });
}

/** What is certain to happen is told before what may happen. */
function weight({ kind }: GuardLeak): number {
  return ["end", "return", "break", "continue", "throw"].indexOf(kind);
}

function leakMessage(
  { kind, node }: GuardLeak,
  guard: string,
  file: FileSyntax,
): { readonly messageId: string; readonly data: Record<string, string> } {
  const line = String(file.line(node));
  if (kind === "end") return { messageId: "end", data: { guard } };
  if (kind !== "throw" || node.type === "ThrowStatement")
    return { messageId: "leave", data: { guard, line } };
  return { messageId: "throw", data: { guard, line, thrower: throwerName(node, file) } };
}

/** The code that can reach the guard by its name. */
function blockOf(variable: Scope.Variable): Node | undefined {
  const block = variable.scope.block as unknown as Node;
  if (isFunction(block)) return block.body ?? undefined;
  return statementsOf(block) || block.type === "SwitchStatement" ? block : undefined;
}

function usingSuggestion(
  variable: Scope.Variable,
  by: readonly LockCall[],
): Rule.SuggestionReportDescriptor[] {
  const [declarator, ...others] = new Set(by.map(({ node }) => guardExpression(node).parent));
  const declaration = declarator?.type === "VariableDeclarator" ? declarator.parent : undefined;
  if (declaration?.type !== "VariableDeclaration" || declaration.declarations.length !== 1) return [];
  const isKept = referencesOf(variable).every((each) => sameFunction(each, declaration));
  if (others.length > 0 || !isKept || declaration.kind === "var") return [];
  const [start] = rangeOf(declaration);
  const keyword: [number, number] = [start, start + declaration.kind.length];
  return [{ messageId: "using", fix: (fixer) => fixer.replaceTextRange(keyword, "using") }];
}

function sameFunction(a: Node, b: Node): boolean {
  return enclosingFunction(a) === enclosingFunction(b);
}
