import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/clock.ts";
import {
  AsyncRWLock,
  type LockGuard,
  type LockMode,
  LockTimeoutError,
  LockUpgradeError,
} from "../../src/locks/index.ts";
import { LockProfiler } from "../../src/profiling/index.ts";

/** One call of the lock, and where it is at. */
interface ModelCaller {
  mode: LockMode;
  readonly dueMs: number;
  readonly signal: number | undefined;
  state: "waiting" | "holding" | "upgrading" | "released" | "timed out" | "aborted";
}

/** A lock of plain arrays and no cleverness, which says what must have happened after each command. */
class Model {
  nowMs = 0;
  readonly callers: ModelCaller[] = [];
  readonly abortedSignals = new Set<number>();
  contended = 0;
  upgrades = 0;
  downgrades = 0;

  inside(mode: LockMode): number {
    return this.holding().filter((caller) => caller.mode === mode).length;
  }

  holding(): ModelCaller[] {
    return this.callers.filter(({ state }) => state === "holding" || state === "upgrading");
  }

  upgrader(): ModelCaller | undefined {
    return this.callers.find(({ state }) => state === "upgrading");
  }

  waiting(): ModelCaller[] {
    return this.callers.filter(({ state }) => state === "waiting");
  }

  isFree(mode: LockMode): boolean {
    if (this.upgrader() !== undefined) return false;
    return this.inside("write") === 0 && (mode === "read" || this.inside("read") === 0);
  }

  admit(): void {
    const upgrader = this.upgrader();
    if (upgrader !== undefined && this.holding().length === 1) {
      this.contended++;
      this.upgrade(upgrader);
    }
    for (const caller of this.waiting()) {
      if (!this.isFree(caller.mode)) return;
      caller.state = "holding";
      this.contended++;
    }
  }

  upgrade(caller: ModelCaller): void {
    caller.state = "holding";
    caller.mode = "write";
    this.upgrades++;
  }
}

interface Call {
  state: ModelCaller["state"];
  guard: LockGuard | undefined;
}

class Real {
  readonly clock = new VirtualClock();
  readonly profiler = new LockProfiler({ timeOneHoldIn: 1 });
  readonly lock = new AsyncRWLock({ name: "model", observer: this.profiler }, { clock: this.clock });
  readonly calls: Call[] = [];
  readonly controllers = Array.from({ length: 3 }, () => new AbortController());
}

/** Lets all that is decided reach its callers, then compares everything that can be seen. */
async function compare(model: Model, real: Real): Promise<void> {
  await new Promise(setImmediate);
  expect(real.calls.map(({ state }) => state)).toEqual(model.callers.map(({ state }) => state));
  const seen = {
    readers: real.lock.readers,
    isWriteLocked: real.lock.isWriteLocked,
    queueLength: real.lock.queueLength,
  };
  const readers = model.inside("read");
  const writers = model.inside("write");
  const waiting = model.waiting();
  const queueLength = waiting.length + Number(model.upgrader() !== undefined);
  expect(seen).toEqual({ readers, isWriteLocked: writers === 1, queueLength });
  const modes = real.calls.map(({ guard }) => guard?.mode);
  expect(modes).toEqual(model.callers.map(({ mode: of }, i) => real.calls[i].guard && of));
  expect(waiting.length === 0 || !model.isFree(waiting[0].mode)).toBe(true);

  const [report] = real.profiler.snapshot();
  const { upgrades, downgrades } = model;
  expect(report).toMatchObject({ readers, writers, queueLength, upgrades, downgrades });
  expect(report.read.contended + report.write.contended).toBe(model.contended);
  const ended = (state: ModelCaller["state"]) =>
    model.callers.filter((caller) => caller.state === state).length;
  expect(report.read.timeouts + report.write.timeouts).toBe(ended("timed out"));
  const changed = upgrades + downgrades;
  expect(report.read.hold.count + report.write.hold.count).toBe(ended("released") + changed);
  const granted = ended("released") + model.holding().length + changed;
  expect(report.read.acquisitions + report.write.acquisitions).toBe(granted);
}

type Command = fc.AsyncCommand<Model, Real>;

class Acquire implements Command {
  readonly mode: LockMode;
  readonly timeoutMs: number | undefined;
  readonly signal: number | undefined;

