import { isIoCall } from "../io-call.ts";
import { IO_MODULES } from "../io-modules.ts";
import { lockRule } from "../lock-rule.ts";
import { estree } from "../file-syntax.ts";
import { placeInMessage } from "../held-place.ts";
import type { Node } from "@oxc-project/types";

export interface IoOptions {
  /** More modules whose promises wait for a network or a disk. */
  readonly modules: readonly string[];
}

/** Everybody waits for a server, or a disk, when a writer does. */
export const noIoUnderWriteLock = lockRule<IoOptions>(
  {
    description: "disallow waiting for a network or a disk while a lock is held for write",
    messages: {
      io: "`{{call}}` is awaited while {{lock}} is held for write{{through}}: all who want the lock wait for it too. Get the result first, and take the lock to put it in.",
    },
    options: { modules: { type: "array", items: { type: "string" }, uniqueItems: true } },
  },
  ({ held, file }, context, { modules = [] }) => {
    const ioModules = [...IO_MODULES, ...modules];
    const told = new Set<Node>();
    for (const call of held) {
      if (call.mode !== "write" || !call.isAwaited || told.has(call.at)) continue;
      if (!isIoCall(call.node, ioModules, file)) continue;
      told.add(call.at);
      context.report({
        node: estree(call.at),
        messageId: "io",
        data: { call: file.text(call.node.callee), ...placeInMessage(call, file) },
      });
    }
  },
);
