import assert from "node:assert/strict";
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

  /** Does the step on the core, and checks that those enter whom a naive lock of arrays would let in. */
  take({ task: id, action }: Step): void {
    const task = this.tasks[id];
    this.admitted = [];
    if (action === "release") {
      task.doing = "nothing";
      this.core.leave(task.mode);
    } else if (action === "giveUp") {
      task.doing = "nothing";
      this.queue = this.queue.filter((waiting) => waiting !== id);
      assert(this.core.giveUp(task), `task ${id} waited, but could not give up`);
    } else {
      this.#request(task, action);
    }
    this.#assertAdmissions();
  }

  #request(task: Task, action: "askRead" | "askWrite" | "tryRead" | "tryWrite"): void {
    task.mode = action.endsWith("Read") ? "read" : "write";
    const mayEnter = this.queue.length === 0 && isFree(modesInside(this.tasks), task.mode);
    assert.equal(this.core.tryEnter(task.mode), mayEnter);
    if (mayEnter) {
      task.doing = "holding";
    } else if (action.startsWith("ask")) {
      task.doing = "waiting";
      this.queue.push(task.id);
      this.core.enqueue(task);
    }
  }

  #assertAdmissions(): void {
    const inside = modesInside(this.tasks.filter(({ id }) => !this.admitted.includes(id)));
    const expected: number[] = [];
    for (const id of this.queue) {
      const { mode } = this.tasks[id];
      if (!isFree(inside, mode)) break;
      inside.push(mode);
      expected.push(id);
    }
    assert.deepEqual(this.admitted, expected);
    this.queue = this.queue.slice(expected.length);
  }

  /** Two worlds of one key behave alike from here on. */
  key(): string {
    const idle = this.tasks.filter(({ doing }) => doing === "nothing").map(({ id }) => id);
    return JSON.stringify([
      idle,
      this.queue,
      this.tasks.map(({ doing, mode }) => doing !== "nothing" && mode),
    ]);
  }
}

function modesInside(tasks: readonly Task[]): LockMode[] {
  return tasks.filter(({ doing }) => doing === "holding").map(({ mode }) => mode);
}

function isFree(inside: readonly LockMode[], mode: LockMode): boolean {
  return mode === "write" ? inside.length === 0 : !inside.includes("write");
}

function assertSound(world: World): void {
  const { core, tasks } = world;
  const inside = modesInside(tasks);
  const writers = inside.filter((mode) => mode === "write").length;
  assert(writers === 0 || inside.length === 1, `${inside.join(", ")} inside together`);
  assert.equal(core.isWriteLocked, writers === 1);
  assert.equal(core.readers, inside.length - writers);

  assert.deepEqual(idsInQueue(core), world.queue);
  assert.equal(core.queueLength, world.queue.length);
  assert(core.head === undefined || !isFree(inside, core.head.mode), "the head could enter, but waits");
  for (const task of tasks) {
    assert.equal(task.doing === "waiting", world.queue.includes(task.id));
    assert(task.doing === "waiting" || !core.giveUp(task), `task ${task.id} gave up without waiting`);
  }
}

/** The queue as its links have it, which must agree in both directions. */
function idsInQueue(core: RWLockCore<Task>): number[] {
  const ids: number[] = [];
  let ahead: Task | undefined;
  for (let task = core.head; task !== undefined; task = task.behind) {
    assert(task.ahead === ahead && task.isQueued, `task ${task.id} is linked wrongly`);
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
  assert.deepEqual(idsInQueue(core), isAlone ? [] : [...queue, probe.id]);
  assert(!isAlone || core.isWriteLocked, "nobody was inside, but a writer had to wait");
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
      const longer = [...path, step];
      const key = checkedKey(taskCount, longer);
      if (seen.has(key)) continue;
      seen.add(key);
      frontier.push(longer);
    }
  }
  return seen.size;
}

function checkedKey(taskCount: number, path: readonly Step[]): string {
  try {
    const world = replay(taskCount, path);
    const key = world.key();
    assertSound(world);
    assertNextWaiterGoesLast(world);
    return key;
  } catch (error) {
    const story = path.map(({ task, action }) => `${action}(${task})`).join(" ");
    throw new Error(`after ${story}`, { cause: error });
  }
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
