import { describe, expect, it } from "vitest";
import type { LockMode } from "../../src/locks/lock-observer.ts";
import { RWLockCore } from "../../src/locks/rw-lock-core.ts";
import type { QueueLinks } from "../../src/locks/wait-queue.ts";

/*
 * Every state the shipped core can reach with a few tasks, each of which at any time asks for the lock in either mode,
 * waits or gives up waiting, holds it and releases it, again and again. The number of states is finite, so the search
 * ends, and every step out of every state is checked, not only the ends of runs: an end shows no lost wake-up that a
 * later release happened to repair.
 */

interface Task extends QueueLinks<Task> {
  readonly id: number;
  mode: LockMode;
  doing: "nothing" | "waiting" | "holding";
}

type Action = "askRead" | "askWrite" | "tryRead" | "tryWrite" | "giveUp" | "release";

interface Step {
  readonly task: number;
  readonly action: Action;
}

function idleTask(id: number): Task {
  return { id, mode: "read", doing: "nothing", isQueued: false, ahead: undefined, behind: undefined };
}

class World {
  readonly tasks: Task[];
  readonly core: RWLockCore<Task>;
  /** Ids in the order of arrival, kept apart from the core's own queue. */
  queue: number[] = [];
  /** Ids that the core let in from the queue during the newest step. */
  admitted: number[] = [];

  constructor(taskCount: number) {
    this.tasks = Array.from({ length: taskCount }, (_, id) => idleTask(id));
    this.core = new RWLockCore((task) => {
      task.doing = "holding";
      this.admitted.push(task.id);
    });
  }

  steps(): Step[] {
    const actions: Record<Task["doing"], readonly Action[]> = {
      nothing: ["askRead", "askWrite", "tryRead", "tryWrite"],
      waiting: ["giveUp"],
      holding: ["release"],
    };
    return this.tasks.flatMap(({ id, doing }) => actions[doing].map((action) => ({ task: id, action })));
  }

  /** Does the step on the core and says what a naive lock of arrays would have let in from the queue. */
  take({ task: id, action }: Step): { expectedAdmitted: number[]; enteredAtOnce: boolean } {
    const task = this.tasks[id];
    this.admitted = [];
    let enteredAtOnce = false;
    switch (action) {
      case "release":
        task.doing = "nothing";
        this.core.leave(task.mode);
        break;
      case "giveUp":
        task.doing = "nothing";
        this.queue = this.queue.filter((waiting) => waiting !== id);
        if (!this.core.giveUp(task)) throw new Error(`task ${id} waited, but could not give up`);
        break;
      default:
        task.mode = action.endsWith("Read") ? "read" : "write";
        enteredAtOnce = this.core.tryEnter(task.mode);
        if (enteredAtOnce) {
          task.doing = "holding";
        } else if (action.startsWith("ask")) {
          task.doing = "waiting";
          this.queue.push(id);
          this.core.enqueue(task);
        }
    }
    const expectedAdmitted: number[] = [];
    const holding = () =>
      this.tasks.filter((other) => other.doing === "holding" && !this.admitted.includes(other.id));
    const inside = holding().map(({ mode }) => mode);
    for (const waiting of this.queue) {
      if (!isFree(inside, this.tasks[waiting].mode)) break;
      inside.push(this.tasks[waiting].mode);
      expectedAdmitted.push(waiting);
    }
    this.queue = this.queue.slice(expectedAdmitted.length);
    return { expectedAdmitted, enteredAtOnce };
  }

  /** Two worlds of one key behave alike from here on. */
  key(): string {
    const holding = this.tasks
      .filter(({ doing }) => doing === "holding")
      .map(({ id, mode }) => `${mode[0]}${id}`);
    const waiting = this.queue.map((id) => `${this.tasks[id].mode[0]}${id}`);
    return `${holding.join("")}|${waiting.join("")}`;
  }
}

function holdersOf(world: World): Task[] {
  return world.tasks.filter(({ doing }) => doing === "holding");
}

function isFree(inside: readonly LockMode[], mode: LockMode): boolean {
  return mode === "write" ? inside.length === 0 : !inside.includes("write");
}

