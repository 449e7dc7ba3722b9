import assert from "node:assert/strict";
import type { LockMode } from "../../src/locks/lock-observer.ts";
import type { RWLockCore } from "../../src/locks/rw-lock-core.ts";
import type { AdmissionOptions, Queued, resolveAdmission, WaitLine } from "../../src/locks/wait-line.ts";

/** The core that is explored: the shipped one, or one that was broken on purpose. */
export interface CoreModules {
  readonly RWLockCore: typeof RWLockCore;
  readonly resolveAdmission: typeof resolveAdmission;
}

export interface WorldOptions extends AdmissionOptions {
  readonly tasks: number;
  /** Whether somebody may ask to hear when the lock is idle. */
  readonly isWatched?: boolean;
}

const PROBES = 3;

type Doing = "nothing" | "reading" | "writing" | "upgrading" | "waiting";

/**
 * What a task may do next. `giveUp` is a timeout as much as an abort, and `leave` a release as much as a body that threw:
 * they are the same call of the core.
 */
export type Action =
  | "askRead"
  | "askWrite"
  | "tryRead"
  | "tryWrite"
  | "giveUp"
  | "leave"
  | "upgrade"
  | "tryUpgrade"
  | "downgrade"
  | "close"
  | "watch";

export interface Step {
  readonly task: number;
  readonly action: Action;
}

const ACTIONS: Readonly<Record<Doing, readonly Action[]>> = {
  nothing: ["askRead", "askWrite", "tryRead", "tryWrite"],
  reading: ["leave", "upgrade", "tryUpgrade"],
  writing: ["leave", "downgrade"],
  upgrading: ["giveUp", "leave", "tryUpgrade"],
  waiting: ["giveUp"],
};

class Task implements Queued<Task> {
  readonly id: number;
  mode: LockMode = "read";
  doing: Doing = "nothing";
  ahead: Task | undefined = undefined;
  behind: Task | undefined = undefined;

  constructor(id: number) {
    this.id = id;
  }
}

/**
 * Tasks around a core, and beside it a lock of plain arrays that says who must be let in. It knows nothing of how the
 * core works: it looks through all who wait, each time.
 */
export class World {
  readonly #options: WorldOptions;
  readonly #core: RWLockCore<Task>;
  readonly #tasks: readonly Task[];
  /** More tasks, which do nothing until the end. */
  readonly #probes: readonly Task[];
  /** Ids that the core let in from the line during the newest step, in order. */
  readonly #admitted: number[] = [];
  /** Ids in line, in the order of arrival. */
  #queue: number[] = [];
  /** How many of the favoured side passed the first of the others. */
  #passes = 0;
  #isClosed = false;
  #watch: "none" | "waiting" | "told" = "none";
  #tellings = 0;

  constructor(modules: CoreModules, options: WorldOptions) {
    this.#options = options;
    this.#tasks = Array.from({ length: options.tasks + PROBES }, (_, id) => new Task(id));
    this.#probes = this.#tasks.slice(options.tasks);
    this.#core = coreOf(modules, options, this.#admitted);
  }

