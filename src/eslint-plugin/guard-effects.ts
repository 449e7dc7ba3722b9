import { grantsOf, guardTest, guardUse, guardUseOfCall } from "./guard-uses.ts";
import { lockCall } from "./lock-call.ts";
import { kindOf } from "./lock-kinds.ts";
import { referencesOf, type FileSyntax } from "./file-syntax.ts";
import { bare, isClass, isFunction, memberName, methodCall } from "./syntax-node.ts";
import type { Scope } from "eslint";
import type { CallExpression, LogicalExpression, Node } from "@oxc-project/types";

/** What may be true of a guard, as bits. */
export type GuardState = number;
export const HELD: GuardState = 1;
export const FREE: GuardState = 2;

/** Something that may throw, and what may be true of the guard when it does. */
export interface Thrower {
  readonly node: Node;
  readonly state: GuardState;
}

/** Objects whose methods do not throw, and classes whose constructors do not. */
const SAFE_OBJECTS = /^(console|Math|Date|performance)$/;
const SAFE_CLASSES = /^(AbortController|Date|Map|Set|WeakMap|WeakSet|(Aggregate|Range|Type)?Error)$/;

/** What evaluating code does to a guard: takes it, releases it, gives it away, or throws on the way. */
export class GuardEffects {
  readonly #variable: Scope.Variable;
  readonly #references: ReadonlySet<Node>;
  readonly #acquired: ReadonlySet<Node>;
  readonly #grants: ReadonlySet<Node>;
  readonly #file: FileSyntax;
  #throwers: Thrower[] = [];

  /** `acquired` are the calls that take it. */
  constructor(variable: Scope.Variable, acquired: ReadonlySet<CallExpression>, file: FileSyntax) {
    this.#variable = variable;
    this.#references = new Set(referencesOf(variable));
    this.#acquired = acquired;
    this.#grants = new Set([...acquired].flatMap(grantsOf));
    this.#file = file;
  }

  of(node: Node, state: GuardState): { readonly next: GuardState; readonly throwers: readonly Thrower[] } {
    this.#throwers = [];
    const next = this.#after(node, state);
    return { next, throwers: this.#throwers };
  }

  #after(node: Node, state: GuardState): GuardState {
    if (isFunction(node) || isClass(node)) return this.#isMentionedIn(node) ? FREE : state;
    switch (node.type) {
      case "LogicalExpression":
        return this.#afterLogical(node, state);
      case "ConditionalExpression": {
        const tested = this.#after(node.test, state);
        return this.#after(node.consequent, tested) | this.#after(node.alternate, tested);
      }
      case "CallExpression":
        return this.#afterCall(node, state);
      case "AwaitExpression":
      case "NewExpression":
      case "TaggedTemplateExpression":
      case "ImportExpression":
      case "YieldExpression": {
        const next = this.#afterChildren(node, state);
        // The grant itself is told where the call is.
        if (!this.#grants.has(node) && !this.#makesPlainObject(node)) this.#throw(node, next);
        return next;
      }
      case "Identifier":
        return this.#references.has(node) && guardUse(node) === "given away" ? FREE : state;
      default:
        return this.#afterChildren(node, state);
    }
  }

  #afterChildren(node: Node, state: GuardState): GuardState {
    return this.#file.children(node).reduce((before, child) => this.#after(child, before), state);
  }

  #afterLogical({ left, right, operator }: LogicalExpression, state: GuardState): GuardState {
    const tested = this.#after(left, state);
    const isGuard = guardTest(left, this.#variable) === "there" || this.#acquired.has(bare(left));
    // Where the guard is absent there is nothing to release; what stands behind `??` runs only then.
    if (isGuard && operator !== "&&") return tested | this.#after(right, tested & FREE);
    const done = this.#after(right, tested);
    return isGuard ? done | (tested & FREE) : tested | done;
  }

  #afterCall(node: CallExpression, state: GuardState): GuardState {
    const use = guardUseOfCall(node, this.#variable);
    if (use === "release") return FREE;
    const next = this.#afterChildren(node, state);
    if (use === "downgrade") return next;
    if (this.#acquired.has(node) || !this.#neverThrows(node)) this.#throw(node, next);
    if (!this.#acquired.has(node)) return next;
    // A try may get nothing.
    return methodCall(node)?.method.startsWith("try") === true ? HELD | FREE : HELD;
  }

  #throw(node: Node, state: GuardState): void {
    this.#throwers.push({ node, state });
  }

  #neverThrows(node: CallExpression): boolean {
    const call = methodCall(node);
    if (call === undefined) return false;
    if (call.receiver.type === "Identifier" && SAFE_OBJECTS.test(call.receiver.name)) return true;
    // A lock that is awaited rejects; a guard that is released twice says so.
    if (call.method === "release") return kindOf(call.receiver, this.#file) === "LockGuard";
    return lockCall(node, this.#file)?.waits === true;
  }

  #makesPlainObject(node: Node): boolean {
    if (node.type !== "NewExpression" || node.callee.type !== "Identifier") return false;
    return SAFE_CLASSES.test(node.callee.name) && this.#file.isGlobal(node.callee.name, node);
  }

  #isMentionedIn(node: Node): boolean {
    return (
      this.#references.has(node) || this.#file.children(node).some((child) => this.#isMentionedIn(child))
    );
  }
}

/** The name of a member call that throws, for a message. */
export function throwerName(node: Node, file: FileSyntax): string {
  if (node.type === "CallExpression") return `${file.text(node.callee)}()`;
  if (node.type === "AwaitExpression") return throwerName(bare(node.argument), file);
  if (node.type === "NewExpression") return `new ${file.text(node.callee)}()`;
  return node.type === "MemberExpression" ? (memberName(node) ?? "it") : file.text(node).slice(0, 40);
}
