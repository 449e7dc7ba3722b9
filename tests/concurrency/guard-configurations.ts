import type { FrameGuardOptions } from "../../src/locks/frame-guard.ts";
import type { GuardTask } from "./guard-scene.ts";

export interface GuardConfiguration {
  readonly name: string;
  readonly options: FrameGuardOptions;
}

/** One that changes its mind as often as it can. */
const restless = { snapshotFrom: 0.5, rwlockBelow: 0.5, windowAccesses: 1 };

export const GUARDS: readonly GuardConfiguration[] = [
  { name: "rwlock", options: { guard: "rwlock" } },
  { name: "snapshot", options: { guard: "snapshot" } },
  { name: "adaptive, first snapshot", options: { guard: { ...restless, first: "snapshot" } } },
  { name: "adaptive, first rwlock", options: { guard: { ...restless, first: "rwlock" } } },
];

export const GUARD_SCENES: readonly (readonly GuardTask[])[] = [
  ["reader", "reader", "commit", "commit"],
  ["reader", "reader", "slow commit"],
  ["reader", "slow commit", "slow commit", "commit"],
  ["reader", "reader", "commit", "slow commit"],
  ["reader", "reader", "reader", "commit", "commit"],
  ["reader", "reader", "slow commit", "slow commit"],
];
