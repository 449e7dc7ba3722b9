import { describe, expect, it } from "vitest";
import { RWLockCore } from "../../src/locks/rw-lock-core.ts";
import { resolveAdmission } from "../../src/locks/wait-line.ts";
import { exploreCore } from "./explore-core.ts";
import { distinctStates, states } from "./legal-states.ts";

const modules = { RWLockCore, resolveAdmission };

describe("RWLockCore", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "is sound after every step out of every state of %i tasks",
    (tasks) => {
      expect(exploreCore(modules, { tasks }).states).toBe(states(tasks));
    },
    60_000,
  );

  it.each([7, 8, 9, 10, 11, 12])(
    "is sound after every step out of every state of %i tasks that differ in nothing",
    (tasks) => {
      expect(exploreCore(modules, { tasks, isSymmetric: true }).states).toBe(distinctStates(tasks));
    },
    60_000,
  );

  it("tells once, at the first moment, that nobody is inside", () => {
    expect(exploreCore(modules, { tasks: 4, isWatched: true }).states).toBeGreaterThan(states(4));
  });

  const favouring = (["readers-first", "writers-first"] as const).flatMap((policy) =>
    [1, 2, 3].map((bound) => ({ policy, bound })),
  );
  it.each(favouring)("keeps to the bound of $bound with $policy", (admission) => {
    expect(exploreCore(modules, { ...admission, tasks: 4 }).states).toBeGreaterThan(states(4));
    expect(exploreCore(modules, { ...admission, tasks: 7, isSymmetric: true }).steps).toBeGreaterThan(5_000);
  });
});
