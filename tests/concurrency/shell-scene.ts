import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { Clock, Timer } from "../../src/clock.ts";
import type { AsyncRWLock } from "../../src/locks/async-rw-lock.ts";
import type { LockGuard } from "../../src/locks/lock-guard.ts";
import type { LockMode } from "../../src/locks/lock-observer.ts";
import { ModelLock, type ModelTask } from "./model-lock.ts";

/** The lock that is explored: the shipped one, or one that was broken on purpose. */
export interface ShellModules {
  readonly AsyncRWLock: typeof AsyncRWLock;
}

export interface TaskScript {
  readonly mode: LockMode;
  /** `acquire…` with a guard, `with…` with a body, `tryAcquire…`, or `tryWith…` with a body. */
  readonly form: "guard" | "body" | "try" | "tryBody";
  /** What it does with its guard before it ends. */
  readonly changes?: readonly ("upgrade" | "downgrade")[];
  /** Whether the body throws at its end. */
  readonly throws?: boolean;
  /** Whether the body of a `tryWith…` returns a promise, against what it says. */
  readonly lingers?: boolean;
  /** Whether its signal aborts, at any time from its call on. */
  readonly aborts?: boolean;
  /** Whether its waits last {@link TIMEOUT_MS} at most. */
  readonly timesOut?: boolean;
}

export interface Configuration {
  readonly name: string;
  readonly tasks: readonly TaskScript[];
  /** Whether somebody closes the lock at any time. */
  readonly closes?: boolean;
  /** Whether several things may happen before anybody learns of the first; if not, all learn of each at once. */
  readonly isCrowded?: boolean;
  /** Whether the lock tracks owners. It then makes a guard for each hold. */
  readonly tracksOwners?: boolean;
}

const TIMEOUT_MS = 10;

/** Time that moves once, in one step, and says how many timers are left. */
class StepClock implements Clock {
  readonly timers = new Set<() => void>();
  #nowMs = 0;

  now(): number {
    return this.#nowMs;
  }

  setTimer(run: () => void): Timer {
    this.timers.add(run);
    return { cancel: () => void this.timers.delete(run) };
  }

  step(): void {
    this.#nowMs += TIMEOUT_MS;
    for (const run of this.timers) {
      this.timers.delete(run);
      run();
    }
  }
}

class Actor {
  readonly script: TaskScript;
  readonly model: ModelTask;
  readonly controller: AbortController | undefined;
  readonly heard: string[] = [];
  guard: LockGuard | undefined;
  /** Ends the body of a `with…` call. */
  finish: (() => void) | undefined;
  /** How many of {@link TaskScript.changes} it has done. */
  done = 0;

  constructor(script: TaskScript, model: ModelTask) {
    this.script = script;
    this.model = model;
    this.controller = script.aborts ? new AbortController() : undefined;
  }

  /** Whether it has heard of all that was decided about it. */
  get isInformed(): boolean {
    return this.heard.length === this.model.outcomes.length;
  }

  get options(): { signal?: AbortSignal; timeoutMs?: number } | undefined {
    const { aborts, timesOut } = this.script;
    if (!aborts && !timesOut) return undefined;
    return { signal: this.controller?.signal, timeoutMs: timesOut ? TIMEOUT_MS : undefined };
  }
}

/** A lock with its callers, and a model of it, to which external events happen one at a time. */
export class Scene {
  readonly #configuration: Configuration;
  readonly #clock = new StepClock();
  readonly #lock: AsyncRWLock;
  readonly #model: ModelLock;
  readonly #actors: readonly Actor[];
  /** Those who wait with a timeout, in the order in which they began to. */
  readonly #timed: ModelTask[] = [];
  /** Bodies that are at their end; the lock hears of it in the next turn. */
  readonly #finished: Actor[] = [];
  #hasStepped = false;

  constructor({ AsyncRWLock: Lock }: ShellModules, configuration: Configuration) {
    this.#configuration = configuration;
    this.#lock = new Lock(
      { name: "scene", trackOwners: configuration.tracksOwners ?? false },
      { clock: this.#clock },
    );
    this.#model = new ModelLock(configuration.tasks.length);
    this.#actors = configuration.tasks.map((script, i) => new Actor(script, this.#model.tasks[i]));
  }

