import { AsyncLocalStorage } from "node:async_hooks";
import { env } from "node:process";
import type { LockGuard } from "./lock-guard.ts";
import type { LockIdentity, LockMode } from "./lock-observer.ts";

export interface HeldLock {
  readonly lock: LockIdentity;
  readonly guard: LockGuard;
}

/** One hold of the task that runs, and those it took before. */
interface Ownership extends HeldLock {
  outer: Ownership | undefined;
}

/** Whether locks track owners that do not say: for test runs, which had better fail than hang. */
export const IS_TRACKING_DEFAULT = env.TICKFRAME_TRACK_OWNERS === "1";

/** One for all locks: a task is the same task to each of them. Costs nothing until a body runs in it. */
const ownerships = new AsyncLocalStorage<Ownership>();

/** Runs `body`, and all it starts, as the owner of `guard` for as long as that is held. */
export function runAsOwner<T>(lock: LockIdentity, guard: LockGuard, body: () => T): T {
  return ownerships.run({ lock, guard, outer: heldFrom(ownerships.getStore()) }, body);
}

/** What the running task holds `lock` for, apart from `except`; `undefined` when it does not. */
export function modeOwned(lock: LockIdentity, except?: LockGuard): LockMode | undefined {
  for (let own = ownerships.getStore(); own !== undefined; own = own.outer) {
    if (own.lock === lock && own.guard.isHeld && own.guard !== except) return own.guard.mode;
  }
  return undefined;
}

/** What the running task holds, the newest first; of locks that track owners, in the bodies of `with…` calls. */
export function locksHeld(): readonly HeldLock[] {
  const held: HeldLock[] = [];
  for (let own = ownerships.getStore(); own !== undefined; own = own.outer) {
    if (own.guard.isHeld) held.push(own);
  }
  return held;
}

/** Drops what was released, all along: tasks that start one another must not make a chain that grows for ever. */
function heldFrom(newest: Ownership | undefined): Ownership | undefined {
  let own = newest;
  while (own !== undefined && !own.guard.isHeld) own = own.outer;
  for (let held = own; held !== undefined; held = held.outer) {
    while (held.outer !== undefined && !held.outer.guard.isHeld) held.outer = held.outer.outer;
  }
  return own;
}
