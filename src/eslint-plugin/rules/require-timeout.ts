import { isCritical } from "../critical-code.ts";
import { estree, type FileSyntax } from "../file-syntax.ts";
import { kindOf } from "../lock-kinds.ts";
import { lockRule } from "../lock-rule.ts";
import { bare, methodCall } from "../syntax-node.ts";
import { isLimited } from "../wait-limit.ts";
import type { Rule } from "eslint";
import type { CallExpression, Node } from "@oxc-project/types";

export interface TimeoutOptions {
  /** Whether all code counts as critical. */
  readonly everywhere: boolean;
  /** Whether a `signal` of any kind is enough. */
  readonly anySignal: boolean;
  /** The limit that is suggested, in ms. */
  readonly suggestedMs: number;
}

/** A wait, and where its options belong. */
interface Wait {
  readonly node: CallExpression;
  readonly options: Node | undefined;
  readonly optionsIndex: number;
}

/** Critical code would rather fail than hang. */
export const requireTimeout = lockRule<TimeoutOptions>(
  {
    description: "require a limit for waits of code that is marked `@critical`",
    type: "suggestion",
    hasSuggestions: true,
    messages: {
      unlimited:
        "`{{call}}` may wait for ever, and the code here is critical. Say with `timeoutMs` how long it may wait.",
      limit: "Wait at most {{ms}} ms.",
    },
    options: {
      everywhere: { type: "boolean" },
      anySignal: { type: "boolean" },
      suggestedMs: { type: "integer", minimum: 0 },
    },
  },
  ({ calls, file }, context, { everywhere = false, anySignal = false, suggestedMs = 1_000 }) => {
    const waits: readonly Wait[] = [
      ...calls.filter(({ waits: isWait }) => isWait),
      ...upgrades(file.program, file),
    ];
    for (const wait of waits) {
      if (isLimited(wait.options, { anySignal }, file)) continue;
      if (!everywhere && !isCritical(wait.node, file)) continue;
      const fix = limitFix(wait, suggestedMs, file);
      context.report({
        node: estree(wait.node),
        messageId: "unlimited",
        data: { call: file.text(wait.node.callee) },
        suggest: fix && [{ messageId: "limit", data: { ms: String(suggestedMs) }, fix }],
      });
    }
  },
);

/** Upgrades wait too, and take no lock that is not held. */
function* upgrades(node: Node, file: FileSyntax): Generator<Wait> {
  const call = node.type === "CallExpression" ? methodCall(node) : undefined;
  if (
    node.type === "CallExpression" &&
    call?.method === "upgrade" &&
    kindOf(call.receiver, file) === "LockGuard"
  ) {
    yield { node, options: node.arguments[0], optionsIndex: 0 };
  }
  for (const child of file.children(node)) yield* upgrades(child, file);
}

function limitFix(
  { node, options, optionsIndex }: Wait,
  ms: number,
  file: FileSyntax,
): Rule.ReportFixer | undefined {
  const property = `timeoutMs: ${ms}`;
  const given = options && bare(options);
  if (given?.type === "ObjectExpression") {
    const names = given.properties
      .map((each) => file.text(each))
      .filter((text) => !text.startsWith("timeoutMs"));
    return (fixer) => fixer.replaceText(estree(given), `{ ${[property, ...names].join(", ")} }`);
  }
  const last = node.arguments.at(-1);
  if (given !== undefined || node.arguments.length !== optionsIndex) return undefined;
  if (last) return (fixer) => fixer.insertTextAfter(estree(last), `, { ${property} }`);
  // Without arguments the call ends with its two parentheses.
  return (fixer) => fixer.replaceTextRange([node.range![1] - 1, node.range![1]], `{ ${property} })`);
}
