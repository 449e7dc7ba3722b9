import { dirname, join } from "node:path";
import { declarationOf, isNeverReassigned, type FileSyntax } from "./file-syntax.ts";
import { importedName } from "./imports.ts";
import { bare, classOfThis, enclosingFunction, keyName, memberName, rangeOf } from "./syntax-node.ts";
import { symbolOf, type TypeSymbol } from "./type-services.ts";
import type { Node } from "@oxc-project/types";

/** Which lock a call is about, as far as the text tells. */
export interface LockName {
  /**
   * Equal for what is declared at one place, also in different files: an exported name, or a field of a class, whatever the
   * object. What no other file can name is told apart by its place.
   */
  readonly id: string;
  /** Equal only for what is surely one lock: also the object, and the key, are the same. */
  readonly instance: string;
  /** As it is written. */
  readonly label: string;
}

/** Names the lock that `receiver` is, or the one it has for `key`. */
export function lockName(receiver: Node, key: Node | undefined, file: FileSyntax): LockName {
  const path = pathOf(receiver, file);
  const id = declaredId(receiver, file) ?? path.id;
  if (key === undefined) return { id, instance: path.instance, label: file.text(receiver) };
  const part = keyPart(key, file);
  return {
    id: `${id}[${part.id}]`,
    instance: `${path.instance}[${part.instance}]`,
    label: `${file.text(receiver)}[${file.text(key)}]`,
  };
}

interface Path {
  readonly id: string;
  readonly instance: string;
}

/** A chain of names from where it begins, through variables that only stand for it. */
function pathOf(expression: Node, file: FileSyntax): Path {
  const node = bare(expression);
  if (node.type === "MemberExpression") {
    const name = memberName(node);
    if (name !== undefined) return fieldOf(bare(node.object), name, file);
  }
  if (node.type === "Identifier") return variablePath(node.name, node, file);
  if (node.type === "ThisExpression") {
    const owner = classOfThis(node);
    const id = owner
      ? `${fileId(file.filename)}#${owner.id?.name ?? rangeOf(owner)[0]}`
      : placeOf(node, file);
    return { id, instance: `this of ${id}` };
  }
  return { id: placeOf(node, file), instance: placeOf(node, file) };
}

function fieldOf(object: Node, name: string, file: FileSyntax): Path {
  const { id, instance } = pathOf(object, file);
  return { id: `${id}.${name}`, instance: `${instance}.${name}` };
}

function variablePath(name: string, at: Node, file: FileSyntax): Path {
  const variable = file.variable(name, at);
  const declaration = variable && declarationOf(variable);
  if (variable === undefined || declaration === undefined) return { id: name, instance: name };
  const imported = importedName(at, file);
  if (imported !== undefined) {
    const id = `${moduleId(imported.module, file.filename)}#${imported.name}`;
    return { id, instance: id };
  }
  const stoodFor = isNeverReassigned(variable) ? stoodForBy(declaration, file) : undefined;
  if (stoodFor !== undefined) return stoodFor;
  const isLocal = enclosingFunction(declaration.node) !== undefined || declaration.type === "Parameter";
  const id = `${fileId(file.filename)}#${name}${isLocal ? `@${rangeOf(declaration.name)[0]}` : ""}`;
  return { id, instance: id };
}

/** What `const lock = this.lock` and `const { lock } = this` are other names for. */
function stoodForBy(
  { node, name }: { readonly node: Node; readonly name: Node },
  file: FileSyntax,
): Path | undefined {
  if (node.type !== "VariableDeclarator" || node.init === null) return undefined;
  const init = bare(node.init);
  const isName =
    init.type === "Identifier" || init.type === "MemberExpression" || init.type === "ThisExpression";
  if (!isName) return undefined;
  if (node.id === name) return pathOf(init, file);
  const { parent } = name;
  const key = parent?.type === "Property" && parent.parent === node.id ? keyName(parent) : undefined;
  return key === undefined ? undefined : fieldOf(init, key, file);
}

/** Where the compiler says that the field or the name was declared. */
function declaredId(receiver: Node, file: FileSyntax): string | undefined {
  const node = bare(receiver);
  const symbol = file.types && symbolOf(node.type === "MemberExpression" ? node.property : node, file.types);
  const owner = symbol?.declarations?.[0].parent?.name?.text;
  // A variable is named well enough by its path, unless it was imported.
  return symbol && (owner !== undefined || node.type === "MemberExpression")
    ? symbolId(symbol, owner)
    : undefined;
}

function symbolId({ name, declarations = [] }: TypeSymbol, owner: string | undefined): string | undefined {
  const [declaration] = declarations;
  if (declaration === undefined) return undefined;
  const file = fileId(declaration.getSourceFile().fileName);
  // The compiler mangles private names as `__#1@#lock`.
  const plainName = name.replace(/^__#\d+@/, "");
  return owner === undefined ? `${file}#@${declaration.pos}.${plainName}` : `${file}#${owner}.${plainName}`;
}

/** A key is known when it is written out, and the same again when nothing can have changed it. */
function keyPart(key: Node, file: FileSyntax): Path {
  const node = bare(key);
  if (node.type === "Literal") return { id: node.raw ?? "", instance: node.raw ?? "" };
  const variable = node.type === "Identifier" ? file.variable(node.name, node) : undefined;
  const isFixed = variable !== undefined && isNeverReassigned(variable);
  const instance =
    isFixed || node.type === "MemberExpression" ? pathOf(node, file).instance : placeOf(node, file);
  return { id: "*", instance };
}

function placeOf(node: Node, file: FileSyntax): string {
  return `${fileId(file.filename)}@${rangeOf(node)[0]}`;
}

/** One id for a module, however it is imported: without its ending and `/index`. */
function moduleId(module: string, importer: string): string {
  return module.startsWith(".") ? fileId(join(dirname(importer), module)) : module;
}

function fileId(file: string): string {
  return file.replace(/\.[cm]?[jt]sx?$/, "").replace(/\/index$/, "");
}
