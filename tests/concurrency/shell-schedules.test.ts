import { describe, expect, it } from "vitest";
import { AsyncRWLock } from "../../src/locks/async-rw-lock.ts";
import { exploreShell } from "./explore-shell.ts";
import { CONFIGURATIONS } from "./shell-configurations.ts";

describe("AsyncRWLock, in every order of what callers, signals and time may do", () => {
  let schedules = 0;

  it.each(CONFIGURATIONS)(
    "does at each event what a lock of plain arrays does: $name",
    async (configuration) => {
      schedules += await exploreShell({ AsyncRWLock }, configuration);
    },
    60_000,
  );

  it("was checked in more than 200,000 orders of more than 30 configurations", () => {
    expect(CONFIGURATIONS.length).toBeGreaterThan(30);
    expect(schedules).toBeGreaterThan(200_000);
  });

  it("tells the shortest schedule that fails", async () => {
    class Leaky extends AsyncRWLock {
      override tryAcquireRead(): undefined {
        return undefined;
      }
    }
    const tasks = [
      { mode: "write", form: "guard" },
      { mode: "read", form: "try" },
    ] as const;
    await expect(exploreShell({ AsyncRWLock: Leaky }, { name: "leaky", tasks })).rejects.toThrow(
      "after start 1:",
    );
  });
});
