import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
async function plant(index: number, { file, from, to }: Mutation): Promise<string> {
  const copy = join(folder, String(index));
  await mkdir(copy);
  for (const leaf of ["errors.ts", "clock.ts", "locks"]) {
    await cp(join(SRC, leaf), join(copy, leaf), { recursive: true });
  }
  const path = join(copy, "locks", file);
  const parts = (await readFile(path, "utf8")).split(from);
  if (parts.length !== 2) throw new Error(`${file} holds ${parts.length - 1} times: ${from}`);
  await writeFile(path, parts.join(to));
  return join(copy, "locks");
}

/** What the search says of a lock; `undefined` when it finds nothing. */
async function search(locks: string): Promise<string | undefined> {
  const script = join(import.meta.dirname, "check-mutant.ts");
  return new Promise((resolve) => {
    execFile(process.execPath, [script, locks], { timeout: LIMIT_MS }, (error, _stdout, stderr) =>
      resolve(error === null ? undefined : stderr || "killed"),
    );
  });
}

describe(
  "the search for faults of the lock",
  () => {
    it("finds none in the lock as it is", async () => {
      expect(await search(join(SRC, "locks"))).toBeUndefined();
    });

    it.concurrent.each(MUTATIONS.map((mutation, index) => ({ ...mutation, index })))(
      "$file: $fault",
      async ({ index, ...mutation }) => {
        const found = await search(await plant(index, mutation));
        // By an invariant, not by code that does not load.
        expect(found).toMatch(/after |killed/);
        expect(found).not.toMatch(/SyntaxError|ERR_MODULE_NOT_FOUND/);
      },
    );
  },
  2 * LIMIT_MS,
);
