import { referencesOf, type FileSyntax } from "./file-syntax.ts";
import { runningCall } from "./inline-callback.ts";
import { enclosingFunction, rangeOf, type FunctionNode } from "./syntax-node.ts";
import type { Node } from "@oxc-project/types";

/** The function that waits, or the whole file. */
export interface Waiter {
  readonly within: FunctionNode | undefined;
  /** Whether somebody waits for what it returns. */
  readonly isReturnAwaited: boolean;
  /** Where in the text it no longer holds anything, so that who waits behind is free. @defaultValue Infinity */
  readonly until?: number;
}

/**
 * Whether the code around a promise waits for it before it goes on: by `await`, directly or through `Promise.all`, a chain,
 * a call it is passed to or a variable; or because it is returned to somebody who waits.
 */
export function isAwaited(promise: Node, waiter: Waiter, file: FileSyntax): boolean {
  return new AwaitSearch(waiter, file).isAwaited(promise);
}

class AwaitSearch {
  readonly #waiter: Waiter;
  readonly #file: FileSyntax;
  readonly #seen = new Set<Node>();

  constructor(waiter: Waiter, file: FileSyntax) {
    this.#waiter = waiter;
    this.#file = file;
  }

  isAwaited(node: Node): boolean {
    const { parent } = node;
    if (!parent || this.#seen.has(node)) return false;
    this.#seen.add(node);
    switch (parent.type) {
      case "AwaitExpression":
        return this.#isWaitedFor(enclosingFunction(parent));
      case "ForOfStatement":
        return parent.await && parent.right === node && this.#isWaitedFor(enclosingFunction(parent));
      case "ReturnStatement":
        return this.#isResultAwaited(enclosingFunction(parent));
      case "ArrowFunctionExpression":
        return parent.body === node && this.#isResultAwaited(parent);
      case "ConditionalExpression":
        return parent.test !== node && this.isAwaited(parent);
      case "SequenceExpression":
        return parent.expressions.at(-1) === node && this.isAwaited(parent);
      case "AssignmentExpression":
        return parent.right === node && (this.isAwaited(parent) || this.#isNameAwaited(parent.left));
      case "VariableDeclarator":
        return parent.init === node && this.#isNameAwaited(parent.id);
      case "ArrayExpression":
      case "CallExpression":
      case "ChainExpression":
      case "LogicalExpression":
      case "MemberExpression":
      case "ParenthesizedExpression":
      case "SpreadElement":
      case "TSAsExpression":
      case "TSNonNullExpression":
      case "TSSatisfiesExpression":
        return this.isAwaited(parent);
      default:
        return false;
    }
  }

  /** A callback that awaits is waited for when its result is. */
  #isWaitedFor(by: FunctionNode | undefined): boolean {
    return by === this.#waiter.within || this.#isResultAwaited(by);
  }

  #isResultAwaited(maker: FunctionNode | undefined): boolean {
    if (maker === this.#waiter.within) return this.#waiter.isReturnAwaited;
    const call = maker && runningCall(maker);
    return call !== undefined && this.isAwaited(call);
  }

  #isNameAwaited(target: Node): boolean {
    if (target.type !== "Identifier") return false;
    const variable = this.#file.variable(target.name, target);
    const { until = Infinity } = this.#waiter;
    const uses = variable ? referencesOf(variable).filter((each) => each !== target) : [];
    return uses.some((use) => rangeOf(use)[0] < until && this.isAwaited(use));
  }
}