  /** What may happen next; nothing at the end. */
  events(): string[] {
    const events: string[] = [];
    for (const actor of this.#actors) {
      const { model, controller } = actor;
      if (model.state === "new") events.push(`start ${model.id}`);
      else if (controller && !controller.signal.aborted) events.push(`abort ${model.id}`);
      const hasBody = actor.finish !== undefined || actor.guard !== undefined;
      const isInside = model.state === "holding" || model.state === "upgrading";
      if (hasBody && isInside && actor.isInformed) events.push(`next ${model.id}`);
    }
    const { closes, isCrowded, tasks } = this.#configuration;
    if (!this.#hasStepped && tasks.some(({ timesOut }) => timesOut)) events.push("time");
    if (closes && !this.#model.isClosed) events.push("close");
    if (isCrowded && (this.#finished.length > 0 || this.#actors.some(({ isInformed }) => !isInformed))) {
      events.push("turn");
    }
    return events;
  }

  /**
   * Makes an event happen, and compares the lock with its model at once, and again when all have heard of it: then it
   * returns a promise. Without one nobody has heard yet, so it must not be awaited.
   */
  take(event: string): Promise<void> | undefined {
    const [what, id] = event.split(" ");
    if (what === "time") this.#step();
    else if (what === "close") this.#close();
    else if (what !== "turn") this.#act(what, this.#actors[Number(id)]);
    this.#assertSame();
    return what === "turn" || !this.#configuration.isCrowded ? this.#turn() : undefined;
  }

  /** At the end nobody is inside, and nothing is left behind. */
  assertNothingLeft(): void {
    assert.equal(
      this.#lock.readers + Number(this.#lock.isWriteLocked) + this.#lock.queueLength,
      0,
      "left in the lock",
    );
    assert.equal(this.#clock.timers.size, 0, "timers left");
    for (const { controller } of this.#actors) {
      if (controller) assert.equal(getEventListeners(controller.signal, "abort").length, 0, "listeners left");
    }
    if (!this.#model.isClosed) assert.equal(this.#lock.tryAcquireWrite()?.release(), true, "free at the end");
  }

  #step(): void {
    this.#hasStepped = true;
    for (const task of this.#timed) {
      if (task.state === "waiting" || task.state === "upgrading") this.#model.giveUp(task, "timed out");
    }
    this.#clock.step();
  }

  #close(): void {
    this.#model.close();
    this.#lock.close("closed");
  }

  #act(what: string, actor: Actor): void {
    if (what === "start") return this.#start(actor);
    if (what === "next") return this.#next(actor);
    this.#model.giveUp(actor.model, "aborted");
    actor.controller!.abort("aborted");
  }

  #start(actor: Actor): void {
    const { script, model } = actor;
    this.#model.ask(model, script.mode, script.form === "try" || script.form === "tryBody");
    if (script.timesOut && model.state === "waiting") this.#timed.push(model);
    const isRead = script.mode === "read";
    if (script.form === "try") return this.#try(actor);
    if (script.form === "tryBody") return this.#tryBody(actor);
    if (script.form === "guard") {
      const call = isRead ? this.#lock.acquireRead(actor.options) : this.#lock.acquireWrite(actor.options);
      call.then(
        (guard) => {
          actor.guard = guard;
          actor.heard.push("granted");
        },
        (reason: unknown) => void actor.heard.push(said(reason)),
      );
      return;
    }
    const body = () => {
      actor.heard.push("granted");
      return new Promise<void>((resolve, reject) => {
        actor.finish = () => (script.throws ? reject(new Error("body")) : resolve());
      });
    };
    const call = isRead
      ? this.#lock.withRead(body, actor.options)
      : this.#lock.withWrite(body, actor.options);
    call.then(
      () => assert(!script.throws, "the call settled as its body did not"),
      (reason: unknown) => {
        if (!(reason instanceof Error && reason.message === "body")) actor.heard.push(said(reason));
      },
    );
  }

  #try(actor: Actor): void {
    try {
      const isRead = actor.script.mode === "read";
      actor.guard = isRead ? this.#lock.tryAcquireRead() : this.#lock.tryAcquireWrite();
      actor.heard.push(actor.guard === undefined ? "refused" : "granted");
    } catch (reason) {
      actor.heard.push(said(reason));
    }
  }

