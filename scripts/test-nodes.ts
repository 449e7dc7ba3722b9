// Runs the tests on the newest release of every supported major, and loads the built package on the oldest
// supported release of all. npm scripts always run on the Node of devDependencies; this reaches the others.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { entryPoints, ROOT } from "./manifest.ts";

const OLDEST = "22.12.0";
const MAJORS = ["22", "24", "26"];

const { positionals } = parseArgs({ allowPositionals: true });
const majors = positionals.length > 0 ? positionals : MAJORS;

const failed = majors.filter((major) => !runsOn(major, ["node_modules/vitest/vitest.mjs", "run"]));
const imports = entryPoints.map(({ specifier }) => `await import(${JSON.stringify(specifier)});`).join(" ");
if (!builds() || !runsOn(OLDEST, ["--input-type=module", "--eval", imports])) failed.push(OLDEST);

if (failed.length > 0) {
  console.error(`Failed on Node ${failed.join(", ")}.`);
  process.exitCode = 1;
}

/** Runs a fetched Node with `args`; false when it ends badly. */
function runsOn(version: string, args: readonly string[]): boolean {
  console.log(`\nNode ${version}: ${args.join(" ")}`);
  return run("npx", ["--yes", "--package", `node@${version}`, "node", ...args]);
}

function builds(): boolean {
  return run("npm", ["run", "--silent", "build"]);
}

function run(command: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  if (error) throw error;
  return status === 0;
}