  constructor(mode: LockMode, timeoutMs: number | undefined, signal: number | undefined) {
    this.mode = mode;
    this.timeoutMs = timeoutMs;
    this.signal = signal;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { mode, timeoutMs = Infinity, signal } = this;
    const caller: ModelCaller = { mode, dueMs: model.nowMs + timeoutMs, signal, state: "waiting" };
    const isFirst = model.waiting().length === 0;
    model.callers.push(caller);
    if (signal !== undefined && model.abortedSignals.has(signal)) caller.state = "aborted";
    else if (isFirst && model.isFree(mode)) caller.state = "holding";
    else if (timeoutMs === 0) caller.state = "timed out";

    const call: Call = { state: "waiting", guard: undefined };
    real.calls.push(call);
    const options = {
      timeoutMs: this.timeoutMs,
      signal: signal === undefined ? undefined : real.controllers[signal].signal,
    };
    const promise = mode === "read" ? real.lock.acquireRead(options) : real.lock.acquireWrite(options);
    promise.then(
      (guard) => {
        call.guard = guard;
        call.state = "holding";
      },
      (reason: unknown) => {
        call.state = reason instanceof LockTimeoutError ? "timed out" : "aborted";
      },
    );
    await compare(model, real);
  }

  toString(): string {
    return `acquire(${this.mode}, ${this.timeoutMs}, signal ${this.signal})`;
  }
}

class TryAcquire implements Command {
  readonly mode: LockMode;

  constructor(mode: LockMode) {
    this.mode = mode;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { mode } = this;
    const isGranted = model.waiting().length === 0 && model.isFree(mode);
    const guard = mode === "read" ? real.lock.tryAcquireRead() : real.lock.tryAcquireWrite();
    expect(guard !== undefined).toBe(isGranted);
    if (isGranted) {
      model.callers.push({ mode, dueMs: Infinity, signal: undefined, state: "holding" });
      real.calls.push({ state: "holding", guard });
    }
    await compare(model, real);
  }

  toString(): string {
    return `tryAcquire(${this.mode})`;
  }
}

/** Releases some guard that was ever granted, perhaps not for the first time. */
class Release implements Command {
  readonly pick: number;

  constructor(pick: number) {
    this.pick = pick;
  }

  check(model: Readonly<Model>): boolean {
    return model.callers.some(wasGranted);
  }

  async run(model: Model, real: Real): Promise<void> {
    const chosen = pickGranted(model, this.pick);
    const caller = model.callers[chosen];
    const call = real.calls[chosen];
    const isHeld = caller.state !== "released";
    expect(call.guard?.isHeld).toBe(isHeld);
    expect(call.guard?.release()).toBe(isHeld);
    caller.state = "released";
    call.state = "released";
    model.admit();
    await compare(model, real);
  }

  toString(): string {
    return `release(${this.pick})`;
  }
}

/** Upgrades some guard that was ever granted; one that is released, and a second one at a time, is refused. */
class Upgrade implements Command {
  readonly pick: number;

  constructor(pick: number) {
    this.pick = pick;
  }

  check(model: Readonly<Model>): boolean {
    return model.callers.some(wasGranted);
  }

  async run(model: Model, real: Real): Promise<void> {
    const chosen = pickGranted(model, this.pick);
    const caller = model.callers[chosen];
    const call = real.calls[chosen];
    const upgrade = call.guard!.upgrade();
    const isRefused =
      caller.state === "released" || (caller.mode === "read" && model.upgrader() !== undefined);
    if (isRefused) {
      await expect(upgrade).rejects.toBeInstanceOf(LockUpgradeError);
    } else if (caller.mode === "write" || model.holding().length === 1) {
      if (caller.mode === "read") model.upgrade(caller);
      expect(await upgrade).toBe(call.guard);
    } else {
      caller.state = "upgrading";
      call.state = "upgrading";
      // Refused later, when it is released meanwhile.
      upgrade.then(
        () => (call.state = "holding"),
        (error: unknown) => expect(error).toMatchObject({ obstacle: "released" }),
      );
    }
    await compare(model, real);
  }

  toString(): string {
    return `upgrade(${this.pick})`;
  }
}

class Downgrade implements Command {
  readonly pick: number;

  constructor(pick: number) {
    this.pick = pick;
  }

  check(model: Readonly<Model>): boolean {
    return model.callers.some(wasGranted);
  }

  async run(model: Model, real: Real): Promise<void> {
    const chosen = pickGranted(model, this.pick);
    const caller = model.callers[chosen];
    const isWriter = caller.state === "holding" && caller.mode === "write";
    expect(real.calls[chosen].guard?.downgrade()).toBe(isWriter);
    if (isWriter) {
      caller.mode = "read";
      model.downgrades++;
      model.admit();
    }
    await compare(model, real);
  }

