import { fieldOrigin, type Origin } from "./class-members.ts";
import { declarationOf, type FileSyntax } from "./file-syntax.ts";
import { importedName } from "./imports.ts";
import { KIND_OF_TYPE, lockMethod, type LockKind } from "./lock-api.ts";
import { bare, classOfThis, isClass, isFunction, keyName, memberName, methodCall } from "./syntax-node.ts";
import type { CallExpression, Class, Node, TSType } from "@oxc-project/types";

/** How many steps a value is followed back: more than anybody writes, fewer than a circle takes. */
const MAX_STEPS = 12;

/** What an expression is to the rules, as far as the file's own imports, fields, variables and annotations tell. */
export function kindByBinding(expression: Node, file: FileSyntax): LockKind | undefined {
  return new BindingSearch(file).kindOf(expression, MAX_STEPS);
}

class BindingSearch {
  readonly #file: FileSyntax;

  constructor(file: FileSyntax) {
    this.#file = file;
  }

  kindOf(expression: Node, steps: number): LockKind | undefined {
    if (steps === 0) return undefined;
    const next = steps - 1;
    if (expression.type === "TSAsExpression" || expression.type === "TSSatisfiesExpression") {
      return this.#kindOfType(expression.typeAnnotation) ?? this.kindOf(expression.expression, next);
    }
    const node = bare(expression);
    switch (node.type) {
      case "NewExpression":
        return this.#kindOfClass(node.callee, next);
      case "AwaitExpression":
        return this.#kindOfAwaited(bare(node.argument), next);
      case "CallExpression":
        return this.#kindOfResult(node, next);
      case "LogicalExpression":
        return this.kindOf(node.left, next) ?? this.kindOf(node.right, next);
      case "ConditionalExpression":
        return this.kindOf(node.consequent, next) ?? this.kindOf(node.alternate, next);
      case "AssignmentExpression":
        return this.kindOf(node.right, next);
      default:
        return this.#kindOfOrigin(this.#originOf(node, next), next);
    }
  }

  #kindOfOrigin(origin: Origin | undefined, steps: number): LockKind | undefined {
    if (origin === undefined) return undefined;
    const { value, type } = origin;
    return (type && this.#kindOfType(type)) ?? (value ? this.kindOf(value, steps) : undefined);
  }

  /** A class of tickframe, or one of the file that extends it. */
  #kindOfClass(callee: Node, steps: number): LockKind | undefined {
    const kind = kindOfImport(callee, this.#file);
    if (kind !== undefined || steps === 0) return kind;
    const superClass = this.#classNamed(callee)?.superClass;
    return superClass ? this.#kindOfClass(superClass, steps - 1) : undefined;
  }

  #kindOfAwaited(node: Node, steps: number): LockKind | undefined {
    if (node.type !== "CallExpression") return undefined;
    const call = methodCall(node);
    if (call?.method === "open" && kindOfImport(call.receiver, this.#file) === "RealtimeDataManager") {
      return "RealtimeDataManager";
    }
    if (call?.method === "upgrade") return this.kindOf(call.receiver, steps);
    return this.#guardOf(call, true, steps) ?? this.#kindOfResult(node, steps);
  }

