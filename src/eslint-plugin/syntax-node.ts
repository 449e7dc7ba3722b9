import type {
  ArrowFunctionExpression,
  CallExpression,
  Class,
  Expression,
  Function as FunctionSyntax,
  MemberExpression,
  Node,
  Statement,
} from "@oxc-project/types";

/** Anything with a body that runs later. */
export type FunctionNode = FunctionSyntax | ArrowFunctionExpression;

/** A statement that holds others in order. */
export type StatementList = readonly Node[];

/** Where a node begins and ends in the text. */
export function rangeOf(node: Node): readonly [number, number] {
  // Every parser that ESLint accepts gives it.
  return node.range as [number, number];
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === "FunctionDeclaration" ||
    node?.type === "FunctionExpression" ||
    node?.type === "ArrowFunctionExpression"
  );
}

export function isClass(node: Node | null | undefined): node is Class {
  return node?.type === "ClassDeclaration" || node?.type === "ClassExpression";
}

export function isLoop(node: Node): boolean {
  return /^(For|ForIn|ForOf|While|DoWhile)Statement$/.test(node.type);
}

/** The expression without what only types or the grammar put around it: `x!`, `x as T`, `x?.y`. */
export function bare(node: Node): Node {
  switch (node.type) {
    case "TSAsExpression":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "ChainExpression":
    case "ParenthesizedExpression":
      return bare(node.expression);
    default:
      return node;
  }
}

/** The name behind the dot, with its `#` when it is private; `undefined` when it is computed at run time. */
export function memberName(node: MemberExpression): string | undefined {
  const { property } = node;
  if (property.type === "PrivateIdentifier") return `#${property.name}`;
  if (!node.computed && property.type === "Identifier") return property.name;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : undefined;
}

/** The name of a property of a class or an object; `undefined` when it is computed at run time. */
export function keyName(node: { readonly key: Node; readonly computed?: boolean }): string | undefined {
  const { key } = node;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (key.type === "Identifier" && node.computed !== true) return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}

/** What a method is called on, and its name: of `a.b.c()`, `a.b` and `c`. */
export function methodCall(
  node: CallExpression,
): { readonly receiver: Expression; readonly method: string } | undefined {
  const callee = bare(node.callee);
  if (callee.type !== "MemberExpression") return undefined;
  const method = memberName(callee);
  return method === undefined ? undefined : { receiver: callee.object, method };
}

/** The nearest function around the node, or the whole file. */
export function enclosingFunction(node: Node): FunctionNode | undefined {
  for (let at = node.parent; at; at = at.parent) if (isFunction(at)) return at;
  return undefined;
}

/** The class whose instance `this` is at the node; `undefined` where `this` is something else. */
export function classOfThis(node: Node): Class | undefined {
  for (let at: Node | null | undefined = node; at; at = at.parent) {
    const { parent } = at;
    if (at.type === "FunctionDeclaration") return undefined;
    if (at.type === "FunctionExpression" && parent?.type !== "MethodDefinition") return undefined;
    if (parent?.type === "ClassBody") return isClass(parent.parent) ? parent.parent : undefined;
  }
  return undefined;
}

/** The statement around the node that stands in a list, with that list. */
export function statementAround(
  node: Node,
): { readonly statement: Statement; readonly list: StatementList } | undefined {
  for (let at: Node | null | undefined = node; at?.parent && !isFunction(at); at = at.parent) {
    const list = statementsOf(at.parent);
    if (list?.includes(at)) return { statement: at as Statement, list };
  }
  return undefined;
}

/** The statements of a block, a file or a case of a `switch`. */
export function statementsOf(node: Node): StatementList | undefined {
  if (node.type === "BlockStatement" || node.type === "Program" || node.type === "StaticBlock")
    return node.body;
  return node.type === "SwitchCase" ? node.consequent : undefined;
}
