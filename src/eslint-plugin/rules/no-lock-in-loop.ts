import { estree } from "../file-syntax.ts";
import { lockRule } from "../lock-rule.ts";
import { loopAround } from "../loop-around.ts";

/** A lock that is taken for each element costs a wait for each element. */
export const noLockInLoop = lockRule(
  {
    description: "disallow taking the same lock again in each round of a loop",
    type: "suggestion",
    messages: {
      loop: "`{{call}}` takes the same lock in every round of the loop of line {{line}}: a wait for each, and others change things in between. Take it once around the loop.",
    },
  },
  ({ calls, file }, context) => {
    for (const call of calls) {
      const loop = call.waits ? loopAround(call, file) : undefined;
      if (loop === undefined) continue;
      context.report({
        node: estree(call.node),
        messageId: "loop",
        data: { call: file.text(call.node.callee), line: String(file.line(loop)) },
      });
    }
  },
);
