import { describe, expect, it } from "vitest";
import { AsyncRWLock } from "../../src/locks/async-rw-lock.ts";
import { FrameGuard } from "../../src/locks/frame-guard.ts";
import { exploreOrders } from "./explore-orders.ts";
import { GUARD_SCENES, GUARDS } from "./guard-configurations.ts";
import { GuardScene } from "./guard-scene.ts";

const modules = { AsyncRWLock, FrameGuard };

describe.each(GUARDS)("FrameGuard ($name), in every order of what its users may do", ({ name, options }) => {
  let orders = 0;
  // A list of lists would be spread into arguments.
  const scenes = GUARD_SCENES.map((tasks) => ({ tasks }));

  it.each(scenes)(
    "shows each reader one whole commit: $tasks",
    async ({ tasks }) => {
      orders += await exploreOrders(name, () => new GuardScene(modules, options, tasks));
    },
    60_000,
  );

  it("was checked in more than 1,500 orders", () => {
    expect(orders).toBeGreaterThan(1_500);
  });
});
