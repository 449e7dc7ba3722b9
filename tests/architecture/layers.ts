/**
 * Who may import whom: a file, a folder or the beginning of names in `src`, to the places it may import besides
 * itself. The longest matching key decides. A file that no key covers is refused: a new place is a decision made here.
 */
export type Layers = Readonly<Record<string, readonly string[]>>;

const ROOT_LEAVES = ["errors.ts", "clock.ts", "escaped-html.ts"];
const LEAVES = [...ROOT_LEAVES, "locks/", "profiling/", "realtime/market/"];
const STAGES = ["realtime/feed/", "realtime/ring/", "realtime/bars/", "realtime/frames/"];

/** A stage reads the leaves and the stages before it. */
const stages = Object.fromEntries(STAGES.map((stage, i) => [stage, [...LEAVES, ...STAGES.slice(0, i)]]));

const MIXINS = "realtime/mixins/";
const MANAGER = "realtime/realtime-data-manager.ts";
const EVENTS = "realtime/manager-events.ts";
const MANAGER_PARTS = "realtime/manager-*";
const PIPELINE = "realtime/pipeline.ts";

/** The direction of imports in `src`. `cli/` also imports every entry point of the package. */
export const LAYERS: Layers = {
  "errors.ts": [],
  "clock.ts": ["errors.ts"],
  "escaped-html.ts": [],
  "locks/": ROOT_LEAVES,
  // Profiling works on what a lock tells, never on a lock.
  "profiling/": [...ROOT_LEAVES, "locks/lock-observer.ts", "locks/grant-counts.ts", "locks/lock-owners.ts"],
  // What a report is written as: nothing here watches anything.
  "profiling/exporters/": [...ROOT_LEAVES, "locks/lock-observer.ts", "profiling/"],
  "realtime/market/": ROOT_LEAVES,
  ...stages,
  // The manager's options and events: what its users write and hear, not how it is done.
  [MIXINS]: [...LEAVES, ...STAGES, EVENTS],
  [MANAGER_PARTS]: [...LEAVES, "realtime/feed/", "realtime/bars/"],
  [PIPELINE]: [...LEAVES, ...STAGES, MIXINS, MANAGER_PARTS],
  [MANAGER]: [...LEAVES, ...STAGES, MIXINS, MANAGER_PARTS, PIPELINE],
  "index.ts": [...LEAVES, ...STAGES, MIXINS, MANAGER_PARTS, PIPELINE, MANAGER],
  // Works on the text of other people's code, never on a lock.
  "eslint-plugin/": [],
  // Compares locks as their users have them; the generator is the one of the simulated venue.
  "lock-bench/": [
    ...ROOT_LEAVES,
    "locks/",
    "profiling/wait-histogram.ts",
    "realtime/feed/simulated/seeded-random.ts",
  ],
  "cli/": ["lock-bench/", "escaped-html.ts"],
};

/** Files whose default export is what loads them asks for. */
export const DEFAULT_EXPORTS: readonly string[] = ["eslint-plugin/index.ts"];

/** Packages that only some places of `src` may import. */
export const RESTRICTED_PACKAGES: Layers = {
  // Frames are for readers: nothing on the way of a tick may touch them.
  "nodejs-polars": ["realtime/frames/", MIXINS, PIPELINE, MANAGER, "index.ts", "cli/"],
  // Not installed with the package: whoever lints has it.
  eslint: ["eslint-plugin/", "cli/"],
};

/** File names that say nothing about what is inside. */
export const EMPTY_NAMES: readonly string[] = ["utils", "util", "helpers", "common", "types", "misc"];

/** The key of `LAYERS` that owns `file`, the longest one first. */
export function layerOf(file: string): string | undefined {
  return Object.keys(LAYERS)
    .filter((key) => isInside(file, key))
    .sort((a, b) => b.length - a.length)
    .at(0);
}

/** Whether `file` is `place`, lies in it when `place` ends in `/`, or begins with it when `place` ends in `*`. */
export function isInside(file: string, place: string): boolean {
  if (place.endsWith("*")) return file.startsWith(place.slice(0, -1));
  return place.endsWith("/") ? file.startsWith(place) : file === place;
}
