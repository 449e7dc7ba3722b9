import { estree } from "../file-syntax.ts";
import { placeInMessage } from "../held-place.ts";
import { isReadInsideWrite, sharedLock } from "../lock-call.ts";
import { lockRule } from "../lock-rule.ts";
import type { Node } from "@oxc-project/types";

export interface NestedOptions {
  /** Leaves nesting of different locks to `consistent-lock-order`. */
  readonly allowDifferent: boolean;
}

/** Whoever waits for a lock while holding one makes others wait for both. */
export const noNestedAcquire = lockRule<NestedOptions>(
  {
    description: "disallow waiting for a lock while one is held",
    messages: {
      itself:
        "`{{method}}` waits for {{lock}}, which is held here{{through}}: as soon as somebody is in line between the two, it waits for itself.",
      nested:
        "`{{inner}}` is awaited while {{lock}} is held{{through}}: a task that takes them the other way round would wait for this one, and this one for it. Take one after the other, or several keys at once with `LockManager.withAll`.",
    },
    options: { allowDifferent: { type: "boolean" } },
  },
  ({ held, file, lockCallOf }, context, { allowDifferent = false }) => {
    const told = new Set<Node>();
    for (const call of held) {
      const inner = lockCallOf(call.node);
      if (
        !inner?.waits ||
        !call.isAwaited ||
        told.has(call.at) ||
        isReadInsideWrite(call.holder, call.mode, inner)
      ) {
        continue;
      }
      const isItself = sharedLock(call.holder, inner) !== undefined;
      if (!isItself && allowDifferent) continue;
      told.add(call.at);
      context.report({
        node: estree(call.at),
        messageId: isItself ? "itself" : "nested",
        data: {
          method: inner.method,
          inner: file.text(inner.node.callee),
          ...placeInMessage(call, file),
        },
      });
    }
  },
);