  /** Runs its body within the call, so that it has left when the call returns; unless the body lingers. */
  #tryBody(actor: Actor): void {
    const { script, model } = actor;
    const body = () => {
      actor.heard.push("granted");
      this.#assertSame();
      if (script.throws) throw new Error("body");
      return script.lingers ? new Promise<void>((resolve) => (actor.finish = resolve)) : "done";
    };
    let outcome: unknown;
    try {
      const isRead = script.mode === "read";
      outcome = isRead
        ? this.#lock.tryWithRead(body as () => string)
        : this.#lock.tryWithWrite(body as () => string);
    } catch (error) {
      outcome = error;
    }
    if (model.state !== "holding") {
      actor.heard.push(typeof outcome === "symbol" ? "refused" : said(outcome));
      return;
    }
    if (script.throws) assert.match(String(outcome), /^Error: body$/);
    else if (script.lingers) assert(outcome instanceof TypeError, "a body that lingers is told of");
    else assert.equal(outcome, "done");
    if (!script.lingers) this.#model.leave(model);
  }

  /** The next thing an actor inside does: it changes what it holds, or ends. */
  #next(actor: Actor): void {
    const { script, model, guard } = actor;
    const next = model.state === "upgrading" ? undefined : script.changes?.[actor.done];
    actor.done++;
    if (next === "upgrade") return this.#upgrade(actor);
    if (next === "downgrade") {
      const isWriter = model.mode === "write";
      if (isWriter) this.#model.downgrade(model);
      assert.equal(guard!.downgrade(), isWriter, "downgrade");
      return;
    }
    if (actor.finish !== undefined) {
      this.#finished.push(actor);
      actor.finish();
      actor.finish = undefined;
      return;
    }
    this.#model.leave(model);
    assert.equal(guard!.release(), true, "release");
    assert.equal(guard!.release(), false, "second release");
    assert.equal(guard!.downgrade(), false, "downgrade of a released guard");
  }

  #upgrade(actor: Actor): void {
    const { model, script, guard } = actor;
    if (model.mode === "read" && actor.controller?.signal.aborted) model.outcomes.push("aborted");
    else this.#model.upgrade(model);
    if (script.timesOut && model.state === "upgrading") this.#timed.push(model);
    guard!.upgrade(actor.options).then(
      (upgraded) => {
        assert.equal(upgraded, guard, "an upgrade resolves with its guard");
        actor.heard.push("upgraded");
      },
      (reason: unknown) => void actor.heard.push(said(reason)),
    );
  }

  /** All that is decided reaches those whom it concerns. */
  async #turn(): Promise<void> {
    for (const { model } of this.#finished.splice(0)) this.#model.leave(model);
    // The longest chain of reactions is that of a body that ends a wait, whose call had waited itself.
    for (let i = 0; i < 8; i++) await Promise.resolve();
    this.#assertSame();
    for (const { model, heard } of this.#actors)
      assert.deepEqual(heard, model.outcomes, `heard by task ${model.id}`);
  }

  #assertSame(): void {
    const lock = this.#lock;
    const model = this.#model;
    assert.equal(lock.readers, model.readers, "readers");
    assert.equal(lock.isWriteLocked, model.isWriteLocked, "isWriteLocked");
    assert.equal(lock.queueLength, model.queueLength, "queueLength");
    assert.equal(lock.isClosed, model.isClosed, "isClosed");
    for (const { guard, model: task } of this.#actors) {
      if (guard === undefined) continue;
      assert.equal(guard.isHeld, task.state !== "done", "isHeld");
      assert.equal(guard.mode, task.mode, "mode");
    }
  }
}

function said(reason: unknown): string {
  if (typeof reason === "string") return reason;
  const { code, obstacle } = reason as { code?: string; obstacle?: string };
  if (code === "LOCK_TIMEOUT") return "timed out";
  if (code === "LOCK_UPGRADE") return obstacle === "released" ? "released" : "refused";
  return String(reason);
}
