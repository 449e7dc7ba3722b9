// Checks the package as its users get it: packs what npm would publish, lets publint and attw judge the tarball,
// then loads every entry point and the command from the unpacked files.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { entryPoints, manifest, ROOT } from "./manifest.ts";

// Below node_modules, so that the unpacked package finds its dependencies by walking up.
const cache = join(ROOT, "node_modules", ".cache");
mkdirSync(cache, { recursive: true });
const scratch = mkdtempSync(join(cache, "package-"));
try {
  const tarball = pack();
  const isSound = [
    run("publint", ["run", "--strict", tarball]),
    run("attw", ["--profile", "esm-only", tarball]),
    ...loadUnpacked(tarball),
  ].every((status) => status === 0);
  if (!isSound) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true });
}

/** Packs dist/ as it is: the build is a check of its own. */
function pack(): string {
  const { status, stdout, stderr } = spawnSync(
    "npm",
    ["pack", "--silent", "--ignore-scripts", "--pack-destination", scratch],
    { cwd: ROOT, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`npm pack ended with ${status}: ${stderr}`);
  return join(scratch, stdout.trim());
}

function loadUnpacked(tarball: string): (number | null)[] {
  const home = join(scratch, "node_modules", manifest.name);
  mkdirSync(home, { recursive: true });
  return [
    run("tar", ["-xzf", tarball, "-C", home, "--strip-components", "1"]),
    ...entryPoints.map(({ specifier }) =>
      run("node", ["--input-type=module", "--eval", `await import(${JSON.stringify(specifier)})`]),
    ),
    ...Object.values(manifest.bin).map((file) => run("node", [join(home, file), "--version"])),
  ];
}

/** Runs a command in the scratch folder; its exit code, with what it printed left on the terminal. */
function run(command: string, args: readonly string[]): number | null {
  const { status, error } = spawnSync(command, args, {
    cwd: scratch,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (error) throw error;
  if (status !== 0) console.error(`${command} ${args.join(" ")} ended with ${status}`);
  return status;
}
