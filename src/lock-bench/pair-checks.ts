import type { GuardedPair, PairView } from "./guarded-pair.ts";

/** What a lock let happen, counted by kind. All are 0 for a lock that is right. */
export interface Violations {
  /** Reads that saw half a commit, or more than one. */
  readonly tornReads: number;
  /** Reads that missed a commit which had ended before they were asked for. */
  readonly staleReads: number;
  /** Writes that were not alone among writes, or found the state changed under them. */
  readonly overlappingWrites: number;
  /** Writes that the state does not show in the end. */
  readonly lostWrites: number;
}

export function violationCount(violations: Violations): number {
  return Object.values(violations).reduce((sum: number, count: number) => sum + count, 0);
}

/** Does what the sections of a load do with the pair, and checks on the way that the lock keeps its promise. */
export class PairChecks {
  readonly #pair: GuardedPair;
  #writersInside = 0;
  #commits = 0;
  #tornReads = 0;
  #staleReads = 0;
  #overlappingWrites = 0;

  constructor(pair: GuardedPair) {
    this.#pair = pair;
  }

  /** Commits that have ended: a read that is asked for from now on must see all of them. */
  get commits(): number {
    return this.#commits;
  }

  /** Looks at `view` before and after `hold`. */
  async read(view: PairView, commitsBefore: number, hold: () => Promise<void>): Promise<void> {
    const { left, right } = view;
    await hold();
    if (left !== right || view.left !== left || view.right !== right) this.#tornReads++;
    else if (left < commitsBefore) this.#staleReads++;
  }

  /** Raises one number before `hold` and the other one after it. */
  async write(hold: () => Promise<void>): Promise<void> {
    const pair = this.#pair;
    const next = pair.left + 1;
    let isAlone = this.#writersInside++ === 0 && pair.right === pair.left;
    pair.left = next;
    await hold();
    if (pair.left !== next || pair.right !== next - 1) isAlone = false;
    pair.right = next;
    this.#writersInside--;
    this.#commits++;
    if (!isAlone) this.#overlappingWrites++;
  }

  /** Once all sections have ended. */
  violations(): Violations {
    return {
      tornReads: this.#tornReads,
      staleReads: this.#staleReads,
      overlappingWrites: this.#overlappingWrites,
      lostWrites: this.#commits - Math.min(this.#pair.left, this.#pair.right),
    };
  }
}
