import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { CliRun, linesOf, NODE_MAIN, type CliResult } from "./run-cli.ts";

const ROOT = join(import.meta.dirname, "../..");
const PARSER = join(ROOT, "node_modules/typed-parser/node_modules/@typescript-eslint/parser");
const path = temporaryFolder();

const LEAK = `import { AsyncRWLock } from "tickframe/locks";
const lock = new AsyncRWLock();
export async function read() {
  await lock.acquireRead();
}
`;
const CLEAN = `import { AsyncRWLock } from "tickframe/locks";
const lock = new AsyncRWLock();
export const read = () => lock.withRead(() => 1);
`;

/** Makes a project of these files, and gives its folder. */
async function project(files: Readonly<Record<string, string>>, { parser = true } = {}): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    const file = await path(name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  const folder = await path("");
  if (parser) {
    await mkdir(join(folder, "node_modules/@typescript-eslint"), { recursive: true });
    await symlink(PARSER, join(folder, "node_modules/@typescript-eslint/parser"));
  }
  return folder;
}

/** Runs `tickframe locks lint` in a folder. */
function lint(folder: string, ...args: readonly string[]): Promise<CliResult> {
  const [node, main] = NODE_MAIN;
  // The shell changes the folder, because the program has no option for it.
  return new CliRun(
    [folder, node, main, "locks", "lint", ...args],
    ["sh", "-c", 'cd "$0" && exec "$@"'],
  ).finished();
}

describe("tickframe locks lint", () => {
  it("prints a line for each finding, and ends with 1", async () => {
    const folder = await project({ "src/leak.js": LEAK, "src/clean.js": CLEAN, "src/notes.md": "# Notes" });
    expect(await lint(folder, "src")).toEqual({
      code: 1,
      stdout:
        "src/leak.js:4:9: error: Nobody keeps the guard of `lock`, so it can never be released. [tickframe/release-on-every-path]\n",
      stderr: "1 finding in 2 files\n",
    });
  });

  it("ends with 0 when there is none", async () => {
    const folder = await project({ "clean.js": CLEAN });
    expect(await lint(folder, "clean.js")).toEqual({ code: 0, stdout: "", stderr: "0 findings in 1 file\n" });
  });

  it("prints an object a line as JSON", async () => {
    const folder = await project({ "leak.js": LEAK });
    const { stdout } = await lint(folder, ".", "--format", "json");
    expect(linesOf(stdout).map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        file: "leak.js",
        line: 4,
        column: 9,
        endLine: 4,
        endColumn: 27,
        rule: "tickframe/release-on-every-path",
        severity: "error",
        message: "Nobody keeps the guard of `lock`, so it can never be released.",
      },
    ]);
  });

  it("writes SARIF to a file, with the rules and a place for each result", async () => {
    const folder = await project({ "a dir/leak.js": LEAK });
    const out = join(folder, "locks.sarif");
    const { code, stdout } = await lint(folder, "a dir", "--format", "sarif", "--out", out);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    const log = JSON.parse(await readFile(out, "utf8")) as SarifLog;
    expect(log.version).toBe("2.1.0");
    const [run] = log.runs;
    expect(run.tool.driver.rules.map(({ id }) => id)).toEqual([
      "tickframe/consistent-lock-order",
      "tickframe/no-io-under-write-lock",
      "tickframe/no-lock-in-loop",
      "tickframe/no-nested-acquire",
      "tickframe/no-read-inside-write",
      "tickframe/release-on-every-path",
      "tickframe/require-timeout",
      "syntax",
    ]);
    expect(run.results).toEqual([
      {
        ruleId: "tickframe/release-on-every-path",
        ruleIndex: 5,
        level: "error",
        message: { text: "Nobody keeps the guard of `lock`, so it can never be released." },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "a%20dir/leak.js", uriBaseId: "%SRCROOT%" },
              region: { startLine: 4, startColumn: 9, endLine: 4, endColumn: 27 },
            },
          },
        ],
      },
    ]);
  });

  it("knows locks by type where a tsconfig.json covers the file, and by bindings where none does", async () => {
    const nested = `import type { AsyncRWLock } from "tickframe/locks";
export const f = (locks: { readonly of: Record<string, AsyncRWLock> }) => locks.of["x"].acquireRead();
export async function g(locks: Map<string, AsyncRWLock>) { await locks.get("x")?.acquireRead(); }
`;
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      paths: { "tickframe/locks": [join(ROOT, "src/locks/index.ts")] },
    };
    const folder = await project({
      "package.json": `{ "type": "module" }`,
      "tsconfig.json": JSON.stringify({ compilerOptions, include: ["src"] }),
      "src/nested.ts": nested,
      "outside/nested.ts": nested,
      "outside/leak.ts": LEAK,
    });
    const { stdout } = await lint(folder, "src", "outside");
    expect(linesOf(stdout).map((line) => line.split(" ")[0])).toEqual([
      "outside/leak.ts:4:9:",
      "src/nested.ts:3:66:",
    ]);
  });

  it("compares the order of locks over all files", async () => {
    const locks = `import { AsyncRWLock } from "tickframe";
export const books: AsyncRWLock = new AsyncRWLock();
export const accounts: AsyncRWLock = new AsyncRWLock();
`;
    const take = (outer: string, inner: string) => `import { AsyncRWLock } from "tickframe";
import { accounts, books } from "./locks.js";
const outer = /** as it is */ ${outer} as AsyncRWLock;
const inner = ${inner} as AsyncRWLock;
await outer.withWrite(() => inner.withWrite(() => 1));
`;
    const folder = await project({
      "src/locks.ts": locks,
      "src/buy.ts": take("books", "accounts"),
      "src/pay.ts": take("accounts", "books"),
    });
    const { stdout } = await lint(folder, "src", "--format", "json");
    const circles = linesOf(stdout)
      .map((line) => JSON.parse(line) as { file: string; rule: string; message: string })
      .filter(({ rule }) => rule === "tickframe/consistent-lock-order");
    expect(circles).toHaveLength(1);
    expect(circles[0].file).toBe("src/pay.ts");
    expect(circles[0].message).toContain("at src/buy.ts:5 it is the other way round");
  });

  it("tells a file that cannot be parsed as a finding, and goes on", async () => {
    const folder = await project({ "src/a.js": "const = 1;\n", "src/b.js": LEAK });
    const { code, stdout } = await lint(folder, "src");
    expect(code).toBe(1);
    expect(linesOf(stdout).map((line) => line.replace(/:.*\[/, " ["))).toEqual([
      "src/a.js [syntax]",
      "src/b.js [tickframe/release-on-every-path]",
    ]);
  });

  it.each([
    [["nowhere"], "error: there is no file or folder nowhere"],
    [["notes.md"], "error: notes.md is no JavaScript or TypeScript"],
    [["docs"], "error: no JavaScript or TypeScript in docs"],
    [
      ["a.ts"],
      "error: linting TypeScript needs @typescript-eslint/parser: npm install --save-dev @typescript-eslint/parser",
    ],
    [["a.js", "--format", "xml"], "error: option '--format <format>' argument 'xml' is invalid."],
    [["a.js", "--out", "no/such/folder.txt"], "error: no/such/folder.txt cannot be written: ENOENT"],
    [[], "error: missing required argument 'path'"],
  ])("tells what is wrong with %j in one line", async (args, text) => {
    const folder = await project(
      { "notes.md": "", "docs/a.md": "", "a.ts": CLEAN, "a.js": CLEAN },
      { parser: false },
    );
    const { code, stdout, stderr } = await lint(folder, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(text);
  });
});

interface SarifLog {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly unknown[];
  }[];
}
