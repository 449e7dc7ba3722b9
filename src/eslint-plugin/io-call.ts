import { fieldOrigin } from "./class-members.ts";
import { declarationOf, type FileSyntax } from "./file-syntax.ts";
import { importedName, type ImportedName } from "./imports.ts";
import { isAmong, moduleOfDeclarations } from "./io-modules.ts";
import { bare, classOfThis, memberName } from "./syntax-node.ts";
import { symbolOf } from "./type-services.ts";
import type { CallExpression, Node } from "@oxc-project/types";

const MAX_STEPS = 6;

/** Whether a call goes to a network or a disk: by what it is imported from, and by where its type was declared. */
export function isIoCall({ callee }: CallExpression, modules: readonly string[], file: FileSyntax): boolean {
  return comesFromIo(callee, modules, file, MAX_STEPS) || isDeclaredAsIo(callee, modules, file);
}

function comesFromIo(expression: Node, modules: readonly string[], file: FileSyntax, steps: number): boolean {
  const node = bare(expression);
  if (steps === 0) return false;
  if (isFetch(node, file)) return true;
  const imported = importedName(node, file);
  if (imported !== undefined) return isAmong(imported.module, modules) || opensManager(imported);
  const comes = (next: Node) => comesFromIo(next, modules, file, steps - 1);
  switch (node.type) {
    case "AwaitExpression":
      return comes(node.argument);
    case "NewExpression":
      return comes(node.callee);
    case "CallExpression":
      return comes(node.callee);
    case "Identifier": {
      const made = valueOfName(node.name, node, file);
      return made !== undefined && comes(made);
    }
    case "MemberExpression": {
      // What is called on a result right away belongs to the call that gave it.
      const object = bare(node.object);
      if (object.type === "CallExpression" || object.type === "AwaitExpression") return false;
      const field = object.type === "ThisExpression" ? fieldMaker(object, memberName(node), file) : object;
      return field !== undefined && comes(field);
    }
    default:
      return false;
  }
}

function isFetch(node: Node, file: FileSyntax): boolean {
  if (node.type === "Identifier") return node.name === "fetch" && file.isGlobal("fetch", node);
  if (node.type !== "MemberExpression" || memberName(node) !== "fetch") return false;
  return node.object.type === "Identifier" && node.object.name === "globalThis";
}

function opensManager({ module, name }: ImportedName): boolean {
  return module === "tickframe" && name === "RealtimeDataManager.open";
}

function valueOfName(name: string, at: Node, file: FileSyntax): Node | undefined {
  const variable = file.variable(name, at);
  const node = variable && declarationOf(variable)?.node;
  return node?.type === "VariableDeclarator" ? (node.init ?? undefined) : undefined;
}

/** What made, or types, the field of `this`. */
function fieldMaker(self: Node, name: string | undefined, file: FileSyntax): Node | undefined {
  const owner = classOfThis(self);
  const origin = owner && name !== undefined ? fieldOrigin(owner, name, file) : undefined;
  if (origin?.type?.type === "TSTypeReference") return origin.type.typeName;
  return origin?.value ?? undefined;
}

function isDeclaredAsIo(callee: Node, modules: readonly string[], file: FileSyntax): boolean {
  const node = bare(callee);
  const name = node.type === "MemberExpression" ? node.property : node;
  const symbol = file.types && symbolOf(name, file.types);
  return (symbol?.declarations ?? []).some((declaration) => {
    const module = moduleOfDeclarations(declaration.getSourceFile().fileName);
    return module !== undefined && isAmong(module, modules);
  });
}
