import { AsyncRWLock } from "../locks/async-rw-lock.ts";
import { FrameGuard } from "../locks/frame-guard.ts";
import type { GuardedPair, PairView } from "./guarded-pair.ts";

/** One way to guard the state of a bench. */
export interface Candidate {
  readonly name: string;
  /** What it is, for whoever reads the report. */
  readonly about: string;
  /** A lock of its own for `pair`. */
  readonly open: (pair: GuardedPair) => BenchLock;
}

/** A lock as a load uses it. */
export interface BenchLock {
  /** Runs `body` with the pair as it is, or as it was when the read began; settles as it does. */
  readonly read: (body: (pair: PairView) => Promise<void>) => Promise<void>;
  /** Runs `body`, which may change the pair; settles as it does. */
  readonly write: (body: () => Promise<void>) => Promise<void>;
  /** Rejects whoever waits, and whoever comes later, with `reason`. */
  readonly close: (reason: unknown) => void;
}

/**
 * From the simplest to the one that asks most of the state it guards. All three stand on the same lock, so that what is compared
 * is how a lock is used, and not how well one was written.
 */
export const CANDIDATES: readonly Candidate[] = [
  {
    name: "mutex",
    about: "one at a time: an AsyncRWLock that reads take for write, too",
    open: (pair) => {
      const lock = new AsyncRWLock({ name: "mutex" });
      return {
        read: (body) => lock.withWrite(() => body(pair)),
        write: (body) => lock.withWrite(body),
        close: (reason) => lock.close(reason),
      };
    },
  },
  {
    name: "rwlock",
    about: "readers share, a writer is alone: an AsyncRWLock",
    open: (pair) => {
      const lock = new AsyncRWLock({ name: "rwlock" });
      return {
        read: (body) => lock.withRead(() => body(pair)),
        write: (body) => lock.withWrite(body),
        close: (reason) => lock.close(reason),
      };
    },
  },
  {
    name: "snapshot",
    about:
      'readers keep the commit they began with, only writers exclude each other: a FrameGuard of guard "snapshot"',
    open: (pair) => {
      const guard = new FrameGuard(pair, new AsyncRWLock({ name: "snapshot" }), { guard: "snapshot" });
      return {
        read: (body) => guard.withRead(body),
        write: async (body) => {
          const commit = await guard.acquireCommit();
          try {
            await body();
          } finally {
            commit.release();
          }
        },
        close: (reason) => guard.lock.close(reason),
      };
    },
  },
];
