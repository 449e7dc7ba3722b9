import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execPath, versions } from "node:process";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/manifest.ts";
import { SimulatedVenue } from "../../src/realtime/feed/venues/index.ts";
import { codeBlocks, documents, documentText, userProject, writeJson } from "./documented-code.ts";

/** What a fragment, which imports nothing, may take for granted. */
const GIVEN = `import type { RealtimeDataManager } from "tickframe";
declare const manager: RealtimeDataManager;
`;

/** A program that has not ended by then is killed. */
const LONGEST_RUN_MS = 20_000;

describe("the documents", () => {
  it("hold TypeScript that compiles against the package", () => {
    using project = userProject();
    const files: string[] = [];
    for (const path of documents()) {
      codeBlocks(path).forEach((code, i) => {
        const file = `${path.replaceAll(/[/.]/g, "-")}-${i + 1}.ts`;
        const isProgram = /^import /m.test(code);
        writeFileSync(join(project.folder, file), isProgram ? code : `${GIVEN}${code}\nexport {};\n`);
        files.push(file);
      });
    }
    expect(files.length).toBeGreaterThan(5);
    writeJson(join(project.folder, "tsconfig.json"), {
      extends: join(ROOT, "tsconfig.json"),
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
      files,
      include: [],
    });
    const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
    const { stdout, stderr } = spawnSync(execPath, [tsc, "--project", project.folder, "--pretty", "false"], {
      cwd: project.folder,
      encoding: "utf8",
    });
    // Errors of the sources have a check of their own, and an address above the project's folder.
    const errors = (stdout + stderr).split("\n").filter((line) => line !== "" && !/^(\.\.\/|\s)/.test(line));
    expect(errors).toEqual([]);
  });

  it("link to files and headings that are there", () => {
    const dead = documents().flatMap((path) =>
      linksOf(path)
        .filter((target) => !resolves(path, target))
        .map((target) => `${path}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  it("name tests and benchmarks that are there", () => {
    const dead = documents().flatMap((path) =>
      [...documentText(path).matchAll(/`((?:tests|bench|src|examples|docs)\/[\w./-]*\.\w+)`/g)]
        .map(([, named]) => named)
        .filter((named) => !existsSync(join(ROOT, named)))
        .map((named) => `${path}: ${named}`),
    );
    expect(dead).toEqual([]);
  });
});

describe("the README", () => {
  it("shows the two commands", () => {
    expect(documentText("README.md")).toContain("npm ci && npm start");
    expect(documentText("README.md")).toContain("npm cit");
  });
});

// They are written with `await using`, which runs by itself from Node 24 on.
describe.skipIf(Number(versions.node.split(".")[0]) < 24)("a program in the documents", () => {
  it("is a bot that runs as it stands", async () => {
    await using venue = await SimulatedVenue.start({ symbols: ["BTCUSDT"], tradesPerSecond: 100 });
    const [bot] = codeBlocks("README.md");
    const local = bot.replace("binance()", `binance({ endpoints: ${JSON.stringify(venue.endpoints)} })`);
    expect(local).not.toBe(bot);
    const output = await runUntil(/^BTCUSDT 1s .*\n/m, local);
    expect(output).toMatch(/^BTCUSDT 1s closed at \d{5}[\d.]*, mean of 20: \d{5}\.\d\d$/m);
  });

  it("is a test of a fault that shows it", async () => {
    const test = codeBlocks("docs/feed.md").find((code) => code.includes("venue.inject("));
    expect(await runUntil(/\n/, test ?? "")).toBe("3\n");
  });
});

/** Runs a program as a user would, until its output has `pattern` or it ends; returns all it printed. */
async function runUntil(pattern: RegExp, program: string): Promise<string> {
  using project = userProject();
  writeFileSync(join(project.folder, "program.ts"), program);
  const child = spawn(execPath, ["program.ts"], {
    cwd: project.folder,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_RUN_MS,
  });
  let output = "";
  const take = (text: string): void => {
    output += text;
    if (pattern.test(output)) child.kill();
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  await once(child, "close");
  return output;
}

/** Targets of a document's links into the project, as they are written. Code is left out. */
function linksOf(path: string): string[] {
  const prose = documentText(path)
    .replaceAll(/^```.*?^```$/gms, "")
    .replaceAll(/`[^`\n]*`/g, "code");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z]+:/.test(target));
}

function resolves(path: string, target: string): boolean {
  const [file, heading] = target.split("#");
  const linked = file === "" ? path : join(dirname(path), file);
  if (!existsSync(join(ROOT, linked))) return false;
  return heading === undefined || headingsOf(linked).includes(heading);
}

/** As GitHub names them in a link. */
function headingsOf(path: string): string[] {
  return [...documentText(path).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
