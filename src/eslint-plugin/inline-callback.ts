import { bare, methodCall, type FunctionNode } from "./syntax-node.ts";
import type { CallExpression, NewExpression, Node } from "@oxc-project/types";

const ONCE_AN_ELEMENT =
  /^(forEach|map|flatMap|filter|find|findLast|findIndex|findLastIndex|some|every|reduce|reduceRight|sort|toSorted|from|fromAsync)$/;
const OF_A_PROMISE = /^(then|catch|finally)$/;
const UNDER_A_LOCK = /^(try)?[wW]ith(Read|Write|Upgrade|All)$/;

/** The call that runs the function on the spot, or before it settles; `undefined` for one that is kept for later. */
export function runningCall(node: FunctionNode): CallExpression | NewExpression | undefined {
  const { parent } = node;
  if (parent?.type === "NewExpression") {
    const isPromise = parent.callee.type === "Identifier" && parent.callee.name === "Promise";
    return isPromise ? parent : undefined;
  }
  const call = parent?.type === "ParenthesizedExpression" ? parent.parent : parent;
  if (call?.type !== "CallExpression") return undefined;
  if (bare(call.callee) === node) return call;
  const method = methodCall(call)?.method ?? "";
  return [ONCE_AN_ELEMENT, OF_A_PROMISE, UNDER_A_LOCK].some((names) => names.test(method)) ? call : undefined;
}

/** The call that runs the function once for each element of something. */
export function elementCall(node: Node): CallExpression | undefined {
  const { parent } = node;
  const method =
    parent?.type === "CallExpression" && parent.callee !== node ? methodCall(parent)?.method : undefined;
  return parent?.type === "CallExpression" && ONCE_AN_ELEMENT.test(method ?? "") ? parent : undefined;
}
