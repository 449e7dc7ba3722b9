import { exploreOrders } from "./explore-orders.ts";
import { type Configuration, Scene, type ShellModules } from "./shell-scene.ts";

/** Runs a configuration of callers of a lock in every order of its events, and returns how many there are. */
export function exploreShell(modules: ShellModules, configuration: Configuration): Promise<number> {
  return exploreOrders(configuration.name, () => new Scene(modules, configuration));
}
