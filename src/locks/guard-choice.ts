/** How readers of a guarded state are served: behind the lock, or by a view that commits do not change. */
export type FrameGuardKind = "rwlock" | "snapshot";

/** Settings of a guard that chooses for itself. */
export interface AdaptiveGuardOptions {
  /** Share of reads among all accesses, from 0 to 1, from which on readers get snapshots. @defaultValue 0.9 */
  readonly snapshotFrom?: number;
  /** Share below which readers take the lock again; at most `snapshotFrom`. @defaultValue 0.75 */
  readonly rwlockBelow?: number;
  /** Accesses after which the share is looked at; a whole number above 0. @defaultValue 1_024 */
  readonly windowAccesses?: number;
  /** What it begins with. @defaultValue "snapshot" */
  readonly first?: FrameGuardKind;
}

/** One change of how readers are served. */
export interface GuardSwitch {
  readonly from: FrameGuardKind;
  readonly to: FrameGuardKind;
  /** Reads among the accesses that were looked at, from 0 to 1. */
  readonly readShare: number;
}

/** Decides how the next readers are served. */
export interface GuardChoice {
  readonly serves: FrameGuardKind;
  noteRead(): void;
  /** A commit begins: the only moment at which it may change its mind. Returns what changed. */
  noteCommit(): GuardSwitch | undefined;
}

export class FixedChoice implements GuardChoice {
  readonly serves: FrameGuardKind;

  constructor(serves: FrameGuardKind) {
    this.serves = serves;
  }

  noteRead(): void {}

  noteCommit(): undefined {}
}

/**
 * Chooses by the share of reads among the newest accesses, a window at a time. Between its two limits it stays as it is, so
 * that a mix near one of them does not make it go to and fro.
 */
export class AdaptiveChoice implements GuardChoice {
  readonly #snapshotFrom: number;
  readonly #rwlockBelow: number;
  readonly #windowAccesses: number;
  #serves: FrameGuardKind;
  #reads = 0;
  #commits = 0;

  constructor(options: AdaptiveGuardOptions = {}) {
    const { snapshotFrom = 0.9, rwlockBelow = 0.75, windowAccesses = 1_024, first = "snapshot" } = options;
    if (!(snapshotFrom >= 0 && snapshotFrom <= 1)) {
      throw new RangeError(`snapshotFrom must be from 0 to 1, was ${snapshotFrom}`);
    }
    if (!(rwlockBelow >= 0 && rwlockBelow <= snapshotFrom)) {
      throw new RangeError(
        `rwlockBelow must be from 0 to snapshotFrom (${snapshotFrom}), was ${rwlockBelow}`,
      );
    }
    if (!(Number.isSafeInteger(windowAccesses) && windowAccesses > 0)) {
      throw new RangeError(`windowAccesses must be a whole number above 0, was ${windowAccesses}`);
    }
    this.#snapshotFrom = snapshotFrom;
    this.#rwlockBelow = rwlockBelow;
    this.#windowAccesses = windowAccesses;
    this.#serves = checkedKind(first);
  }

  get serves(): FrameGuardKind {
    return this.#serves;
  }

  noteRead(): void {
    this.#reads++;
  }

  noteCommit(): GuardSwitch | undefined {
    this.#commits++;
    const accesses = this.#reads + this.#commits;
    if (accesses < this.#windowAccesses) return undefined;
    const readShare = this.#reads / accesses;
    this.#reads = 0;
    this.#commits = 0;
    const from = this.#serves;
    const to = this.#bestFor(readShare);
    if (from === to) return undefined;
    this.#serves = to;
    return { from, to, readShare };
  }

  #bestFor(readShare: number): FrameGuardKind {
    if (readShare >= this.#snapshotFrom) return "snapshot";
    return readShare < this.#rwlockBelow ? "rwlock" : this.#serves;
  }
}

/** @throws RangeError for a kind there is not. */
export function checkedKind(kind: FrameGuardKind): FrameGuardKind {
  if (kind === "rwlock" || kind === "snapshot") return kind;
  throw new RangeError(`a guard must be "rwlock", "snapshot" or "adaptive", was "${String(kind)}"`);
}
