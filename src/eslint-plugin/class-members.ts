import { bare, keyName, memberName } from "./syntax-node.ts";
import type { FileSyntax } from "./file-syntax.ts";
import type { Class, ClassElement, Node, TSType } from "@oxc-project/types";

/** What a name stands for: a value it was given, a type it was declared with, or both. */
export interface Origin {
  readonly value?: Node | null;
  readonly type?: TSType | null;
}

/** The element of a class that has a name. */
export function memberOf(owner: Class, name: string): ClassElement | undefined {
  return owner.body.body.find((element) => "key" in element && keyName(element) === name);
}

/** What a field of a class holds: by its declaration, a constructor's parameter, or what the constructor assigns. */
export function fieldOrigin(owner: Class, name: string, file: FileSyntax): Origin | undefined {
  const member = memberOf(owner, name);
  if (member?.type === "MethodDefinition") {
    return member.kind === "get" ? { type: member.value.returnType?.typeAnnotation } : undefined;
  }
  if (member?.type === "PropertyDefinition" && (member.value ?? member.typeAnnotation)) {
    return { value: member.value, type: member.typeAnnotation?.typeAnnotation };
  }
  return constructorOrigin(owner, name, file);
}

function constructorOrigin(owner: Class, name: string, file: FileSyntax): Origin | undefined {
  const maker = memberOf(owner, "constructor");
  if (maker?.type !== "MethodDefinition") return undefined;
  for (const param of maker.value.params) {
    if (param.type !== "TSParameterProperty") continue;
    const { parameter } = param;
    const target = parameter.type === "AssignmentPattern" ? parameter.left : parameter;
    if (target.type !== "Identifier" || target.name !== name) continue;
    return {
      value: parameter.type === "AssignmentPattern" ? parameter.right : undefined,
      type: target.typeAnnotation?.typeAnnotation,
    };
  }
  return { value: maker.value.body ? assignedTo(name, maker.value.body, file) : undefined };
}

/** What a body assigns to `this.<name>` among its own statements. */
function assignedTo(name: string, body: Node, file: FileSyntax): Node | undefined {
  for (const statement of file.children(body)) {
    const assignment = statement.type === "ExpressionStatement" ? bare(statement.expression) : undefined;
    if (assignment?.type !== "AssignmentExpression") continue;
    const target = bare(assignment.left);
    const isField = target.type === "MemberExpression" && target.object.type === "ThisExpression";
    if (isField && memberName(target) === name) return assignment.right;
  }
  return undefined;
}