  #kindOfResult(node: CallExpression, steps: number): LockKind | undefined {
    const guard = this.#guardOf(methodCall(node), false, steps);
    if (guard !== undefined) return guard;
    const maker = bare(node.callee).type === "Identifier" ? this.#functionOf(bare(node.callee)) : undefined;
    if (!isFunction(maker)) return undefined;
    if (maker.returnType) return this.#kindOfType(maker.returnType.typeAnnotation);
    return maker.type === "ArrowFunctionExpression" && maker.expression
      ? this.kindOf(maker.body, steps)
      : undefined;
  }

  #guardOf(call: ReturnType<typeof methodCall>, isAwaited: boolean, steps: number): LockKind | undefined {
    if (call === undefined || !/^(tryA|a)cquire/.test(call.method)) return undefined;
    const kind = this.kindOf(call.receiver, steps);
    const method = kind && lockMethod(kind, call.method);
    return method?.form === "guard" && method.waits === isAwaited ? "LockGuard" : undefined;
  }

  #kindOfType(type: TSType): LockKind | undefined {
    switch (type.type) {
      case "TSTypeReference": {
        const kind = kindOfImport(type.typeName, this.#file);
        if (kind !== undefined) return kind;
        const { typeName, typeArguments } = type;
        const isWrapper =
          typeName.type === "Identifier" && /^(Promise|Readonly|NonNullable)$/.test(typeName.name);
        return isWrapper && typeArguments ? this.#kindOfType(typeArguments.params[0]) : undefined;
      }
      case "TSUnionType":
      case "TSIntersectionType":
        return type.types.map((part) => this.#kindOfType(part)).find((kind) => kind !== undefined);
      default:
        return undefined;
    }
  }

  #originOf(node: Node, steps: number): Origin | undefined {
    if (node.type === "Identifier") return this.#variableOrigin(node.name, node);
    if (node.type !== "MemberExpression") return undefined;
    const name = memberName(node);
    return name === undefined ? undefined : this.#memberOrigin(bare(node.object), name, steps);
  }

  #variableOrigin(name: string, at: Node): Origin | undefined {
    const variable = this.#file.variable(name, at);
    const declaration = variable && declarationOf(variable);
    if (declaration === undefined) return undefined;
    if (declaration.type === "Parameter") return patternOrigin(declaration.name);
    const { node } = declaration;
    if (node.type !== "VariableDeclarator") return undefined;
    if (node.id === declaration.name) {
      return { value: node.init, type: node.id.typeAnnotation?.typeAnnotation };
    }
    return node.init ? this.#destructuredOrigin(declaration.name, node.init) : undefined;
  }

  /** What `const { name } = object` takes, or the default written there. */
  #destructuredOrigin(name: Node, object: Node): Origin | undefined {
    const { parent } = name;
    if (parent?.type === "AssignmentPattern") return { value: parent.right };
    if (parent?.type !== "Property") return undefined;
    const key = keyName(parent);
    return key === undefined ? undefined : this.#memberOrigin(bare(object), key, MAX_STEPS / 2);
  }

  #memberOrigin(object: Node, name: string, steps: number): Origin | undefined {
    if (steps === 0) return undefined;
    const owner =
      object.type === "ThisExpression" ? classOfThis(object) : this.#classOfValue(object, steps - 1);
    if (owner !== undefined) return fieldOrigin(owner, name, this.#file);
    const made = this.#valueOf(object, steps - 1);
    if (made?.type !== "ObjectExpression") return undefined;
    const property = made.properties.find((each) => each.type === "Property" && keyName(each) === name);
    return property?.type === "Property" ? { value: property.value } : undefined;
  }

  /** The class of the file that a value is an instance of, or is itself. */
  #classOfValue(object: Node, steps: number): Class | undefined {
    if (object.type === "Identifier") {
      const itself = this.#classNamed(object);
      if (itself !== undefined) return itself;
    }
    const origin = this.#originOf(object, steps);
    const value = origin?.value && bare(origin.value);
    if (value?.type === "NewExpression") return this.#classNamed(value.callee);
    return origin?.type?.type === "TSTypeReference" ? this.#classNamed(origin.type.typeName) : undefined;
  }

  #valueOf(object: Node, steps: number): Node | undefined {
    const value = object.type === "ObjectExpression" ? object : this.#originOf(object, steps)?.value;
    return value ? bare(value) : undefined;
  }

  #classNamed(name: Node): Class | undefined {
    const declared = this.#functionOf(name);
    return isClass(declared) ? declared : undefined;
  }

  /** The function or class that a name is declared as, or the value of its declaration. */
  #functionOf(name: Node): Node | undefined {
    const variable = name.type === "Identifier" ? this.#file.variable(name.name, name) : undefined;
    const node = variable && declarationOf(variable)?.node;
    return node?.type === "VariableDeclarator" ? (node.init ?? undefined) : node;
  }
}

/** What a class or a type that was imported from tickframe is to the rules. */
function kindOfImport(name: Node, file: FileSyntax): LockKind | undefined {
  const imported = importedName(name, file);
  if (imported === undefined || !/^tickframe(\/|$)/.test(imported.module)) return undefined;
  return Object.hasOwn(KIND_OF_TYPE, imported.name) ? KIND_OF_TYPE[imported.name] : undefined;
}

function patternOrigin(name: Node): Origin | undefined {
  if (name.type !== "Identifier" || !("typeAnnotation" in name)) return undefined;
  const fallback = name.parent?.type === "AssignmentPattern" ? name.parent.right : undefined;
  return { value: fallback, type: name.typeAnnotation?.typeAnnotation };
}
