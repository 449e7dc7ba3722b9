import { relative } from "node:path";
import { estree, type FileSyntax } from "../file-syntax.ts";
import { LockOrder, type OrderPlace } from "../lock-order.ts";
import { lockRule } from "../lock-rule.ts";
import type { HeldCall } from "../held-code.ts";
import type { LockCall } from "../lock-call.ts";
import type { LockName } from "../lock-name.ts";
import type { Rule } from "eslint";

/** All files of one process share it, because a circle may run through any of them. */
const order = new LockOrder();

/** Two tasks that take the same locks in opposite orders wait for each other for ever. */
export const consistentLockOrder = lockRule(
  {
    description: "require that locks are taken in one order, in all files",
    messages: {
      circle:
        "{{inner}} is awaited while {{outer}} is held, and at {{place}} it is the other way round: two tasks, one here and one there, wait for each other for ever.",
    },
  },
  ({ held, file, lockCallOf }, context) => {
    order.forget(file.filename);
    for (const call of held) {
      const inner = lockCallOf(call.node);
      if (inner?.waits && call.isAwaited) noteOrder(call, inner, file, context);
    }
  },
);

function noteOrder(call: HeldCall, inner: LockCall, file: FileSyntax, context: Rule.RuleContext): void {
  const place: OrderPlace = { file: file.filename, line: file.line(call.at) };
  for (const [outer, next] of pairs(call.holder, inner)) {
    const opposite = order.add(outer.id, next.id, place);
    if (opposite === undefined) continue;
    context.report({
      node: estree(call.at),
      messageId: "circle",
      data: {
        inner: `\`${next.label}\``,
        outer: `\`${outer.label}\``,
        place: placeText(opposite, place, context.cwd),
      },
    });
    return;
  }
}

/** Two holds of one declaration, such as two unknown keys, have no order that the text could tell. */
function pairs(holder: LockCall, inner: LockCall): (readonly [LockName, LockName])[] {
  return holder.locks
    .flatMap((outer) => inner.locks.map((next) => [outer, next] as const))
    .filter(([outer, next]) => outer.id !== next.id);
}

function placeText({ file, line }: OrderPlace, here: OrderPlace, cwd: string): string {
  return file === here.file ? `line ${line}` : `${relative(cwd, file)}:${line}`;
}
