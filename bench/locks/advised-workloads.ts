import { setTimeout as sleep } from "node:timers/promises";
import { AsyncRWLock, FrameGuard, LockManager, type LockObserver } from "../../src/locks/index.ts";
import type { Cure } from "../../src/profiling/index.ts";
import { SeededRandom } from "../../src/realtime/feed/simulated/seeded-random.ts";
import { Exclusion } from "./exclusion.ts";

/** Runs until the time is over; throws where two were inside that exclude each other, or a reader saw two commits. */
type Workload = (observer: LockObserver, untilMs: number) => Promise<void>;

export interface AdvisedWorkload {
  readonly name: string;
  /** What the table has to advise. */
  readonly advises: Cure;
  readonly asItIs: Workload;
  readonly asAdvised: Workload;
}

const HOLD_MS = 6;
const PAUSE_MS = 30;

/** Does `section` again and again, with pauses of random length in between. */
async function task(
  seed: number,
  untilMs: number,
  pauseMs: number,
  section: () => Promise<void>,
): Promise<void> {
  const random = new SeededRandom(seed);
  while (performance.now() < untilMs) {
    await sleep(1 + random.below(2 * pauseMs));
    await section();
  }
}

/** A number in two places, which are the same whenever no commit is open. */
class Pair {
  left = 0;
  right = 0;
}

/** Six reports hold what they read for long, and a feed commits beside them. */
function readersBeforeWriter(guardKind: "rwlock" | "snapshot"): Workload {
  return async (observer, untilMs) => {
    const pair = new Pair();
    const guard = new FrameGuard(
      {
        view: () => ({ now: (): number => pair.left - pair.right, frozen: undefined as number | undefined }),
        freeze: (view) => (view.frozen = view.now()),
        release: () => {},
      },
      new AsyncRWLock({ name: "frames", observer }),
      { guard: guardKind },
    );
    const read = (): Promise<void> =>
      guard.withRead(
        async (view) => {
          const before = view.frozen ?? view.now();
          await sleep(HOLD_MS);
          if (before !== 0 || (view.frozen ?? view.now()) !== 0)
            throw new Error("a reader saw half a commit");
        },
        { site: "report" },
      );
    const commit = async (): Promise<void> => {
      const open = await guard.acquireCommit({ site: "commit" });
      pair.left++;
      pair.right++;
      open.release();
    };
    await Promise.all([
      ...[1, 2, 3, 4, 5, 6].map((seed) => task(seed, untilMs, PAUSE_MS, read)),
      task(7, untilMs, PAUSE_MS / 3, commit),
    ]);
  };
}

const KEYS = ["BTC", "ETH", "SOL", "XRP"];

/** Two tasks a key change what belongs to it, across an await. */
function tasksOfKeys(
  lockFor: (observer: LockObserver) => (key: string, run: () => Promise<void>) => Promise<void>,
): Workload {
  return async (observer, untilMs) => {
    const lock = lockFor(observer);
    const inside = new Map(KEYS.map((key) => [key, new Exclusion()]));
    const change = (key: string): Promise<void> =>
      lock(key, async () => {
        inside.get(key)!.enter("write");
        await sleep(2);
        inside.get(key)!.leave("write");
      });
    const tasks = KEYS.flatMap((key) => [key, key]);
    await Promise.all(tasks.map((key, seed) => task(seed, untilMs, PAUSE_MS / 2, () => change(key))));
  };
}

/** Five tasks write down what they fetch. Fetching under the lock is what makes the others wait. */
function slowWriters(fetchesFirst: boolean): Workload {
  return async (observer, untilMs) => {
    const lock = new AsyncRWLock({ name: "store", observer });
    const inside = new Exclusion();
    const save = async (): Promise<void> => {
      if (fetchesFirst) await sleep(HOLD_MS / 2);
      await lock.withWrite(
        async () => {
          inside.enter("write");
          await sleep(fetchesFirst ? HOLD_MS / 2 : HOLD_MS);
          inside.leave("write");
        },
        { site: "save" },
      );
    };
    await Promise.all([1, 2, 3, 4, 5].map((seed) => task(seed, untilMs, PAUSE_MS, save)));
  };
}

export const ADVISED_WORKLOADS: readonly AdvisedWorkload[] = [
  {
    name: "readers that hold for long before a writer → snapshot guard",
    advises: "snapshot",
    asItIs: readersBeforeWriter("rwlock"),
    asAdvised: readersBeforeWriter("snapshot"),
  },
  {
    name: "one lock for four keys → LockManager",
    advises: "finer",
    asItIs: tasksOfKeys((observer) => {
      const lock = new AsyncRWLock({ name: "orders", observer });
      return (key, run) => lock.withWrite(run, { site: key });
    }),
    asAdvised: tasksOfKeys((observer) => {
      const locks = new LockManager({ name: "orders", observer });
      return (key, run) => locks.withWrite(key, run, { site: key });
    }),
  },
  {
    name: "slow I/O under the lock → half the hold",
    advises: "shorter",
    asItIs: slowWriters(false),
    asAdvised: slowWriters(true),
  },
];
