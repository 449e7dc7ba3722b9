import { isAwaited } from "./awaited.ts";
import { elementCall } from "./inline-callback.ts";
import { enclosingFunction, isFunction, isLoop, rangeOf } from "./syntax-node.ts";
import { declarationOf, type FileSyntax } from "./file-syntax.ts";
import type { LockCall } from "./lock-call.ts";
import type { Node } from "@oxc-project/types";

/**
 * The loop that takes the same lock in each round, for no reason that shows: `undefined` when the lock or its key is another
 * one each time, or when the rounds wait for something else too, for then holding the lock all along would make others wait.
 */
export function loopAround(call: LockCall, file: FileSyntax): Node | undefined {
  for (let at: Node = call.node; at.parent; at = at.parent) {
    const { parent } = at;
    if (isRetry(at, parent)) return undefined;
    if (isLoop(parent) && isRepeated(at, parent)) return isPlainLoop(parent, call, file) ? parent : undefined;
    if (!isFunction(parent)) continue;
    const each = elementCall(parent);
    if (each === undefined) return undefined;
    return dependsOn(call, parent, file) ? undefined : each;
  }
  return undefined;
}

function isRepeated(part: Node, loop: Node): boolean {
  if (loop.type === "ForStatement") return part !== loop.init;
  return loop.type === "ForOfStatement" || loop.type === "ForInStatement" ? part === loop.body : true;
}

function isPlainLoop(loop: Node, call: LockCall, file: FileSyntax): boolean {
  const isEndless =
    (loop.type === "WhileStatement" && loop.test.type === "Literal") ||
    (loop.type === "ForStatement" && loop.test === null);
  const isOfEvents = loop.type === "ForOfStatement" && loop.await;
  return !isEndless && !isOfEvents && !dependsOn(call, loop, file) && !waitsForMore(loop, call, file);
}

/** A try whose failure is caught inside the loop is made again. */
function isRetry(at: Node, parent: Node): boolean {
  return parent.type === "TryStatement" && parent.block === at && parent.handler !== null;
}

/** Whether the lock or its key comes from within the loop. */
function dependsOn({ node, bodies, options }: LockCall, loop: Node, file: FileSyntax): boolean {
  const parts = [node.callee, ...node.arguments.filter((each) => !bodies.includes(each) && each !== options)];
  return parts.some((part) => mentionsOwn(part, loop, file));
}

function mentionsOwn(node: Node, loop: Node, file: FileSyntax): boolean {
  if (node.type === "Identifier") {
    const variable = file.variable(node.name, node);
    if (variable === undefined) return false;
    const declared = declarationOf(variable);
    const isWritten = variable.references.some(
      (each) => each.isWrite() && isWithin(each.identifier as unknown as Node, loop),
    );
    return isWritten || (declared !== undefined && isWithin(declared.name, loop));
  }
  // A computed member, or the result of a call, may be another one each time.
  if (node.type === "CallExpression") return true;
  return file.children(node).some((child) => mentionsOwn(child, loop, file));
}

function isWithin(node: Node, around: Node): boolean {
  const [start, end] = rangeOf(around);
  const [at] = rangeOf(node);
  return at >= start && at < end;
}

/** Whether a round also waits for something that does not need the lock. */
function waitsForMore(loop: Node, call: LockCall, file: FileSyntax): boolean {
  const within = enclosingFunction(call.node);
  const isOther = (node: Node): boolean => {
    if (node === call.node || isFunction(node)) return false;
    if (node.type === "CallExpression" && isAwaited(node, { within, isReturnAwaited: true }, file))
      return true;
    return file.children(node).some(isOther);
  };
  return isOther(loop);
}
