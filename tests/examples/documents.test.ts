import { spawn, spawnSync } from "node:child_process";
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
    const { status, stdout, stderr } = spawnSync(
      execPath,
      [tsc, "--project", project.folder, "--pretty", "false"],
      {
        cwd: project.folder,
        encoding: "utf8",
      },
    );
    expect(stdout + stderr).toBe("");
    expect(status).toBe(0);
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

  // `await using` runs by itself from Node 24 on.
  it.skipIf(Number(versions.node.split(".")[0]) < 24)("has a bot that runs as it stands", async () => {
    using project = userProject();
    await using venue = await SimulatedVenue.start({ symbols: ["BTCUSDT"], tradesPerSecond: 100 });
    const [bot] = codeBlocks("README.md");
    const local = bot.replace("binance()", `binance({ endpoints: ${JSON.stringify(venue.endpoints)} })`);
    expect(local).not.toBe(bot);
    writeFileSync(join(project.folder, "bot.ts"), local);
    const child = spawn(execPath, ["bot.ts"], { cwd: project.folder, stdio: ["ignore", "pipe", "pipe"] });
    const output = await new Promise<string>((resolve) => {
      let text = "";
      const take = (chunk: string): void => {
        text += chunk;
        if (/^BTCUSDT 1s /m.test(text)) resolve(text);
      };
      child.stdout.setEncoding("utf8").on("data", take);
      child.stderr.setEncoding("utf8").on("data", take);
      child.once("close", () => resolve(text));
    });
    child.kill();
    expect(output).toMatch(/^BTCUSDT 1s closed at \d{5}[\d.]*, mean of 20: \d{5}\.\d\d$/m);
  });
});

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
