import { type CoreModules, type Step, World, type WorldOptions } from "./core-world.ts";

/** How a state was reached: the newest step, and all before it. */
interface Path {
  readonly step: Step;
  readonly before: Path | undefined;
}

export interface Exploration extends WorldOptions {
  /** Counts states that differ only in the names of tasks as one. @defaultValue false */
  readonly isSymmetric?: boolean;
}

export interface Explored {
  readonly states: number;
  readonly steps: number;
}

/**
 * Visits every state that tasks can bring a core into, the nearest first, and checks each step out of every state, not
 * only the ends of runs: an end shows no lost wake-up that a later release happened to repair. Their number is finite, though tasks go on for ever.
 */
export function exploreCore(modules: CoreModules, exploration: Exploration): Explored {
  const { isSymmetric = false } = exploration;
  const initial = new World(modules, exploration);
  const seen = new Set([initial.key(isSymmetric)]);
  const frontier: (Path | undefined)[] = [undefined];
  let stepsTaken = 0;
  for (const before of frontier) {
    for (const step of replay(modules, exploration, before).steps(isSymmetric)) {
      stepsTaken++;
      const path = { step, before };
      const key = checkedKey(modules, exploration, path);
      if (seen.has(key)) continue;
      seen.add(key);
      frontier.push(path);
    }
  }
  return { states: seen.size, steps: stepsTaken };
}

function checkedKey(modules: CoreModules, exploration: Exploration, path: Path): string {
  try {
    const world = replay(modules, exploration, path);
    const key = world.key(exploration.isSymmetric ?? false);
    world.assertSound();
    world.assertNothingHidden();
    return key;
  } catch (error) {
    const story = stepsOf(path).map(({ task, action }) => `${action}(${task})`);
    throw new Error(`after ${story.join(" ")}: ${String(error)}`, { cause: error });
  }
}

/** The core cannot be copied, so each state is made again from the first. */
function replay(modules: CoreModules, options: WorldOptions, path: Path | undefined): World {
  const world = new World(modules, options);
  for (const step of stepsOf(path)) world.take(step);
  return world;
}

function stepsOf(path: Path | undefined): Step[] {
  const steps: Step[] = [];
  for (let at = path; at !== undefined; at = at.before) steps.push(at.step);
  return steps.reverse();
}