  /** All steps out of this state; with `isSymmetric`, one of those that differ only in the name of a task. */
  steps(isSymmetric: boolean): Step[] {
    const steps: Step[] = [];
    const seen = new Set<Doing>();
    for (const { id, doing } of this.#tasks.slice(0, -PROBES)) {
      if (isSymmetric && doing !== "waiting" && seen.has(doing)) continue;
      seen.add(doing);
      for (const action of ACTIONS[doing]) {
        if (!(this.#isClosed && isRefusedWhenClosed(action))) steps.push({ task: id, action });
      }
    }
    if (!this.#isClosed) steps.push({ task: 0, action: "close" });
    if (this.#options.isWatched && this.#watch === "none") steps.push({ task: 0, action: "watch" });
    return steps;
  }

  /** Does the step with the core and with the arrays, and checks that both let in the same. */
  take({ task: id, action }: Step): void {
    const task = this.#tasks[id];
    switch (action) {
      case "askRead":
      case "askWrite":
        return this.#ask(task, action === "askRead" ? "read" : "write");
      case "tryRead":
      case "tryWrite":
        return void this.#try(task, action === "tryRead" ? "read" : "write");
      case "giveUp":
        return this.#giveUp(task);
      case "leave":
        return this.#leave(task);
      case "upgrade":
        return this.#upgrade(task);
      case "tryUpgrade":
        return void this.#tryUpgrade(task);
      case "downgrade":
        this.#core.downgrade();
        task.doing = "reading";
        return this.#settle();
      case "close":
        return this.#close();
      case "watch":
        this.#watch = "waiting";
        this.#core.whenIdle(() => this.#tellings++);
        return this.#settle();
    }
  }

  /** What can be seen of the state after a step. */
  assertSound(): void {
    const core = this.#core;
    const readers = this.#inside().filter(({ doing }) => doing !== "writing").length;
    const writers = this.#inside().length - readers;
    assert(
      writers === 0 || (writers === 1 && readers === 0),
      `${readers} readers, ${writers} writers inside`,
    );
    assert.equal(core.readers, readers, "readers");
    assert.equal(core.isWriteLocked, writers === 1, "isWriteLocked");
    assert.equal(core.isIdle, this.#inside().length === 0, "isIdle");
    const upgrader = this.#upgrader();
    assert.equal(core.upgrader?.id, upgrader?.id, "upgrader");
    assert.equal(core.queueLength, this.#queue.length + Number(upgrader !== undefined), "queueLength");
    assert.equal(core.closure !== undefined, this.#isClosed, "closure");
    assert.equal(core.closure?.reason, this.#isClosed ? "reason" : undefined);
    assert.equal(this.#tellings, Number(this.#watch === "told"), "times told that it is idle");
    assert(
      this.#passes <= (this.#options.bound ?? 16),
      "the favoured side passed more often than the bound allows",
    );
    // The one check that finds a lost wake-up, at the step that loses it.
    for (const head of core.heads) assert(!this.#couldEnter(head), `task ${head.id} could enter, but waits`);
    assert(!this.#isClosed || core.queueLength === 0, "somebody waits for a closed lock");
    for (const task of this.#tasks) {
      const isWaiting = task.doing === "waiting" || task.doing === "upgrading";
      assert(isWaiting || !core.giveUp(task), `task ${task.id} gave up without waiting`);
    }
  }

  /**
   * Uses the world up, to see what it hides: whom it lets in and past whom of three newcomers, and the order of all who wait
   * then, in which closing finds them.
   */
  assertNothingHidden(): void {
    if (this.#isClosed) {
      for (const mode of ["write", "read"] as const) assert.equal(this.#core.tryEnter(mode), false);
      return;
    }
    const [first, second, third] = this.#probes;
    this.#ask(first, "read");
    this.#ask(second, "write");
    this.#ask(third, "read");
    this.#close();
    for (const { ahead, behind } of this.#tasks) assert(!ahead && !behind, "a link is left");
  }

  /** Two worlds of one key behave alike from here on. */
  key(isSymmetric: boolean): string {
    const shared = `${this.#passes}${this.#isClosed ? "c" : ""}${this.#watch[0]}`;
    if (isSymmetric) {
      const readers = this.#inside().filter(({ doing }) => doing !== "writing").length;
      const queue = this.#queue.map((id) => this.#tasks[id].mode[0]).join("");
      return `${shared}:${readers}:${this.#inside().length - readers}:${this.#upgrader() !== undefined}:${queue}`;
    }
    const queue = this.#queue.map((id) => id + this.#tasks[id].mode[0]).join("");
    return `${shared}:${this.#tasks.map(({ doing }) => doing[0]).join("")}:${queue}`;
  }

  #ask(task: Task, mode: LockMode): void {
    if (this.#try(task, mode)) return;
    task.doing = "waiting";
    this.#queue.push(task.id);
    this.#core.enqueue(task);
    this.#settle();
  }

  #try(task: Task, mode: LockMode): boolean {
    task.mode = mode;
    const mayEnter = this.#mayEnter(mode);
    assert.equal(this.#core.tryEnter(mode), mayEnter, `task ${task.id} may ${mode}`);
    if (mayEnter) {
      if (this.#othersWait(mode)) this.#passes++;
      task.doing = mode === "read" ? "reading" : "writing";
    }
    return mayEnter;
  }

  #giveUp(task: Task): void {
    assert(this.#core.giveUp(task), `task ${task.id} waited, but could not give up`);
    this.#forget(task);
    this.#settle();
  }

  #forget(task: Task): void {
    task.doing = task.doing === "upgrading" ? "reading" : "nothing";
    this.#queue = this.#queue.filter((id) => id !== task.id);
    this.#resetPasses();
  }

  /** A reader that leaves while it waits for its upgrade gives that up first. */
  #leave(task: Task): void {
    if (task.doing === "upgrading") this.#giveUp(task);
    this.#core.leave(task.doing === "writing" ? "write" : "read");
    task.doing = "nothing";
    this.#settle();
  }

  #upgrade(task: Task): void {
    if (this.#upgrader() !== undefined) return assert.notEqual(this.#core.upgrader, undefined);
    if (this.#tryUpgrade(task)) return;
    task.doing = "upgrading";
    this.#core.awaitUpgrade(task);
    this.#settle();
  }

  #tryUpgrade(task: Task): boolean {
    const isAlone = this.#inside().length === 1;
    assert.equal(this.#core.tryUpgrade(), isAlone, `task ${task.id} may upgrade at once`);
    if (isAlone) task.doing = "writing";
    return isAlone;
  }

  #close(): void {
    const upgrader = this.#upgrader();
    const expected = [...(upgrader === undefined ? [] : [upgrader.id]), ...this.#line()];
    const sentAway = this.#core.close("reason").map(({ id }) => id);
    assert.deepEqual(sentAway, expected, "sent away");
    for (const id of expected) this.#forget(this.#tasks[id]);
    this.#isClosed = true;
    this.#settle();
  }

  /** Lets in with the arrays whom the core must have let in. */
  #settle(): void {
    const expected: number[] = [];
    for (let task = this.#next(); task !== undefined; task = this.#next()) {
      this.#queue = this.#queue.filter((id) => id !== task.id);
      expected.push(task.id);
      const isUpgrade = task.doing === "upgrading";
      task.doing = isUpgrade || task.mode === "write" ? "writing" : "reading";
      if (isUpgrade) continue;
      if (this.#othersWait(task.mode)) this.#passes++;
      else if (task.mode === "write" && this.#favoured() === "read") this.#passes = 0;
      this.#resetPasses();
    }
    if (this.#watch === "waiting" && this.#inside().length === 0) this.#watch = "told";
    assert.deepEqual(this.#admitted.splice(0), expected, "let in");
  }

  /** Who enters now, of all who wait. */
  #next(): Task | undefined {
    const upgrader = this.#upgrader();
    if (upgrader !== undefined) return this.#couldEnter(upgrader) ? upgrader : undefined;
    const [first] = this.#line();
    return first !== undefined && this.#couldEnter(this.#tasks[first]) ? this.#tasks[first] : undefined;
  }

  /** Those in line, in the order in which they would enter if each were alone inside. */
  #line(): number[] {
    const favoured = this.#favoured();
    if (favoured === undefined) return this.#queue;
    const isOwed = this.#passes >= (this.#options.bound ?? 16);
    const goesFirst = (id: number) => (this.#tasks[id].mode === favoured) !== isOwed;
    return [...this.#queue.filter(goesFirst), ...this.#queue.filter((id) => !goesFirst(id))];
  }

  #mayEnter(mode: LockMode): boolean {
    if (this.#isClosed || this.#upgrader() !== undefined || !this.#isFree(mode)) return false;
    if (this.#queue.length === 0) return true;
    return mode === this.#favoured() && this.#passes < (this.#options.bound ?? 16);
  }

  #couldEnter(task: Task): boolean {
    if (task.doing === "upgrading") return this.#inside().length === 1;
    if (this.#upgrader() !== undefined || !this.#isFree(task.mode)) return false;
    return this.#line()[0] === task.id;
  }

  #isFree(mode: LockMode): boolean {
    return this.#inside().every(({ doing }) => mode === "read" && doing !== "writing");
  }

  #othersWait(mode: LockMode): boolean {
    return mode === this.#favoured() && this.#queue.some((id) => this.#tasks[id].mode !== mode);
  }

  #resetPasses(): void {
    const favoured = this.#favoured();
    if (this.#queue.every((id) => this.#tasks[id].mode === favoured)) this.#passes = 0;
  }

  #favoured(): LockMode | undefined {
    const { policy = "fifo" } = this.#options;
    return policy === "fifo" ? undefined : policy === "readers-first" ? "read" : "write";
  }

  #inside(): Task[] {
    return this.#tasks.filter(({ doing }) => doing !== "nothing" && doing !== "waiting");
  }

  #upgrader(): Task | undefined {
    return this.#tasks.find(({ doing }) => doing === "upgrading");
  }
}

type LineOfTasks = WaitLine<Task>;
type MakesCore = new (makeLine: () => LineOfTasks, admitted: number[]) => RWLockCore<Task>;
/** One class for all worlds of a core: with one each, the search takes much longer. */
const coreClasses = new WeakMap<typeof RWLockCore, MakesCore>();

/** A core that writes down whom it lets in. */
function coreOf(
  { RWLockCore: Core, resolveAdmission: resolve }: CoreModules,
  options: AdmissionOptions,
  admitted: number[],
): RWLockCore<Task> {
  const known = coreClasses.get(Core);
  const CoreOfTasks = known ?? tellingClass(Core);
  if (known === undefined) coreClasses.set(Core, CoreOfTasks);
  return new CoreOfTasks(resolve(options), admitted);
}

function tellingClass(Core: typeof RWLockCore): MakesCore {
  return class extends Core<Task> {
    readonly #makeLine: () => LineOfTasks;
    readonly #admitted: number[];

    constructor(makeLine: () => LineOfTasks, admitted: number[]) {
      super();
      this.#makeLine = makeLine;
      this.#admitted = admitted;
    }

    protected makeLine(): LineOfTasks {
      return this.#makeLine();
    }

    protected admitted({ id }: Task): void {
      this.#admitted.push(id);
    }
  };
}

/** Callers look whether it is closed before they wait. */
function isRefusedWhenClosed(action: Action): boolean {
  return action.startsWith("ask") || action === "upgrade";
}