  toString(): string {
    return `downgrade(${this.pick})`;
  }
}

function wasGranted({ state }: ModelCaller): boolean {
  return state === "holding" || state === "upgrading" || state === "released";
}

function pickGranted(model: Model, pick: number): number {
  const granted = model.callers.flatMap((caller, i) => (wasGranted(caller) ? [i] : []));
  return granted[pick % granted.length];
}

class Advance implements Command {
  readonly ms: number;

  constructor(ms: number) {
    this.ms = ms;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const endMs = model.nowMs + this.ms;
    // One at a time, because a timeout may let others in whose time would be over next.
    for (;;) {
      const due = model.waiting().filter(({ dueMs }) => dueMs <= endMs);
      if (due.length === 0) break;
      const next = due.reduce((first, caller) => (caller.dueMs < first.dueMs ? caller : first));
      next.state = "timed out";
      model.admit();
    }
    model.nowMs = endMs;
    real.clock.advanceTo(endMs);
    await compare(model, real);
  }

  toString(): string {
    return `advance(${this.ms} ms)`;
  }
}

class Abort implements Command {
  readonly signal: number;

  constructor(signal: number) {
    this.signal = signal;
  }

  check(model: Readonly<Model>): boolean {
    return !model.abortedSignals.has(this.signal);
  }

  async run(model: Model, real: Real): Promise<void> {
    model.abortedSignals.add(this.signal);
    // In the order of arrival; one that gives up may let in the next before the signal reaches it.
    for (const caller of model.callers) {
      if (caller.state !== "waiting" || caller.signal !== this.signal) continue;
      caller.state = "aborted";
      model.admit();
    }
    real.controllers[this.signal].abort();
    await compare(model, real);
  }

  toString(): string {
    return `abort(${this.signal})`;
  }
}

const mode = fc.constantFrom<LockMode>("read", "write");
const signal = fc.option(fc.nat(2), { nil: undefined });
/** Odd, so that waits of two durations never end at the same instant: which goes first then is not promised. */
const timeoutMs = fc.constantFrom(undefined, undefined, 0, 5.01, 20.02, 1_000.04);
const commands = fc.commands(
  [
    fc.tuple(mode, timeoutMs, signal).map((args) => new Acquire(...args)),
    mode.map((of) => new TryAcquire(of)),
    fc.nat(50).map((pick) => new Release(pick)),
    fc.nat(50).map((pick) => new Upgrade(pick)),
    fc.nat(50).map((pick) => new Downgrade(pick)),
    fc.constantFrom(1, 3.25, 7, 30).map((ms) => new Advance(ms)),
    fc.nat(2).map((of) => new Abort(of)),
  ],
  { maxCommands: 60, size: "max" },
);

describe("AsyncRWLock", () => {
  it("does after every call, timeout, abort and release what a lock of plain arrays does", async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (sequence) => {
        await fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), sequence);
      }),
      { numRuns: 400 },
    );
  });

  it("keeps readers and writers apart and the order of arrival, in whatever order their work proceeds", async () => {
    const task = fc.record({ mode, steps: fc.nat(3), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(task, { minLength: 1, maxLength: 12 }),
        async (scheduler, tasks) => {
          const lock = new AsyncRWLock();
          const inside: LockMode[] = [];
          const entered: number[] = [];
          const runs = tasks.map(({ mode: of, steps, fails }, i) => {
            const body = async () => {
              entered.push(i);
              inside.push(of);
              for (let step = 0; step <= steps; step++) {
                if (inside.length > 1) expect(inside).not.toContain("write");
                await scheduler.schedule(Promise.resolve(), `task ${i}, step ${step}`);
              }
              inside.splice(inside.indexOf(of), 1);
              if (fails) throw new Error(`task ${i}`);
              return i;
            };
            return of === "read" ? lock.withRead(body) : lock.withWrite(body);
          });
          const settled = scheduler.waitFor(Promise.allSettled(runs));
          const outcomes = (await settled).map((run) =>
            run.status === "fulfilled" ? run.value : run.reason.message,
          );
          expect(outcomes).toEqual(tasks.map(({ fails }, i) => (fails ? `task ${i}` : i)));
          expect(entered).toEqual(tasks.map((_, i) => i));
          expect(lock.readers + lock.queueLength + Number(lock.isWriteLocked)).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});
