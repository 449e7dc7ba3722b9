import assert from "node:assert/strict";
import type { AsyncRWLock } from "../../src/locks/async-rw-lock.ts";
import type { FrameGuard, FrameGuardOptions } from "../../src/locks/frame-guard.ts";
import type { LockGuard } from "../../src/locks/lock-guard.ts";
import { GuardedPair, type PairView } from "../support/guarded-pair.ts";
import type { Explorable } from "./explore-orders.ts";

/** `reader` awaits while it reads; `commit` is done in one turn or not at all; `slow commit` awaits in the middle. */
export type GuardTask = "reader" | "commit" | "slow commit";

/** The guard that is explored: the shipped one, or one that was broken on purpose. */
export interface GuardModules {
  readonly AsyncRWLock: typeof AsyncRWLock;
  readonly FrameGuard: typeof FrameGuard;
}

interface Actor {
  readonly task: GuardTask;
  readonly id: number;
  state: "new" | "waiting" | "inside" | "done";
  view: PairView | undefined;
  /** What the reader saw first. */
  saw: number | undefined;
  guard: LockGuard | undefined;
  leave: (() => void) | undefined;
}

/** A guarded pair with its readers and writers. */
export class GuardScene implements Explorable {
  readonly #pair = new GuardedPair();
  readonly #guard: FrameGuard<PairView>;
  readonly #actors: readonly Actor[];
  #commits = 0;

  constructor(modules: GuardModules, options: FrameGuardOptions, tasks: readonly GuardTask[]) {
    const lock = new modules.AsyncRWLock({ name: "scene" });
    this.#guard = new modules.FrameGuard(this.#pair, lock, options);
    this.#actors = tasks.map((task, id) => ({
      task,
      id,
      state: "new",
      view: undefined,
      saw: undefined,
      guard: undefined,
      leave: undefined,
    }));
  }

  events(): readonly string[] {
    return this.#actors.flatMap(({ state, id }) => {
      if (state === "new") return [`start ${id}`];
      return state === "inside" ? [`end ${id}`] : [];
    });
  }

  async take(event: string): Promise<void> {
    const [verb, id] = event.split(" ");
    const actor = this.#actors[Number(id)];
    if (verb === "start") this.#start(actor);
    else this.#end(actor);
    this.#check();
    // Whoever may go on now does so.
    await new Promise((resolve) => setImmediate(resolve));
    this.#check();
  }

  assertNothingLeft(): void {
    for (const { id, state } of this.#actors) assert.equal(state, "done", `task ${id}`);
    assert.equal(this.#pair.left, this.#commits);
    assert.equal(this.#pair.kept.size, 0, "views that are kept");
    assert.equal(this.#guard.stats().commits, this.#commits);
    assert.equal(this.#guard.stats().reads, this.#actors.filter(({ task }) => task === "reader").length);
    assert.equal(this.#guard.lock.readers, 0);
    assert.equal(this.#guard.lock.queueLength, 0);
  }

  #start(actor: Actor): void {
    actor.state = "waiting";
    if (actor.task === "reader") this.#read(actor);
    else if (actor.task === "commit") this.#commitAtOnce(actor);
    else this.#beginCommit(actor);
  }

  #read(actor: Actor): void {
    const before = this.#guard.serves;
    const isOpen = this.#guard.lock.isWriteLocked;
    this.#guard
      .withRead((view) => {
        actor.state = "inside";
        actor.view = view;
        actor.saw = view.left;
        return new Promise<void>((resolve) => (actor.leave = resolve));
      })
      .then(
        () => (actor.state = "done"),
        (error: unknown) => assert.fail(String(error)),
      );
    if (before === "snapshot" && !isOpen) assert.equal(actor.state, "inside", "a snapshot waits for nobody");
  }

  #commitAtOnce(actor: Actor): void {
    const guard = this.#guard.tryCommit();
    actor.state = "done";
    if (guard === undefined) return;
    this.#pair.left++;
    this.#pair.right++;
    this.#commits++;
    guard.release();
  }

  #beginCommit(actor: Actor): void {
    this.#guard.acquireCommit().then(
      (guard) => {
        actor.state = "inside";
        actor.guard = guard;
        this.#pair.left++;
      },
      (error: unknown) => assert.fail(String(error)),
    );
  }

  #end(actor: Actor): void {
    if (actor.task === "reader") {
      this.#checkView(actor);
      actor.leave!();
      // It has left once its promise settles.
      actor.state = "waiting";
      return;
    }
    this.#pair.right++;
    this.#commits++;
    actor.state = "done";
    actor.guard!.release();
  }

  #check(): void {
    for (const actor of this.#actors)
      if (actor.task === "reader" && actor.state === "inside") this.#checkView(actor);
    const open = this.#actors.filter(({ task, state }) => task === "slow commit" && state === "inside");
    assert(open.length <= 1, "two commits at once");
    assert.equal(this.#pair.left - this.#pair.right, open.length, "halves of commits");
  }

  #checkView({ id, view, saw }: Actor): void {
    assert.equal(view!.left, saw, `reader ${id} sees another commit`);
    assert.equal(view!.right, saw, `reader ${id} sees half a commit`);
    assert(!view!.isReleased, `the view of reader ${id} is released`);
  }
}
