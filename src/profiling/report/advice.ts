import { durationText } from "./duration-text.ts";
import { UNKNOWN_SITE } from "../held-shares.ts";
import type { ContentionBound, ContentionRow, Cure } from "./contention-row.ts";
import type { LockWaits } from "./lock-waits.ts";
import { percentText } from "./percent-text.ts";

type Cost = Pick<ContentionRow, "location" | "causedMs" | "causedShare">;

/** What to do about a place, and why, in one sentence. */
export function adviceFor(waits: LockWaits, cost: Cost, bound: ContentionBound | undefined): string {
  const { location, causedMs, causedShare } = cost;
  if (bound === undefined) return adviceWithoutCure(waits, location);
  const weight = `others waited ${durationText(causedMs)} behind it, ${percentText(causedShare)} of all waits for this lock`;
  const what = CURES[bound.cure](waits.lock.name);
  if (location !== UNKNOWN_SITE) return `${what}: ${weight}, and ${reason(bound)}.`;
  return `Name the places first, by a \`site\` or at level "sampled", for then it shows whose hold to change: ${weight}.`;
}

const CURES: Readonly<Record<Cure, (lock: string) => string>> = {
  snapshot: () => `Let readers see a snapshot (FrameGuard, VersionedCell)`,
  finer: () => `Give what each place changes a lock of its own (LockManager)`,
  shorter: () => `Hold the lock here for less time, with slow work done before it is taken`,
};

function reason({ cure, direct }: ContentionBound): string {
  switch (cure) {
    case "snapshot":
      return `${percentText(direct)} of the lock's waits were between a reader and others, which a snapshot lets pass`;
    case "finer":
      return `${percentText(direct)} of the lock's waits were between writers of different places`;
    case "shorter":
      return `half the hold alone removes ${percentText(direct)} of the lock's waits`;
  }
}

function adviceWithoutCure(waits: LockWaits, location: string): string {
  const behind = waits.pairs.filter(({ waiter }) => waiter === location);
  const [worst] = [...behind].sort((a, b) => b.waitMs - a.waitMs);
  if (worst === undefined)
    return "Report again when the waits have ended, for only then it is known behind whom they were.";
  const part = percentText(worst.waitMs / waits.waitedMs(location));
  return `Nothing is to be changed here, for nobody waited behind it: ${part} of its own waits were behind ${worst.holder}.`;
}
