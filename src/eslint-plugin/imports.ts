import { declarationOf, type FileSyntax } from "./file-syntax.ts";
import { bare, keyName, memberName } from "./syntax-node.ts";
import type { Node } from "@oxc-project/types";

/** Something of another module. */
export interface ImportedName {
  readonly module: string;
  /** `*` for the module as a whole. */
  readonly name: string;
}

/** What of another module an expression is, by the file's imports: also `require`, `import * as` and `import("…")`. */
export function importedName(expression: Node, file: FileSyntax): ImportedName | undefined {
  const node = bare(expression);
  if (node.type === "MemberExpression") return memberOf(importedName(node.object, file), memberName(node));
  if (node.type === "TSQualifiedName") return memberOf(importedName(node.left, file), node.right.name);
  if (node.type === "AwaitExpression") return importedName(node.argument, file);
  if (node.type === "ImportExpression") return wholeModule(node.source);
  if (node.type === "CallExpression") {
    const { callee } = node;
    const isRequire =
      callee.type === "Identifier" && callee.name === "require" && file.isGlobal("require", node);
    return isRequire && node.arguments.length === 1 ? wholeModule(node.arguments[0]) : undefined;
  }
  return node.type === "Identifier" ? nameFrom(node.name, node, file) : undefined;
}

function nameFrom(name: string, at: Node, file: FileSyntax): ImportedName | undefined {
  const variable = file.variable(name, at);
  const declaration = variable && declarationOf(variable);
  if (declaration?.type === "ImportBinding") return importBinding(declaration.node, declaration.parent);
  if (declaration?.type !== "Variable" || declaration.node.type !== "VariableDeclarator") return undefined;
  const { id, init } = declaration.node;
  if (init === null) return undefined;
  if (id.type === "Identifier") return importedName(init, file);
  if (id.type !== "ObjectPattern") return undefined;
  const property = id.properties.find((each) => each.type === "Property" && each.value === declaration.name);
  return property?.type === "Property" ? memberOf(importedName(init, file), keyName(property)) : undefined;
}

function importBinding(node: Node, parent: Node | null | undefined): ImportedName | undefined {
  if (parent?.type !== "ImportDeclaration") return undefined;
  const module = parent.source.value;
  if (node.type === "ImportNamespaceSpecifier") return { module, name: "*" };
  if (node.type === "ImportDefaultSpecifier") return { module, name: "default" };
  if (node.type !== "ImportSpecifier") return undefined;
  const { imported } = node;
  return { module, name: imported.type === "Literal" ? imported.value : imported.name };
}

function memberOf(whole: ImportedName | undefined, name: string | undefined): ImportedName | undefined {
  if (whole === undefined || name === undefined) return undefined;
  // The default export of a CommonJS module is the module as a whole.
  const isModule = whole.name === "*" || whole.name === "default";
  return { module: whole.module, name: isModule ? name : `${whole.name}.${name}` };
}

function wholeModule(source: Node): ImportedName | undefined {
  return source.type === "Literal" && typeof source.value === "string"
    ? { module: source.value, name: "*" }
    : undefined;
}
