import { memberOf } from "./class-members.ts";
import { declarationOf, isNeverReassigned, type FileSyntax } from "./file-syntax.ts";
import { bare, classOfThis, isFunction, memberName, type FunctionNode } from "./syntax-node.ts";
import type { Node } from "@oxc-project/types";

/** The function of this file that an expression is: written in place, by its name, or a method of `this`. */
export function localFunction(expression: Node, file: FileSyntax): FunctionNode | undefined {
  const node = bare(expression);
  if (isFunction(node)) return node;
  if (node.type === "Identifier") return namedFunction(node.name, node, file);
  if (node.type !== "MemberExpression" || node.object.type !== "ThisExpression") return undefined;
  const owner = classOfThis(node);
  const name = memberName(node);
  const member = owner && name !== undefined ? memberOf(owner, name) : undefined;
  if (member?.type === "MethodDefinition") return member.value;
  const value = member?.type === "PropertyDefinition" && member.value ? bare(member.value) : undefined;
  return isFunction(value) ? value : undefined;
}

function namedFunction(name: string, at: Node, file: FileSyntax): FunctionNode | undefined {
  const variable = file.variable(name, at);
  const declared = variable && isNeverReassigned(variable) ? declarationOf(variable)?.node : undefined;
  const value = declared?.type === "VariableDeclarator" && declared.init ? bare(declared.init) : declared;
  return isFunction(value) && declarationOf(variable!)?.type !== "Parameter" ? value : undefined;
}
