/**
 * Runs the benches of all groups, or of those named: `npm run bench -- bars locks`. Each script runs by itself, one after
 * the other, on the Node that runs this and on Node 24 where npm can provide it. What they compare with is installed first.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { argv, execPath, exit, stderr } from "node:process";

const BENCH = import.meta.dirname;
const ROOT = join(BENCH, "..");

interface Runner {
  readonly command: string;
  readonly args: readonly string[];
}

const groups = readdirSync(BENCH, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => ({ name, scripts: scriptsOf(name) }))
  .filter(({ scripts }) => scripts.length > 0);

const wanted = argv.slice(2);
const unknown = wanted.filter((name) => !groups.some((group) => group.name === name));
if (unknown.length > 0) {
  stderr.write(
    `no bench is named ${unknown.join(", ")}; there are ${groups.map(({ name }) => name).join(", ")}\n`,
  );
  exit(2);
}

installPeers();
const runners = [{ command: execPath, args: [] }, ...node24()];
const chosen = groups.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const failed: string[] = [];
for (const script of chosen.flatMap(({ scripts }) => scripts)) {
  for (const runner of runners) if (!succeeds(runner, script)) failed.push(relative(ROOT, script));
}
if (failed.length > 0) {
  stderr.write(`failed: ${failed.join(", ")}\n`);
  exit(1);
}

function scriptsOf(group: string): readonly string[] {
  return readdirSync(join(BENCH, group))
    .filter((name) => name.endsWith(".bench.ts"))
    .sort()
    .map((name) => join(BENCH, group, name));
}

/** Without its own modules a bench that needs them says so and ends; the others run. */
function installPeers(): void {
  if (existsSync(join(BENCH, "node_modules"))) return;
  stderr.write("installing what the benches compare with: npm ci --prefix bench\n");
  run("npm", ["ci", "--prefix", BENCH, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
}

function node24(): readonly Runner[] {
  const runner = { command: "npx", args: ["--yes", "--loglevel=error", "--package=node@24", "node"] };
  const { status } = spawnSync(runner.command, [...runner.args, "--version"], { stdio: "ignore" });
  if (status === 0) return [runner];
  stderr.write("Node 24 is not to be had here (npx -y -p node@24): its tables are left out\n");
  return [];
}

function succeeds({ command, args }: Runner, script: string): boolean {
  const isDone = run(command, [...args, script]);
  console.log();
  return isDone;
}

/** What the child writes shows as it comes. */
function run(command: string, args: readonly string[]): boolean {
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ["ignore", "inherit", "inherit"] });
  if (error) stderr.write(`${command}: ${error.message}\n`);
  return status === 0;
}
