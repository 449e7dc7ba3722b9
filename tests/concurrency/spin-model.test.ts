import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { states } from "./legal-states.ts";

const MODEL = join(import.meta.dirname, "models/rw-lock.pml");
const missing = [
  ["spin", "-V"],
  ["gcc", "--version"],
].filter(([command, flag]) => spawnSync(command, [flag]).error !== undefined);
if (missing.length > 0) {
  console.warn(
    `The SPIN model of the lock is not checked: ${missing.map(([name]) => name).join(" and ")} not installed.`,
  );
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-model-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lets SPIN visit every state of the model, and returns what it prints. */
function verify(tasks: number): string {
  const run = (command: string, args: readonly string[]) =>
    execFileSync(command, args, { cwd: folder, encoding: "utf8" });
  run("spin", ["-a", `-DTASKS=${tasks}`, MODEL]);
  run("gcc", ["-O1", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"]);
  // -E: that nothing is left to do, with a closed lock and nobody inside, is an end as it should be.
  return run(join(folder, "pan"), ["-E", "-m1000000", "-w20"]);
}

describe.skipIf(missing.length > 0)("the SPIN model of the rules", () => {
  // The core reaches the same numbers, in core-states.test.ts.
  it.each([1, 2, 3, 4, 5, 6])(
    "breaks no rule, and has as many states of %i tasks as the core",
    (tasks) => {
      const report = verify(tasks);
      expect(report).toContain("errors: 0");
      expect(report).not.toContain("max search depth too small");
      expect(Number(/(\d+) states, stored/.exec(report)?.[1])).toBe(states(tasks));
    },
    60_000,
  );
});
