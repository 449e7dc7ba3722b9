import { isAwaited, type Waiter } from "./awaited.ts";
import {
  rangeOf,
  bare,
  enclosingFunction,
  isClass,
  isFunction,
  statementAround,
  statementsOf,
  type FunctionNode,
} from "./syntax-node.ts";
import { referencesOf, type FileSyntax } from "./file-syntax.ts";
import { guardTest, guardUse, guardUseOfCall, guardVariable } from "./guard-uses.ts";
import { runningCall } from "./inline-callback.ts";
import { localFunction } from "./local-function.ts";
import type { Scope } from "eslint";
import type { CallExpression, Node } from "@oxc-project/types";
import type { LockCall } from "./lock-call.ts";
import type { LockMode } from "./lock-api.ts";

/** How deep functions of the same file are followed. */
const MAX_DEPTH = 3;

/** A call that runs while a lock is held. */
export interface HeldCall {
  readonly holder: LockCall;
  /** What the lock is held for by then. */
  readonly mode: LockMode;
  readonly node: CallExpression;
  /** The call in the code under the lock that leads to it; the call itself when it stands there. */
  readonly at: CallExpression;
  /** Names of the functions in between. */
  readonly through: readonly string[];
  /** Whether the lock stays held until it is done. */
  readonly isAwaited: boolean;
}

/** All calls that run while `holder` holds its lock, also those of functions of the same file that are called there. */
export function heldCalls(holder: LockCall, file: FileSyntax): readonly HeldCall[] {
  return new HeldWalk(holder, file).calls();
}

interface Step {
  readonly waiter: Waiter;
  readonly at?: CallExpression;
  readonly through: readonly string[];
}

class HeldWalk {
  readonly #holder: LockCall;
  readonly #file: FileSyntax;
  readonly #found: HeldCall[] = [];
  readonly #entered = new Set<FunctionNode>();
  #guard: Scope.Variable | undefined;

  constructor(holder: LockCall, file: FileSyntax) {
    this.#holder = holder;
    this.#file = file;
  }

  calls(): readonly HeldCall[] {
    if (this.#holder.form === "body") this.#walkBodies();
    else this.#walkGuarded();
    return this.#found;
  }

  #walkBodies(): void {
    for (const body of this.#holder.bodies) {
      const run = localFunction(body, this.#file);
      if (run) this.#enter(run, { waiter: { within: run, isReturnAwaited: true }, through: [] });
    }
  }

  /** From where the guard is there, to where it is released. */
  #walkGuarded(): void {
    const guard = guardVariable(this.#holder, this.#file);
    if (guard === undefined) return;
    if (guard !== "nobody" && !guard.isUsing) this.#guard = guard.variable;
    const callback = this.#guard?.defs[0].type === "Parameter" ? enclosingCallback(this.#guard) : undefined;
    const around = statementAround(this.#holder.node);
    const within = callback ?? enclosingFunction(this.#holder.node);
    const step: Step = { waiter: { within, isReturnAwaited: false }, through: [] };
    if (callback?.body) this.#walk(callback.body, step);
    else if (around) this.#walkList(around.list.slice(around.list.indexOf(around.statement) + 1), step);
  }

  #enter(run: FunctionNode, step: Step): void {
    this.#entered.add(run);
    // Defaults of parameters run too, and hold nothing of interest.
    if (run.body) this.#walk(run.body, step);
    this.#entered.delete(run);
  }

  /** Returns true when the guard is released, so that what follows is free. */
  #walkList(list: readonly Node[], step: Step): boolean {
    return list.some((statement) => this.#walkStatement(statement, step));
  }

  #walkStatement(statement: Node, step: Step): boolean {
    const guard = this.#guard;
    if (guard && statement.type === "IfStatement") {
      const test = guardTest(statement.test, guard);
      if (test === "there") return this.#walkStatement(statement.consequent, step);
      if (test === "absent") {
        return statement.alternate ? this.#walkStatement(statement.alternate, step) : false;
      }
    }
    if (statement.type === "BlockStatement") return this.#walkList(statement.body, step);
    if (statement.type === "TryStatement") {
      const isFree = this.#walkList(statement.block.body, step);
      if (statement.handler) this.#walkList(statement.handler.body.body, step);
      return statement.finalizer ? this.#walkList(statement.finalizer.body, step) || isFree : isFree;
    }
    this.#walk(statement, step);
    return statement.type === "ExpressionStatement" && this.#releases(statement.expression);
  }

  #releases(expression: Node): boolean {
    return this.#guard !== undefined && guardUseOfCall(bare(expression), this.#guard) === "release";
  }

  #walk(node: Node, step: Step): void {
    if (isClass(node)) return;
    if (isFunction(node) && runningCall(node) === undefined) return;
    const list = this.#guard && statementsOf(node);
    if (list) {
      this.#walkList(list, step);
      return;
    }
    if (node.type === "CallExpression") this.#meet(node, step);
    for (const child of this.#file.children(node)) this.#walk(child, step);
  }

  #meet(node: CallExpression, { waiter, at = node, through }: Step): void {
    const isHeldOn = isAwaited(node, { ...waiter, until: this.#releasedAt(at) }, this.#file);
    this.#found.push({
      holder: this.#holder,
      mode: this.#modeAt(at),
      node,
      at,
      through,
      isAwaited: isHeldOn,
    });
    const run =
      through.length < MAX_DEPTH && !isFunction(bare(node.callee))
        ? localFunction(node.callee, this.#file)
        : undefined;
    if (run === undefined || this.#entered.has(run) || run.generator || (run.async && !isHeldOn)) return;
    this.#enter(run, {
      waiter: { within: run, isReturnAwaited: isHeldOn },
      at,
      through: [...through, this.#file.text(node.callee)],
    });
  }

  /** Where the text releases the guard next, after a place. */
  #releasedAt(node: Node): number {
    const [start] = rangeOf(node);
    const releases = this.#guard
      ? referencesOf(this.#guard).filter((each) => guardUse(each) === "release")
      : [];
    return releases.map((each) => rangeOf(each)[0]).find((at) => at > start) ?? Infinity;
  }

  /** What the lock is held for at a place of the text, after the upgrades and downgrades before it. */
  #modeAt(node: Node): LockMode {
    const [start] = rangeOf(node);
    const changes = this.#guard ? referencesOf(this.#guard) : [];
    let { mode } = this.#holder;
    for (const change of changes) {
      if (rangeOf(change)[0] >= start) break;
      const use = guardUse(change);
      if (use === "upgrade") mode = "write";
      if (use === "downgrade") mode = "read";
    }
    return mode;
  }
}

function enclosingCallback({ defs }: Scope.Variable): FunctionNode | undefined {
  const node = defs[0].node as unknown as Node;
  return isFunction(node) ? node : undefined;
}
