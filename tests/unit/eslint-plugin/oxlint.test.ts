import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { lockRules } from "../../../src/eslint-plugin/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const ROOT = join(import.meta.dirname, "../../..");
const path = temporaryFolder();

/** Runs oxlint with all rules of the plugin and none of its own; what it found, as `line: rule`. */
async function oxlint(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const config = await path(".oxlintrc.json");
  const { namespace } = lockRules.meta;
  await writeFile(
    config,
    JSON.stringify({
      categories: { correctness: "off" },
      jsPlugins: [join(ROOT, "src/eslint-plugin/index.ts")],
      rules: Object.fromEntries(
        Object.keys(lockRules.rules).map((rule) => [`${namespace}/${rule}`, "error"]),
      ),
    }),
  );
  const names = await Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const file = await path(name);
      await writeFile(file, text);
      return file;
    }),
  );
  const args = [
    join(ROOT, "node_modules/oxlint/bin/oxlint"),
    "-c",
    config,
    "--format",
    "json",
    "--threads",
    "1",
    ...names,
  ];
  // It ends with 1 when it finds something; then the result is in the error.
  const { stdout } = await promisify(execFile)(process.execPath, args).catch(
    (error: unknown) => error as { readonly stdout: string },
  );
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly {
      readonly code: string;
      readonly labels: readonly { readonly span: { readonly line: number } }[];
    }[];
  };
  return diagnostics.map(({ code, labels }) => `${labels[0].span.line}: ${code}`).sort();
}

it("finds in oxlint, where there are no types, what follows from the bindings of a file", async () => {
  const found = await oxlint({
    "book.ts": `import { readFile } from "node:fs/promises";
import { AsyncRWLock, type LockGuard } from "tickframe/locks";

export class Book {
  readonly #lock = new AsyncRWLock({ name: "book" });
  readonly #other: AsyncRWLock;
  constructor(other: AsyncRWLock) {
    this.#other = other;
  }
  async load(): Promise<void> {
    await this.#lock.withWrite(async () => {
      await readFile("book.json");
      await this.#lock.withRead(() => 1);
    });
  }
  async leak(): Promise<void> {
    const guard: LockGuard = await this.#lock.acquireRead();
    await this.load();
    guard.release();
  }
  async both(): Promise<void> {
    await this.#lock.withRead(() => this.#other.withRead(() => 1));
    await this.#other.withRead(() => this.#lock.withRead(() => 1));
  }
  /** @critical */
  async each(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#lock.withWrite(() => void id);
  }
}
`,
    "look-alike.ts": `import { readFile } from "node:fs/promises";
import { AsyncRWLock } from "somewhere-else";
const lock = new AsyncRWLock();
await lock.withWrite(async () => {
  await readFile("book.json");
  await lock.withRead(() => 1);
});
`,
  });
  expect(found).toEqual([
    "12: tickframe(no-io-under-write-lock)",
    "13: tickframe(no-read-inside-write)",
    "17: tickframe(release-on-every-path)",
    "18: tickframe(no-nested-acquire)",
    "22: tickframe(no-nested-acquire)",
    "23: tickframe(consistent-lock-order)",
    "23: tickframe(no-nested-acquire)",
    "27: tickframe(no-lock-in-loop)",
    "27: tickframe(require-timeout)",
  ]);
});
