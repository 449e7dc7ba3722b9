// The gate: runs every check, goes on after a failure, and names what failed at the end.
import { spawn } from "node:child_process";
import { ROOT } from "./manifest.ts";

/** npm scripts in the order they run, each with the one whose result it needs. */
const CHECKS: readonly { readonly script: string; readonly needs?: string }[] = [
  { script: "check:types" },
  { script: "check:lint" },
  { script: "check:format" },
  { script: "check:architecture" },
  { script: "build" },
  { script: "check:api", needs: "build" },
  { script: "check:package", needs: "build" },
];

const failed: string[] = [];
for (const { script, needs } of CHECKS) {
  if (needs !== undefined && failed.includes(needs)) {
    failed.push(script);
    console.log(`✗ ${script}: not run, for ${needs} failed`);
    continue;
  }
  const startedMs = performance.now();
  const { exitCode, output } = await runScript(script);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${exitCode === 0 ? "✓" : "✗"} ${script} (${seconds} s)`);
  if (exitCode !== 0) {
    failed.push(script);
    console.log(`\n${output.trim()}\n`);
  }
}

if (failed.length > 0) {
  console.log(`\nFailed: ${failed.join(", ")}. Run one alone with npm run <name>.`);
  process.exitCode = 1;
}

/** Runs one npm script and gives what it printed, in the order it was printed. */
function runScript(script: string): Promise<{ exitCode: number | null; output: string }> {
  const child = spawn("npm", ["run", "--silent", script], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const append = (text: string) => void (output += text);
  child.stdout.setEncoding("utf8").on("data", append);
  child.stderr.setEncoding("utf8").on("data", append);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, output }));
  });
}
