import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findViolations, listSources } from "./import-direction.ts";

const PROJECT = join(import.meta.dirname, "..", "..");

const MANIFEST = JSON.stringify({
  name: "tickframe",
  exports: {
    ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
    "./locks": { types: "./dist/locks/index.d.ts", default: "./dist/locks/index.js" },
    "./package.json": "./package.json",
  },
});

describe("the imports of src", () => {
  it("point to an earlier stage or to a leaf, and nothing else is out of place", () => {
    expect(listSources(PROJECT)).toContain("errors.ts");
    expect(findViolations(PROJECT)).toEqual([]);
  });
});

describe("findViolations", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "import-direction-"));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  /** The violations of a made tree: `files` on top of one file in each layer. */
  function violationsOf(files: Record<string, string>): string[] {
    const tree = {
      "errors.ts": "export const code = 1;",
      "clock.ts": "export const now = 1;",
      "locks/lock-observer.ts": "export interface LockObserver {}",
      "locks/async-rw-lock.ts": "export const lock = 1;",
      "locks/index.ts": `export { lock } from "./async-rw-lock.ts";`,
      "profiling/lock-profiler.ts": "export const profiler = 1;",
      "realtime/market/tick.ts": "export const tick = 1;",
      "realtime/feed/feed.ts": "export const feed = 1;",
      "realtime/ring/ring.ts": "export const ring = 1;",
      "realtime/bars/bars.ts": "export const bars = 1;",
      "realtime/frames/frames.ts": "export const frames = 1;",
      "realtime/mixins/mixin.ts": "export const mixin = 1;",
      "realtime/pipeline.ts": "export const pipeline = 1;",
      "realtime/manager-options.ts": "export const options = 1;",
      "realtime/realtime-data-manager.ts": "export const manager = 1;",
      "cli/main.ts": "export const main = 1;",
      "index.ts": `export { manager } from "./realtime/realtime-data-manager.ts";`,
      ...files,
    };
    for (const [file, source] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, "src", file)), { recursive: true });
      writeFileSync(join(root, "src", file), source);
    }
    writeFileSync(join(root, "package.json"), MANIFEST);
    return findViolations(root);
  }

  it("finds nothing where every import points backwards", () => {
    const imports = {
      "clock.ts": `import { code } from "./errors.ts";`,
      "profiling/lock-profiler.ts": `import type { LockObserver } from "../locks/lock-observer.ts";`,
      "realtime/feed/feed.ts": `import { tick } from "../market/tick.ts"; import { lock } from "../../locks/index.ts";`,
      "realtime/ring/ring.ts": `import { feed } from "../feed/feed.ts"; import ws from "ws";`,
      "realtime/bars/bars.ts": `export { ring } from "../ring/ring.ts"; import { feed } from "../feed/feed.ts";`,
      "realtime/frames/frames.ts": `import { bars } from "../bars/bars.ts"; import pl from "nodejs-polars";`,
      "realtime/mixins/mixin.ts": `import { frames } from "../frames/frames.ts"; import { feed } from "../feed/feed.ts";`,
      "realtime/manager-options.ts": `import type { feed } from "./feed/feed.ts";`,
      "realtime/pipeline.ts": `import { mixin } from "./mixins/mixin.ts"; import { feed } from "./feed/feed.ts";`,
      "realtime/realtime-data-manager.ts": `import { pipeline } from "./pipeline.ts";`,
      "cli/main.ts": `import { manager } from "../index.ts"; const locks = await import("../locks/index.ts");
        const version = new URL("../../package.json", import.meta.url);`,
    };
    expect(violationsOf(imports)).toEqual([]);
  });

  const STAGES = ["feed/feed.ts", "ring/ring.ts", "bars/bars.ts", "frames/frames.ts", "mixins/mixin.ts"];
  const forward = STAGES.flatMap((from, i) => STAGES.slice(i + 1).map((to): [string, string] => [from, to]));

  it.each(forward)("refuses an import of a later stage: %s of %s", (from, to) => {
    const [fromStage, toStage] = [from, to].map((file) => file.split("/")[0]);
    expect(violationsOf({ [`realtime/${from}`]: `\nimport type { x } from "../${to}";` })).toEqual([
      `realtime/${from}:2: imports ../${to}: realtime/${fromStage}/ may not import realtime/${toStage}/`,
    ]);
  });

  const LEAVES = [
    "errors.ts",
    "clock.ts",
    "locks/async-rw-lock.ts",
    "profiling/lock-profiler.ts",
    "realtime/market/tick.ts",
  ];
  const leafToStage = LEAVES.flatMap((leaf) => STAGES.map((stage): [string, string] => [leaf, stage]));

  it.each(leafToStage)("refuses a leaf that imports a stage: %s of %s", (leaf, stage) => {
    const up = "../".repeat(leaf.split("/").length - 1) || "./";
    expect(violationsOf({ [leaf]: `import { x } from "${up}realtime/${stage}";` })).toHaveLength(1);
  });

  it.each([
    ["locks/async-rw-lock.ts", "../realtime/market/tick.ts"],
    ["locks/async-rw-lock.ts", "../profiling/lock-profiler.ts"],
    ["profiling/lock-profiler.ts", "../realtime/market/tick.ts"],
    ["profiling/lock-profiler.ts", "../locks/async-rw-lock.ts"],
    ["errors.ts", "./clock.ts"],
    ["realtime/market/tick.ts", "../../locks/async-rw-lock.ts"],
    ["realtime/mixins/mixin.ts", "../pipeline.ts"],
    ["realtime/mixins/mixin.ts", "../realtime-data-manager.ts"],
    ["realtime/mixins/mixin.ts", "../manager-options.ts"],
    ["realtime/manager-options.ts", "./mixins/mixin.ts"],
    ["realtime/manager-options.ts", "./pipeline.ts"],
    ["realtime/pipeline.ts", "./realtime-data-manager.ts"],
    ["realtime/feed/feed.ts", "../../cli/main.ts"],
    ["realtime/realtime-data-manager.ts", "../cli/main.ts"],
    ["realtime/realtime-data-manager.ts", "../index.ts"],
    ["cli/main.ts", "../realtime/realtime-data-manager.ts"],
    ["cli/main.ts", "../locks/async-rw-lock.ts"],
    ["realtime/feed/feed.ts", "../../../tests/scene.ts"],
    ["realtime/feed/feed.ts", "./feed.js"],
    ["realtime/feed/feed.ts", "tickframe"],
    ["realtime/feed/feed.ts", "tickframe/locks"],
    ["realtime/bars/bars.ts", "nodejs-polars"],
    ["realtime/ring/ring.ts", "nodejs-polars/bin/dataframe.js"],
  ])("refuses that %s imports %s", (file, specifier) => {
    const violations = violationsOf({ [file]: `import { x } from "${specifier}";` });
    expect(violations).toEqual([expect.stringContaining(`${file}:1: imports ${specifier}: `)]);
  });

  it("refuses that index.ts re-exports the command line", () => {
    expect(violationsOf({ "index.ts": `export { main } from "./cli/main.ts";` })).toEqual([
      "index.ts:1: imports ./cli/main.ts: index.ts may not import cli/",
    ]);
  });

  it.each([
    ["a type import", `import type { x } from "../bars/bars.ts";`],
    ["an import for its side effects", `import "../bars/bars.ts";`],
    ["a re-export", `export { x } from "../bars/bars.ts";`],
    ["a type re-export", `export type { x } from "../bars/bars.ts";`],
    ["a type within an expression", `const y: import("../bars/bars.ts").X = 1;`],
    ["typeof of a module", `type Y = typeof import("../bars/bars.ts");`],
    ["a dynamic import", `function f() { return import("../bars/bars.ts"); }`],
    ["the path of a worker", `new Worker(new URL("../bars/bars.js", import.meta.url));`],
  ])("sees %s", (_, source) => {
    const violations = violationsOf({ "realtime/feed/feed.ts": source });
    expect(violations).toEqual([expect.stringContaining("realtime/feed/ may not import realtime/bars/")]);
  });

  it("takes no comment and no text for an import", () => {
    const source = `// import "../bars/bars.ts";\nconst text = 'import "../bars/bars.ts"';`;
    expect(violationsOf({ "realtime/feed/feed.ts": source })).toEqual([]);
  });

  it.each([
    [`export * from "./feed.ts";`, `"export *" hides what is public; export by name`],
    [`export * as all from "./feed.ts";`, `"export *" hides what is public; export by name`],
    [`export default class {}`, "default export; export by name"],
    [`const a = 1; export { a as default };`, "default export; export by name"],
    [`export { feed as default } from "./feed.ts";`, "default export; export by name"],
    [`const load = (path: string) => import(path);`, "import() of a computed path; write the path out"],
  ])("refuses %s", (source, reason) => {
    expect(violationsOf({ "realtime/feed/other.ts": `\n\n${source}` })).toEqual([
      `realtime/feed/other.ts:3: ${reason}`,
    ]);
  });

  it("refuses an index.ts that does more than re-export by name", () => {
    const source = `export { feed } from "./feed.ts";\nexport const more = 1;`;
    expect(violationsOf({ "realtime/feed/index.ts": source })).toEqual([
      "realtime/feed/index.ts:2: an index only re-exports by name",
    ]);
  });

  it.each(["utils.ts", "helpers.ts", "common.ts", "types.ts", "utils/time.ts"])(
    "refuses the name %s",
    (name) => {
      expect(violationsOf({ [`realtime/feed/${name}`]: "export const x = 1;" })).toEqual([
        expect.stringContaining("does not name what is inside"),
      ]);
    },
  );

  it("refuses a file that has no layer", () => {
    expect(violationsOf({ "realtime/stray.ts": "export const x = 1;" })).toEqual([
      "realtime/stray.ts:1: has no layer; give it a place in tests/architecture/layers.ts",
    ]);
  });

  it("names the file that does not parse", () => {
    expect(() => violationsOf({ "realtime/feed/feed.ts": "export const = 1;" })).toThrow(
      /^realtime\/feed\/feed\.ts: /,
    );
  });
});
