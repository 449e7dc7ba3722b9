/**
 * Explores the lock whose sources lie in the folder it is given, and ends with a failure as soon as one shows itself: what a
 * mutated copy must not survive.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AsyncRWLock } from "../../src/locks/async-rw-lock.ts";
import type { RWLockCore } from "../../src/locks/rw-lock-core.ts";
import type { resolveAdmission } from "../../src/locks/wait-line.ts";
import { exploreCore } from "./explore-core.ts";
import { exploreShell } from "./explore-shell.ts";
import { CONFIGURATIONS } from "./shell-configurations.ts";

const folder = process.argv[2];
const load = (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
interface Modules {
  readonly RWLockCore: typeof RWLockCore;
  readonly resolveAdmission: typeof resolveAdmission;
  readonly AsyncRWLock: typeof AsyncRWLock;
}

const files = ["rw-lock-core.ts", "wait-line.ts", "async-rw-lock.ts"];
const modules = Object.assign({}, ...(await Promise.all(files.map(load)))) as Modules;

for (const tasks of [1, 2, 3]) {
  exploreCore(modules, { tasks });
  exploreCore(modules, { tasks, isWatched: true });
}
for (const policy of ["readers-first", "writers-first"] as const) {
  for (const bound of [1, 2]) {
    exploreCore(modules, { tasks: 4, isSymmetric: true, policy, bound });
  }
}
for (const configuration of CONFIGURATIONS.filter(({ tasks }) => tasks.length < 4)) {
  await exploreShell(modules, configuration);
}
