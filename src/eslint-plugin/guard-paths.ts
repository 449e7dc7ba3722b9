import { GuardEffects, type GuardState, HELD, FREE } from "./guard-effects.ts";
import { guardTest } from "./guard-uses.ts";
import { statementsOf } from "./syntax-node.ts";
import type { Scope } from "eslint";
import type { CallExpression, Node, SwitchStatement, TryStatement } from "@oxc-project/types";
import type { FileSyntax } from "./file-syntax.ts";

/** How control leaves a piece of code other than at its end. */
interface Exit {
  readonly kind: "return" | "throw" | "break" | "continue";
  readonly state: GuardState;
  readonly node: Node;
  readonly label?: string;
}

/** Where control may be after a piece of code; state 0 is nowhere. */
interface Outcome {
  readonly next: GuardState;
  readonly exits: readonly Exit[];
}

/** A way out on which a guard is still held. */
export interface GuardLeak {
  /** `end`: the block ends. `throw`: `node` may throw. Else `node` leaves. */
  readonly kind: Exit["kind"] | "end";
  readonly node: Node;
}

/** All ways out of `block` on which what `variable` guards is still held. */
export function guardLeaks(
  block: Node,
  variable: Scope.Variable,
  acquired: ReadonlySet<CallExpression>,
  file: FileSyntax,
): readonly GuardLeak[] {
  const isParameter = variable.defs[0].type === "Parameter";
  const paths = new GuardPaths(variable, new GuardEffects(variable, acquired, file));
  const { next, exits } = paths.run(block, isParameter ? HELD : FREE);
  const leaks: GuardLeak[] = exits.filter(({ state }) => state & HELD);
  return next & HELD ? [...leaks, { kind: "end", node: block }] : leaks;
}

/** Follows all paths through statements with the two things that may be true of the guard: it is held, it is not. */
class GuardPaths {
  readonly #variable: Scope.Variable;
  readonly #effects: GuardEffects;

  constructor(variable: Scope.Variable, effects: GuardEffects) {
    this.#variable = variable;
    this.#effects = effects;
  }

