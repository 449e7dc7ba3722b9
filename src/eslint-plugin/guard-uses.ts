import { referencesOf, type FileSyntax } from "./file-syntax.ts";
import { bare, memberName } from "./syntax-node.ts";
import type { Scope } from "eslint";
import type { CallExpression, Node } from "@oxc-project/types";
import type { LockCall } from "./lock-call.ts";

/** The variable that keeps the guard of a call. */
export interface GuardVariable {
  readonly variable: Scope.Variable;
  /** Whether `using` declared it, which releases it at the end of the block. */
  readonly isUsing: boolean;
}

/** Where the guard of a call goes: into a variable, to nobody, or somewhere the rules do not follow. */
export function guardVariable(
  { node, waits }: LockCall,
  file: FileSyntax,
): GuardVariable | "nobody" | undefined {
  const given = guardExpression(node);
  const { parent } = given;
  if (parent?.type === "ExpressionStatement" || parent?.type === "IfStatement") return "nobody";
  // Without an `await` there is only a promise yet.
  if (waits && grantsOf(node).length === 0) return thenParameter(node, file);
  const target = parent?.type === "VariableDeclarator" ? parent.id : assignmentTarget(given);
  const variable = target?.type === "Identifier" ? file.variable(target.name, target) : undefined;
  const declaration = parent?.type === "VariableDeclarator" ? parent.parent : undefined;
  const isUsing = declaration?.type === "VariableDeclaration" && declaration.kind.endsWith("using");
  return variable && { variable, isUsing };
}

/** The `await` by which the guard of a call comes. */
export function grantsOf(call: CallExpression): readonly Node[] {
  const grants: Node[] = [];
  for (let at: Node = call; at.parent && isSameGuard(at, at.parent); at = at.parent) {
    if (at.parent.type === "AwaitExpression") grants.push(at.parent);
  }
  return grants;
}

/**
 * The expression whose value is the guard: the `await`, the call itself for one that does not wait, and the whole of
 * `lock.tryAcquireRead() ?? (await lock.acquireRead())`.
 */
export function guardExpression(call: CallExpression): Node {
  let at: Node = call;
  while (at.parent && isSameGuard(at, at.parent)) at = at.parent;
  return at;
}

function isSameGuard(node: Node, parent: Node): boolean {
  if (parent.type === "LogicalExpression") return parent.operator !== "&&" || parent.right === node;
  if (parent.type === "ConditionalExpression") return parent.test !== node;
  return parent.type === "AwaitExpression" || bare(parent) === bare(node);
}

function assignmentTarget(given: Node): Node | undefined {
  const { parent } = given;
  const isStatement =
    parent?.type === "AssignmentExpression" && parent.parent?.type === "ExpressionStatement";
  return isStatement && parent.right === given ? parent.left : undefined;
}

/** The parameter of `lock.acquireRead().then((guard) => …)`. */
function thenParameter(call: CallExpression, file: FileSyntax): GuardVariable | undefined {
  const { parent } = call;
  const then =
    parent?.type === "MemberExpression" && memberName(parent) === "then" ? parent.parent : undefined;
  const callback = then?.type === "CallExpression" ? bare(then.arguments[0] ?? then) : undefined;
  if (callback?.type !== "ArrowFunctionExpression" || callback.body.type !== "BlockStatement")
    return undefined;
  const [param] = callback.params;
  const variable = param?.type === "Identifier" ? file.variable(param.name, callback.body) : undefined;
  return variable && { variable, isUsing: false };
}

/** What is done with a guard where its name stands. */
export type GuardUse = "release" | "upgrade" | "downgrade" | "look" | "given away" | "written";

/** What is done with the guard at one of its references. */
export function guardUse(reference: Node): GuardUse {
  const { parent } = reference;
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === reference ? memberUse(parent) : "given away";
    case "VariableDeclarator":
      return parent.id === reference ? "written" : "given away";
    case "AssignmentExpression":
      return parent.left === reference ? "written" : "given away";
    case "UnaryExpression":
    case "BinaryExpression":
    case "IfStatement":
    case "WhileStatement":
      return "look";
    case "LogicalExpression":
    case "ConditionalExpression":
      return isOnlyTested(reference, parent) ? "look" : "given away";
    case "TSNonNullExpression":
    case "ChainExpression":
      return guardUse(parent);
    default:
      return "given away";
  }
}

function memberUse(member: Node & { readonly type: "MemberExpression" }): GuardUse {
  const name = memberName(member);
  const isCalled = member.parent?.type === "CallExpression" && member.parent.callee === member;
  if (isDisposal(member)) return "release";
  if (!isCalled) return name === "isHeld" || name === "mode" ? "look" : "given away";
  return name === "release" || name === "upgrade" || name === "downgrade" ? name : "given away";
}

function isDisposal({ computed, property }: Node & { readonly type: "MemberExpression" }): boolean {
  return computed && property.type === "MemberExpression" && memberName(property) === "dispose";
}

function isOnlyTested(reference: Node, parent: Node): boolean {
  if (parent.type === "ConditionalExpression") return parent.test === reference;
  return parent.type === "LogicalExpression" && parent.left === reference && parent.operator === "&&";
}

/** The use of a guard that a call is, such as `guard.release()`. */
export function guardUseOfCall(call: Node, variable: Scope.Variable): GuardUse | undefined {
  const callee = call.type === "CallExpression" ? bare(call.callee) : undefined;
  if (callee?.type !== "MemberExpression") return undefined;
  const object = bare(callee.object);
  return referencesOf(variable).includes(object) ? guardUse(object) : undefined;
}

/** What an `if` says about a guard: whether it is there, or is not, when the test is true; `undefined` when it says neither. */
export function guardTest(test: Node, variable: Scope.Variable): "there" | "absent" | undefined {
  const isGuard = (node: Node) => referencesOf(variable).includes(bare(node));
  if (isGuard(test)) return "there";
  if (test.type === "MemberExpression" && isGuard(test.object) && memberName(test) === "isHeld")
    return "there";
  if (test.type === "UnaryExpression" && test.operator === "!")
    return opposite(guardTest(test.argument, variable));
  if (test.type !== "BinaryExpression" || !isGuard(test.left) || !isNothing(test.right)) return undefined;
  if (/^!==?$/.test(test.operator)) return "there";
  return /^===?$/.test(test.operator) ? "absent" : undefined;
}

function opposite(found: ReturnType<typeof guardTest>): ReturnType<typeof guardTest> {
  return found && (found === "there" ? "absent" : "there");
}

function isNothing(node: Node): boolean {
  if (node.type === "Identifier") return node.name === "undefined";
  return node.type === "Literal" && node.value === null;
}
