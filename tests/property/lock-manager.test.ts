import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/clock.ts";
import { LockManager, type LockMode, type LockRequest, LockTimeoutError } from "../../src/locks/index.ts";

const KEYS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "XRPUSDT"];

/** Who is inside of each key, as plain lists; throws when somebody is inside who must not be. */
class Insiders {
  readonly #modes = new Map<string, LockMode[]>(KEYS.map((key) => [key, []]));

  enter(requests: readonly LockRequest[]): void {
    for (const { key, mode } of requests) {
      const inside = this.#modes.get(key)!;
      inside.push(mode);
      if (inside.length > 1 && inside.includes("write")) throw new Error(`${key} holds ${inside.join(", ")}`);
    }
  }

  leave(requests: readonly LockRequest[]): void {
    for (const { key, mode } of requests) {
      const inside = this.#modes.get(key)!;
      inside.splice(inside.indexOf(mode), 1);
    }
  }
}

/** What a call is expected to hold: each of its keys once, as a writer if any of its requests is. */
function strongest(requests: readonly LockRequest[]): LockRequest[] {
  return KEYS.flatMap((key) => {
    const modes = requests.filter((request) => request.key === key).map(({ mode }) => mode);
    if (modes.length === 0) return [];
    return [{ key, mode: modes.includes("write") ? "write" : "read" }];
  });
}

/** Runs `work` with all of `requests` held, in one of the forms that can. */
async function runIn<T>(
  manager: LockManager,
  form: string,
  requests: readonly LockRequest[],
  work: () => Promise<T>,
  options: { readonly timeoutMs?: number; readonly signal: AbortSignal },
): Promise<T> {
  if (requests.length !== 1 || form === "all") return manager.withAll(requests, work, options);
  const [{ key, mode }] = requests;
  if (form === "with") {
    return mode === "read" ? manager.withRead(key, work, options) : manager.withWrite(key, work, options);
  }
  const tried = mode === "read" ? manager.tryAcquireRead(key) : manager.tryAcquireWrite(key);
  const guard =
    tried ??
    (await (mode === "read" ? manager.acquireRead(key, options) : manager.acquireWrite(key, options)));
  try {
    return await work();
  } finally {
    expect(guard.release()).toBe(true);
  }
}

const request = fc.record({
  key: fc.constantFrom(...KEYS),
  mode: fc.constantFrom<LockMode>("read", "write"),
});
const task = fc.record({
  requests: fc.array(request, { maxLength: 6 }),
  /** How one key alone is taken; several always with `withAll`. */
  form: fc.constantFrom("all", "with", "guard"),
  steps: fc.nat(3),
  ending: fc.constantFrom("return", "return", "throw"),
  timeoutMs: fc.constantFrom(undefined, undefined, 0, 3, 20),
  isAborted: fc.constantFrom(false, false, false, true),
});

describe("LockManager", () => {
  it("holds all keys of a call or none, keeps callers of a key apart, and ends without a lock, in any order of events", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(task, { minLength: 1, maxLength: 10 }),
        fc.array(fc.constantFrom(1, 2, 10), { maxLength: 12 }),
        async (scheduler, tasks, advances) => {
          const clock = new VirtualClock();
          const manager = new LockManager({ maxLocks: KEYS.length, maxIdleMs: 2 }, { clock });
          const insiders = new Insiders();
          const aborters = tasks.map(() => new AbortController());
          const runs = tasks.map(({ requests, form, steps, ending, timeoutMs }, i) =>
            runIn(
              manager,
              form,
              requests,
              async () => {
                const held = strongest(requests);
                insiders.enter(held);
                for (const { key, mode } of held) {
                  const lock = manager.find(key);
                  expect(mode === "write" ? lock?.isWriteLocked : (lock?.readers ?? 0) > 0).toBe(true);
                }
                for (let step = 0; step <= steps; step++) {
                  await scheduler.schedule(Promise.resolve(), `task ${i}, step ${step}`);
                }
                insiders.leave(held);
                if (ending === "throw") throw new Error(`task ${i}`);
                return i;
              },
              { timeoutMs, signal: aborters[i].signal },
            ),
          );
          for (const [i, ms] of advances.entries()) {
            void scheduler.schedule(Promise.resolve(`clock ${i}`)).then(() => {
              clock.advanceBy(ms);
              manager.collectIdle();
            });
          }
          for (const [i, { isAborted }] of tasks.entries()) {
            if (!isAborted) continue;
            void scheduler
              .schedule(Promise.resolve(`abort ${i}`))
              .then(() => aborters[i].abort(`abort ${i}`));
          }
          const outcomes = await scheduler.waitFor(Promise.allSettled(runs));
          for (const [i, run] of outcomes.entries()) {
            if (run.status === "fulfilled") expect(run.value).toBe(i);
            else if (run.reason instanceof LockTimeoutError) expect(tasks[i].timeoutMs).toBeDefined();
            else if (run.reason === `abort ${i}`) expect(tasks[i].isAborted).toBe(true);
            else expect(run.reason).toMatchObject({ message: `task ${i}` });
          }
          manager.collectIdle();
          expect(manager.size).toBe(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});
