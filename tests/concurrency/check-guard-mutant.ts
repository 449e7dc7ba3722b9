/** Explores the guard whose sources lie in the folder it is given: what a mutated copy must not survive. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { exploreOrders } from "./explore-orders.ts";
import { GUARD_SCENES, GUARDS } from "./guard-configurations.ts";
import { type GuardModules, GuardScene } from "./guard-scene.ts";

const folder = process.argv[2];
const load = (file: string): Promise<unknown> => import(pathToFileURL(join(folder, file)).href);
const modules = Object.assign(
  {},
  ...(await Promise.all(["async-rw-lock.ts", "frame-guard.ts"].map(load))),
) as GuardModules;

for (const { name, options } of GUARDS) {
  for (const tasks of GUARD_SCENES) await exploreOrders(name, () => new GuardScene(modules, options, tasks));
}