function assertSound(world: World): void {
  const { core, tasks } = world;
  const inside = holdersOf(world).map(({ mode }) => mode);
  const writers = inside.filter((mode) => mode === "write").length;
  if (writers > 1 || (writers === 1 && inside.length > 1))
    throw new Error(`${inside.join(", ")} inside together`);
  if (core.isWriteLocked !== (writers === 1)) throw new Error(`isWriteLocked is ${core.isWriteLocked}`);
  if (core.readers !== inside.length - writers) throw new Error(`readers is ${core.readers}`);

  const queue = idsInQueue(core);
  const waiting = tasks.filter(({ doing }) => doing === "waiting").length;
  if (queue.join() !== world.queue.join())
    throw new Error(`the queue is ${queue.join()}, not ${world.queue.join()}`);
  if (core.queueLength !== waiting || queue.length !== waiting)
    throw new Error(`queueLength is ${core.queueLength}`);
  if (core.head !== undefined && isFree(inside, core.head.mode))
    throw new Error("the head could enter, but waits");
  for (const task of tasks) {
    if (task.doing !== "waiting" && core.giveUp(task))
      throw new Error(`task ${task.id} gave up without waiting`);
  }
}

/** The queue as its links have it, which must agree in both directions. */
function idsInQueue(core: RWLockCore<Task>): number[] {
  const ids: number[] = [];
  let ahead: Task | undefined;
  for (let task = core.head; task !== undefined; task = task.behind) {
    if (task.ahead !== ahead || !task.isQueued) throw new Error(`task ${task.id} is linked wrongly`);
    ids.push(task.id);
    ahead = task;
  }
  return ids;
}

/**
 * The one thing that cannot be seen is where the next waiter would go, and two paths into one state may differ in it.
 * So a waiter of its own is sent, which ends the use of this world.
 */
function assertNextWaiterGoesLast(world: World): void {
  const { core, queue } = world;
  const isAlone = world.tasks.every(({ doing }) => doing === "nothing");
  const probe: Task = { ...idleTask(world.tasks.length), mode: "write" };
  core.enqueue(probe);
  const expected = isAlone ? [] : [...queue, probe.id];
  if (idsInQueue(core).join() !== expected.join())
    throw new Error(`the queue became ${idsInQueue(core).join()}`);
  if (isAlone && !core.isWriteLocked) throw new Error("nobody was inside, but a writer had to wait");
}

function replay(taskCount: number, path: readonly Step[]): World {
  const world = new World(taskCount);
  for (const step of path) world.take(step);
  return world;
}

/** Visits every reachable state, the nearest first, and returns their number. */
function explore(taskCount: number): number {
  const seen = new Set([new World(taskCount).key()]);
  const frontier: Step[][] = [[]];
  for (const path of frontier) {
    for (const step of replay(taskCount, path).steps()) {
      const world = replay(taskCount, path);
      let nextKey: string;
      try {
        const isFirst = world.queue.length === 0;
        const inside = holdersOf(world).map(({ mode }) => mode);
        const wasFree = isFree(inside, step.action.endsWith("Read") ? "read" : "write");
        const { expectedAdmitted, enteredAtOnce } = world.take(step);
        const isRequest = step.action !== "release" && step.action !== "giveUp";
        if (isRequest && enteredAtOnce !== (isFirst && wasFree))
          throw new Error(`entered at once: ${enteredAtOnce}`);
        if (world.admitted.join() !== expectedAdmitted.join()) {
          throw new Error(`let in ${world.admitted.join()}, not ${expectedAdmitted.join()}`);
        }
        assertSound(world);
        nextKey = world.key();
        assertNextWaiterGoesLast(world);
      } catch (error) {
        const story = [...path, step].map(({ task, action }) => `${action}(${task})`).join(" ");
        throw new Error(`after ${story}`, { cause: error });
      }
      if (seen.has(nextKey)) continue;
      seen.add(nextKey);
      frontier.push([...path, step]);
    }
  }
  return seen.size;
}

/** Ways to line up `k` of `n`. */
function arrangements(n: number, k: number): number {
  return k === 0 ? 1 : n * arrangements(n - 1, k - 1);
}

/** How many states are legal: nobody inside and nobody waiting; readers with a writer first in line; a writer with any line. */
function legalStates(tasks: number): number {
  let states = 1;
  for (let readers = 1; readers <= tasks; readers++) {
    const whichReaders = arrangements(tasks, readers) / arrangements(readers, readers);
    for (let waiting = 0; waiting <= tasks - readers; waiting++) {
      const modes = waiting === 0 ? 1 : 2 ** (waiting - 1);
      states += whichReaders * arrangements(tasks - readers, waiting) * modes;
    }
  }
  for (let waiting = 0; waiting < tasks; waiting++) {
    states += tasks * arrangements(tasks - 1, waiting) * 2 ** waiting;
  }
  return states;
}

describe("RWLockCore", () => {
  it.each([1, 2, 3, 4, 5])("is sound after every step out of every state of %i tasks", (tasks) => {
    expect(explore(tasks)).toBe(legalStates(tasks));
  });
});
