import type { GrantCounts } from "../locks/grant-counts.ts";
import type { LockTally } from "./lock-tally.ts";

/** Where the locks of one name count: a tally of their own, until the name is folded. */
export class TallySlot {
  current: LockTally;
  /** Those of {@link current}, for the locks. */
  grants: GrantCounts;

  constructor(tally: LockTally) {
    this.current = tally;
    this.grants = tally.grants;
  }

  fold(into: LockTally): void {
    this.current = into;
    this.grants = into.grants;
  }
}