  run(node: Node, state: GuardState): Outcome {
    if (state === 0) return { next: 0, exits: [] };
    const list = statementsOf(node);
    if (list) return this.#runList(list, state);
    switch (node.type) {
      case "ReturnStatement":
      case "ThrowStatement":
        return this.#leave(node, state);
      case "BreakStatement":
      case "ContinueStatement": {
        const kind = node.type === "BreakStatement" ? "break" : "continue";
        return { next: 0, exits: [{ kind, state, node, label: node.label?.name }] };
      }
      case "IfStatement":
        return this.#choose(node.test, node.consequent, node.alternate, state);
      case "ForStatement":
        return this.#then(this.#evaluate(node.init, state), (begun) =>
          this.#loop(node.test, [node.body, node.update], begun),
        );
      case "WhileStatement":
        return this.#loop(node.test, [node.body], state);
      case "DoWhileStatement":
        return this.#loop(node.test, [node.body], state, true);
      case "ForInStatement":
      case "ForOfStatement":
        return this.#then(this.#evaluate(node.right, state), (begun) =>
          this.#loop(undefined, [node.body], begun),
        );
      case "LabeledStatement":
        return endBreaks(this.run(node.body, state), node.label.name);
      case "SwitchStatement":
        return this.#switch(node, state);
      case "TryStatement":
        return this.#try(node, state);
      default:
        return this.#evaluate(node, state);
    }
  }

  #runList(list: readonly Node[], state: GuardState): Outcome {
    return list.reduce<Outcome>(
      (before, statement) => this.#then(before, (next) => this.run(statement, next)),
      { next: state, exits: [] },
    );
  }

  #then(before: Outcome, go: (state: GuardState) => Outcome): Outcome {
    const after = go(before.next);
    return { next: after.next, exits: [...before.exits, ...after.exits] };
  }

  #evaluate(node: Node | null | undefined, state: GuardState): Outcome {
    if (!node || state === 0) return { next: state, exits: [] };
    const { next, throwers } = this.#effects.of(node, state);
    return { next, exits: throwers.map((thrower) => ({ kind: "throw", ...thrower })) };
  }

  #leave(node: Node & { readonly type: "ReturnStatement" | "ThrowStatement" }, state: GuardState): Outcome {
    const kind = node.type === "ReturnStatement" ? "return" : "throw";
    const { next, exits } = this.#evaluate(node.argument, state);
    // Making the error that is thrown is no way out of its own.
    return { next: 0, exits: [...(kind === "throw" ? [] : exits), { kind, state: next, node }] };
  }

  #choose(test: Node, yes: Node, no: Node | null | undefined, state: GuardState): Outcome {
    return this.#then(this.#evaluate(test, state), (tested) => {
      const [ifTrue, ifFalse] = this.#afterTest(test, tested);
      const taken = this.run(yes, ifTrue);
      const other = no ? this.run(no, ifFalse) : { next: ifFalse, exits: [] };
      return { next: taken.next | other.next, exits: [...taken.exits, ...other.exits] };
    });
  }

  /** A guard that is absent is not held. */
  #afterTest(test: Node, state: GuardState): readonly [GuardState, GuardState] {
    const found = guardTest(test, this.#variable);
    if (found === "there") return [state, state & FREE];
    if (found === "absent") return [state & FREE, state];
    return [state, state];
  }

  /** Twice around is enough: there are two things that may be true, and each round can only add one. */
  #loop(
    test: Node | null | undefined,
    parts: readonly (Node | null | undefined)[],
    state: GuardState,
    isEnteredAtOnce = false,
  ): Outcome {
    const isEndless = test === null || (test?.type === "Literal" && test.value === true);
    const around = (from: GuardState): Outcome => {
      const begun = isEnteredAtOnce ? { next: from, exits: [] } : this.#evaluate(test, from);
      const [body, ...rest] = parts;
      const inside = continued(this.#then(begun, (next) => this.run(body!, next)));
      const stepped = this.#then(inside, (next) => this.#evaluate(rest[0], next));
      return isEnteredAtOnce ? this.#then(stepped, (next) => this.#evaluate(test, next)) : stepped;
    };
    const first = around(state);
    const second = around(state | first.next);
    const leftByTest = isEnteredAtOnce ? second.next : state | second.next;
    return endBreaks({ next: isEndless ? 0 : leftByTest, exits: second.exits });
  }

  #switch({ discriminant, cases }: SwitchStatement, state: GuardState): Outcome {
    const hasDefault = cases.some(({ test }) => test === null);
    return this.#then(this.#evaluate(discriminant, state), (chosen) => {
      let through: Outcome = { next: 0, exits: [] };
      for (const each of cases) {
        through = this.#then(through, (next) => this.run(each, next | chosen));
      }
      return endBreaks({ next: through.next | (hasDefault ? 0 : chosen), exits: through.exits });
    });
  }

  #try({ block, handler, finalizer }: TryStatement, state: GuardState): Outcome {
    const tried = this.run(block, state);
    const caught = handler ? this.#catch(handler.body, tried) : tried;
    return finalizer ? this.#finally(finalizer, caught) : caught;
  }

  #catch(handler: Node, tried: Outcome): Outcome {
    const thrown = tried.exits.filter(({ kind }) => kind === "throw");
    const handled = this.run(
      handler,
      thrown.reduce<GuardState>((all, { state }) => all | state, 0),
    );
    const others = tried.exits.filter(({ kind }) => kind !== "throw");
    return { next: tried.next | handled.next, exits: [...others, ...handled.exits] };
  }

  /** Runs on every way out, and the way goes on behind it. */
  #finally(finalizer: Node, { next, exits }: Outcome): Outcome {
    const ended = this.run(finalizer, next);
    const left = exits.flatMap((exit) => {
      const after = this.run(finalizer, exit.state);
      return [{ ...exit, state: after.next }, ...after.exits];
    });
    return { next: ended.next, exits: [...ended.exits, ...left.filter(({ state }) => state !== 0)] };
  }
}

/** A `continue` goes on where the body ends. */
function continued({ next, exits }: Outcome): Outcome {
  const isHere = ({ kind, label }: Exit) => kind === "continue" && label === undefined;
  return joinExits(next, exits, isHere);
}

/** A `break` goes on behind the statement: one without a label, or with this one. */
function endBreaks({ next, exits }: Outcome, label?: string): Outcome {
  return joinExits(next, exits, (exit) => exit.kind === "break" && exit.label === label);
}

function joinExits(next: GuardState, exits: readonly Exit[], isHere: (exit: Exit) => boolean): Outcome {
  const joined = exits.filter(isHere).reduce((all, { state }) => all | state, next);
  return { next: joined, exits: exits.filter((exit) => !isHere(exit)) };
}
