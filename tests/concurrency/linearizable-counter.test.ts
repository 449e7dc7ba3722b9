import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AsyncRWLock } from "../../src/locks/index.ts";
import { isLinearizable, type Operation } from "./linearizability.ts";

/** How a task uses the counter: as an upgrade of a read, too. */
type Use = "get" | "add" | "upgrade" | "downgrade";

/** Runs tasks over a counter whose every access is torn apart by awaits, which end in the order the scheduler chooses. */
async function record(
  scheduler: fc.Scheduler,
  uses: readonly Use[],
  guarded: (use: Use, step: () => Promise<unknown>, counter: { value: number }) => Promise<number>,
): Promise<Operation[]> {
  let instant = 0;
  const counter = { value: 0 };
  const step = () => scheduler.schedule(Promise.resolve());
  const runs = uses.map(async (use): Promise<Operation> => {
    await step();
    const calledAt = instant++;
    const value = await guarded(use, step, counter);
    return { kind: use === "get" ? "get" : "add", calledAt, returnedAt: instant++, value };
  });
  return scheduler.waitFor(Promise.all(runs));
}

/** Reads, waits, and writes what it read and one more: two at once lose one. */
async function add(step: () => Promise<unknown>, counter: { value: number }): Promise<number> {
  const { value } = counter;
  await step();
  counter.value = value + 1;
  return value + 1;
}

async function get(step: () => Promise<unknown>, counter: { value: number }): Promise<number> {
  const { value } = counter;
  await step();
  expect(counter.value).toBe(value);
  return value;
}

const uses = fc.array(fc.constantFrom<Use>("get", "add", "upgrade", "downgrade"), {
  minLength: 1,
  maxLength: 12,
});

describe("a counter guarded by AsyncRWLock", () => {
  it.each(["fifo", "readers-first", "writers-first"] as const)(
    "gives linearizable histories with %s",
    async (policy) => {
      await fc.assert(
        fc.asyncProperty(fc.scheduler(), uses, async (scheduler, tasks) => {
          const lock = new AsyncRWLock({ policy });
          const history = await record(scheduler, tasks, async (use, step, counter) => {
            if (use === "get") return lock.withRead(() => get(step, counter));
            if (use === "add") return lock.withWrite(() => add(step, counter));
            if (use === "upgrade") {
              const added = await lock.withUpgrade(
                async () => (await get(step, counter)) + 1,
                () => add(step, counter),
              );
              return added!;
            }
            using guard = await lock.acquireWrite();
            await add(step, counter);
            guard.downgrade();
            return await get(step, counter);
          });
          expect(isLinearizable(history)).toBe(true);
          expect([lock.readers, lock.isWriteLocked, lock.queueLength]).toEqual([0, false, 0]);
        }),
        { numRuns: 300 },
      );
    },
  );

  it("is found out when nothing guards it", async () => {
    const unguarded = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      const tasks = ["add", "add", "add"] as const;
      const history = await record(scheduler, tasks, (_use, step, counter) => add(step, counter));
      expect(isLinearizable(history)).toBe(true);
    });
    await expect(fc.assert(unguarded, { numRuns: 300 })).rejects.toThrow("Property failed");
  });
});

describe("isLinearizable", () => {
  const add1 = { kind: "add", calledAt: 0, returnedAt: 3, value: 1 } as const;

  it("lets calls that overlap come in either order", () => {
    expect(isLinearizable([add1, { kind: "get", calledAt: 1, returnedAt: 2, value: 0 }])).toBe(true);
    expect(isLinearizable([add1, { kind: "get", calledAt: 1, returnedAt: 2, value: 1 }])).toBe(true);
  });

  it("refuses what is read too late, too early, or twice", () => {
    expect(isLinearizable([add1, { kind: "get", calledAt: 4, returnedAt: 5, value: 0 }])).toBe(false);
    expect(
      isLinearizable([
        { kind: "get", calledAt: 0, returnedAt: 1, value: 1 },
        { ...add1, calledAt: 2 },
      ]),
    ).toBe(false);
    expect(isLinearizable([add1, { ...add1, calledAt: 1 }])).toBe(false);
  });
});
