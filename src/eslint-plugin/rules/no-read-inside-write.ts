import { estree } from "../file-syntax.ts";
import { isReadInsideWrite, type LockCall } from "../lock-call.ts";
import { lockRule } from "../lock-rule.ts";
import { placeInMessage } from "../held-place.ts";
import { bare, isFunction } from "../syntax-node.ts";
import type { FileSyntax } from "../file-syntax.ts";
import type { HeldCall } from "../held-code.ts";
import type { Node } from "@oxc-project/types";
import type { Rule } from "eslint";

/** A writer that wants to read too waits for itself. */
export const noReadInsideWrite = lockRule(
  {
    description: "disallow taking a lock for read by whoever holds it for write",
    fixable: "code",
    messages: {
      waits:
        "`{{method}}` waits for {{lock}}, which is held for write here{{through}}: it waits for itself. Whoever may write may read: read without it.",
      refused:
        "`{{method}}` never gets {{lock}}, which is held for write here{{through}}. Whoever may write may read: read without it.",
    },
  },
  ({ held, file, lockCallOf }, context) => {
    const told = new Set<Node>();
    for (const call of held) {
      const inner = lockCallOf(call.node);
      if (inner === undefined || told.has(call.at)) continue;
      if (!isReadInsideWrite(call.holder, call.mode, inner) || (inner.waits && !call.isAwaited)) continue;
      told.add(call.at);
      context.report({
        node: estree(call.at),
        messageId: inner.waits ? "waits" : "refused",
        data: { method: inner.method, ...placeInMessage(call, file) },
        fix: withoutLock(call, inner, file),
      });
    }
  },
);

/** `await lock.withRead(() => x)` as `await (x)`: only where it is awaited on the spot, so that nothing else changes. */
function withoutLock(
  { node, at }: HeldCall,
  { waits, form, bodies }: LockCall,
  file: FileSyntax,
): Rule.ReportFixer | null {
  const body = bodies.length === 1 ? bare(bodies[0]) : undefined;
  const isPlain = node === at && waits && form === "body" && node.parent?.type === "AwaitExpression";
  if (!isPlain || !isFunction(body) || body.params.length > 0 || body.generator) return null;
  // A function has a `this` of its own, and `arguments`.
  if (body.type !== "ArrowFunctionExpression") return null;
  const text = body.expression ? `(${file.text(body.body)})` : `(${file.text(body)})()`;
  return (fixer) => fixer.replaceText(estree(node), text);
}
