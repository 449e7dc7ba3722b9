import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GUARD_MUTATIONS } from "./guard-mutations.ts";
import { type Mutation, MUTATIONS } from "./mutations.ts";

const SRC = join(import.meta.dirname, "../../src");
/** Far above what a search takes; a mutant that runs for ever counts as caught. */
const LIMIT_MS = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-mutants-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Copies the lock with one fault in it, and returns where to. */
async function plant({ file, from, to }: Mutation): Promise<string> {
  const copy = await mkdtemp(join(folder, "mutant-"));
  for (const leaf of ["errors.ts", "clock.ts", "locks"]) {
    await cp(join(SRC, leaf), join(copy, leaf), { recursive: true });
  }
  const path = join(copy, "locks", file);
  const parts = (await readFile(path, "utf8")).split(from);
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${from}`);
  await writeFile(path, parts.join(to));
  return join(copy, "locks");
}

/** What the search of a script says of a lock; `undefined` when it finds nothing. */
async function search(script: string, locks: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, script), locks],
      { timeout: LIMIT_MS },
      (error, _stdout, stderr) => resolve(error === null ? undefined : stderr || "killed"),
    );
  });
}

const SEARCHES = [
  { what: "the lock", script: "check-mutant.ts", mutations: MUTATIONS },
  { what: "the guard", script: "check-guard-mutant.ts", mutations: GUARD_MUTATIONS },
];

describe.each(SEARCHES)(
  "the search for faults of $what",
  ({ script, mutations }) => {
    it("finds none as it is", async () => {
      expect(await search(script, join(SRC, "locks"))).toBeUndefined();
    });

    it.concurrent.each(mutations)("$file: $fault", async (mutation) => {
      const found = await search(script, await plant(mutation));
      // By an invariant, not by code that does not load.
      expect(found).toMatch(/after |killed/);
      expect(found).not.toMatch(/SyntaxError|ERR_MODULE_NOT_FOUND/);
    });
  },
  2 * LIMIT_MS,
);
