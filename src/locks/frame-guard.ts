import type { AsyncRWLock } from "./async-rw-lock.ts";
import {
  AdaptiveChoice,
  type AdaptiveGuardOptions,
  checkedKind,
  FixedChoice,
  type FrameGuardKind,
  type GuardChoice,
  type GuardSwitch,
} from "./guard-choice.ts";
import type { LockGuard } from "./lock-guard.ts";
import { type LockWaitOptions, refusal } from "./lock-wait.ts";
import { runHeld } from "./run-held.ts";
import { SharedView } from "./shared-view.ts";

/** State that changes only in commits, and can show what it was before one. */
export interface Guarded<View> {
  /** The state as it is now. One view may serve many readers; it may look through to the state until it is frozen. */
  view(): View;
  /** A commit is about to begin while readers hold `view`: from here on it shows what it shows now. */
  freeze(view: View): void;
  /** The last reader of a frozen view has left. */
  release(view: View): void;
}

export interface FrameGuardOptions {
  /**
   * `rwlock`: readers hold the state still, and commits wait for them. `snapshot`: readers go on seeing the commit they began
   * with, and neither side waits. `adaptive`, with or without settings: one of the two, by the share of reads.
   * @defaultValue "snapshot"
   */
  readonly guard?: FrameGuardKind | "adaptive" | AdaptiveGuardOptions;
  /** Hears of each change that an adaptive guard makes, while the commit at which it does is about to begin. */
  readonly onSwitch?: (change: GuardSwitch) => void;
}

/** Counts since the guard was made. */
export interface FrameGuardStats {
  readonly serves: FrameGuardKind;
  readonly reads: number;
  /** Reads that took the lock; the others got a snapshot. */
  readonly lockedReads: number;
  readonly commits: number;
  /** Commits that found readers inside, and so had to freeze what those see. */
  readonly frozenViews: number;
  /** How often an adaptive guard changed its mind. */
  readonly switches: number;
}

/**
 * Guards state that one writer commits to and many tasks read across `await`s: a reader sees one commit from beginning to end.
 * Whether the commits meanwhile wait, or are hidden from it, is the guard's kind; readers cannot tell.
 *
 * Commits exclude each other and, where readers take the lock, wait for them in order of arrival. A reader that comes
 * while a commit is open waits for its end. It does not protect against code that changes the state outside a commit.
 */
export class FrameGuard<View> {
  readonly lock: AsyncRWLock;
  readonly #state: Guarded<View>;
  readonly #choice: GuardChoice;
  readonly #onSwitch: ((change: GuardSwitch) => void) | undefined;
  /** What the readers of this commit share; made for the first of them. */
  #current: SharedView<View> | undefined;
  #reads = 0;
  #lockedReads = 0;
  #commits = 0;
  #frozenViews = 0;
  #switches = 0;

  /** `lock` is the guard's own from now on. */
  constructor(state: Guarded<View>, lock: AsyncRWLock, options: FrameGuardOptions = {}) {
    const { guard = "snapshot", onSwitch } = options;
    this.lock = lock;
    this.#state = state;
    this.#onSwitch = onSwitch;
    if (guard === "adaptive") this.#choice = new AdaptiveChoice();
    else if (typeof guard === "object") this.#choice = new AdaptiveChoice(guard);
    else this.#choice = new FixedChoice(checkedKind(guard));
  }

  /** How the next reader is served. */
  get serves(): FrameGuardKind {
    return this.#choice.serves;
  }

  /** A plain copy. */
  stats(): FrameGuardStats {
    return {
      serves: this.serves,
      reads: this.#reads,
      lockedReads: this.#lockedReads,
      commits: this.#commits,
      frozenViews: this.#frozenViews,
      switches: this.#switches,
    };
  }

  /**
   * Runs `read` with a view of the newest commit, which stays as it is until `read` settles, and settles as it does.
   * A timeout or an abort ends a wait only, never a `read` that has begun; it rejects as `AsyncRWLock.withRead` does.
   */
  withRead<T>(read: (view: View) => T | PromiseLike<T>, options?: LockWaitOptions): Promise<T> {
    this.#choice.noteRead();
    if (this.#choice.serves === "rwlock") {
      return this.lock.withRead(() => {
        this.#lockedReads++;
        return read(this.#share().view);
      }, options);
    }
    const refused = refusal(options);
    if (refused !== undefined) return refused;
    if (!this.lock.isWriteLocked) return this.#read(read);
    // An open commit: its end is waited for, but nothing is held afterwards.
    return this.lock.acquireRead(options).then((guard) => {
      try {
        return this.#read(read);
      } finally {
        guard.release();
      }
    });
  }

  /**
   * Begins a commit now, and ends it by `release()`; `undefined` when readers, or another commit, are in the way.
   * The state may be changed from here until then.
   */
  tryCommit(): LockGuard | undefined {
    const guard = this.lock.tryAcquireWrite();
    return guard && this.#begin(guard);
  }

  /** Begins a commit once nobody is in the way; else as {@link tryCommit}. Rejects as `AsyncRWLock.acquireWrite` does. */
  acquireCommit(options?: LockWaitOptions): Promise<LockGuard> {
    return this.lock.acquireWrite(options).then((guard) => this.#begin(guard));
  }

  /** Gives `guard` back where readers cannot be kept from seeing the commit. */
  #begin(guard: LockGuard): LockGuard {
    try {
      if (this.#current?.freeze()) this.#frozenViews++;
    } catch (error) {
      guard.release();
      throw error;
    }
    this.#current = undefined;
    this.#commits++;
    const change = this.#choice.noteCommit();
    if (change !== undefined) {
      this.#switches++;
      this.#tell(change);
    }
    return guard;
  }

  /** A listener that throws must not leave the lock held: what it throws is thrown again as an uncaught error. */
  #tell(change: GuardSwitch): void {
    try {
      this.#onSwitch?.(change);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }

  #read<T>(read: (view: View) => T | PromiseLike<T>): Promise<T> {
    const shared = this.#share();
    shared.enter();
    return runHeld(shared, () => read(shared.view));
  }

  #share(): SharedView<View> {
    this.#reads++;
    return (this.#current ??= new SharedView(this.#state));
  }
}
