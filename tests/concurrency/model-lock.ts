import type { LockMode } from "../../src/locks/lock-observer.ts";

export interface ModelTask {
  readonly id: number;
  mode: LockMode;
  state: "new" | "waiting" | "holding" | "upgrading" | "done";
  /** What the callers of the lock must hear, in order. */
  readonly outcomes: string[];
}

/** A lock of plain arrays in the order of arrival, which says at once what must come of each call. */
export class ModelLock {
  readonly tasks: readonly ModelTask[];
  queue: ModelTask[] = [];
  isClosed = false;

  constructor(tasks: number) {
    this.tasks = Array.from({ length: tasks }, (_, id) => ({ id, mode: "read", state: "new", outcomes: [] }));
  }

  get inside(): ModelTask[] {
    return this.tasks.filter(({ state }) => state === "holding" || state === "upgrading");
  }

  get upgrader(): ModelTask | undefined {
    return this.tasks.find(({ state }) => state === "upgrading");
  }

  get readers(): number {
    return this.inside.filter(({ mode }) => mode === "read").length;
  }

  get isWriteLocked(): boolean {
    return this.inside.some(({ mode }) => mode === "write");
  }

  get queueLength(): number {
    return this.queue.length + Number(this.upgrader !== undefined);
  }

  ask(task: ModelTask, mode: LockMode, isTry: boolean): void {
    task.mode = mode;
    if (this.isClosed) return this.#end(task, "closed");
    const isFree = this.queue.length === 0 && this.#hasRoom(mode);
    if (isFree) this.#grant(task, "granted");
    else if (isTry) this.#end(task, "refused");
    else {
      task.state = "waiting";
      this.queue.push(task);
    }
  }

  upgrade(task: ModelTask): void {
    if (task.mode === "write") return this.#grant(task, "upgraded");
    if (this.isClosed) return void task.outcomes.push("closed");
    if (this.upgrader !== undefined) return void task.outcomes.push("refused");
    task.state = "upgrading";
    this.#settle();
  }

  downgrade(task: ModelTask): void {
    task.mode = "read";
    this.#settle();
  }

  leave(task: ModelTask): void {
    if (task.state === "upgrading") this.giveUp(task, "released");
    task.state = "done";
    this.#settle();
  }

  /** Ends a wait, for a reason, if there is one. */
  giveUp(task: ModelTask, why: string): void {
    if (task.state === "upgrading") {
      task.state = "holding";
      task.outcomes.push(why);
    } else if (task.state === "waiting") {
      this.queue.splice(this.queue.indexOf(task), 1);
      this.#end(task, why);
    }
    this.#settle();
  }

  close(): void {
    this.isClosed = true;
    const { upgrader } = this;
    if (upgrader !== undefined) {
      upgrader.state = "holding";
      upgrader.outcomes.push("closed");
    }
    for (const task of this.queue.splice(0)) this.#end(task, "closed");
  }

  #settle(): void {
    const { upgrader } = this;
    if (upgrader !== undefined) {
      if (this.inside.length > 1) return;
      upgrader.mode = "write";
      this.#grant(upgrader, "upgraded");
      return;
    }
    while (this.queue.length > 0 && this.#hasRoom(this.queue[0].mode)) {
      this.#grant(this.queue.shift()!, "granted");
    }
  }

  #hasRoom(mode: LockMode): boolean {
    if (this.upgrader !== undefined) return false;
    return mode === "read" ? !this.isWriteLocked : this.inside.length === 0;
  }

  #grant(task: ModelTask, outcome: string): void {
    task.state = "holding";
    task.outcomes.push(outcome);
  }

  #end(task: ModelTask, outcome: string): void {
    task.state = "done";
    task.outcomes.push(outcome);
  }
}
