import { describe, expect, it, vi } from "vitest";
import { AsyncRWLock } from "../../../src/locks/async-rw-lock.ts";
import { FrameGuard, type FrameGuardOptions } from "../../../src/locks/frame-guard.ts";
import type { GuardSwitch } from "../../../src/locks/guard-choice.ts";
import { LockTimeoutError } from "../../../src/locks/lock-errors.ts";
import { GuardedPair, type PairView } from "../../support/guarded-pair.ts";

interface GuardScene {
  readonly pair: GuardedPair;
  readonly guard: FrameGuard<PairView>;
  /** Raises both numbers; false when somebody is in the way. */
  commit(): boolean;
}

function sceneOf(options?: FrameGuardOptions): GuardScene {
  const pair = new GuardedPair();
  const guard = new FrameGuard(pair, new AsyncRWLock({ name: "pair" }), options);
  return {
    pair,
    guard,
    commit() {
      const commit = guard.tryCommit();
      if (commit === undefined) return false;
      pair.left++;
      pair.right++;
      return commit.release();
    },
  };
}

/** A read that lasts until `leave` is called. */
function reading({ guard }: GuardScene): {
  readonly seen: PairView[];
  readonly leave: () => void;
  readonly done: Promise<void>;
} {
  let leave!: () => void;
  const held = new Promise<void>((resolve) => (leave = resolve));
  const seen: PairView[] = [];
  const done = guard.withRead((view) => {
    seen.push(view);
    return held;
  });
  return { seen, leave, done };
}

describe("FrameGuard by rwlock", () => {
  it("makes commits wait for readers", async () => {
    const scene = sceneOf({ guard: "rwlock" });
    const { leave, done } = reading(scene);
    expect(scene.commit()).toBe(false);
    const waiting = scene.guard.acquireCommit();
    expect(scene.guard.lock.queueLength).toBe(1);
    leave();
    await done;
    (await waiting).release();
    expect(scene.guard.stats()).toEqual({
      serves: "rwlock",
      reads: 1,
      lockedReads: 1,
      commits: 1,
      frozenViews: 0,
      switches: 0,
    });
  });

  it("ends a wait by timeout and by signal as the lock does, and counts no read", async () => {
    const { guard } = sceneOf({ guard: "rwlock" });
    const commit = guard.tryCommit()!;
    await expect(guard.withRead(() => 1, { timeoutMs: 0 })).rejects.toThrow(LockTimeoutError);
    const signal = AbortSignal.abort(new Error("given up"));
    await expect(guard.withRead(() => 1, { signal })).rejects.toThrow("given up");
    commit.release();
    expect(guard.stats().reads).toBe(0);
  });
});

describe("FrameGuard by snapshot", () => {
  it("shows a reader the commit it began with while others follow, and lets go of it afterwards", async () => {
    const scene = sceneOf();
    const old = reading(scene);
    expect(scene.commit()).toBe(true);
    const newer = reading(scene);
    expect(scene.commit()).toBe(true);
    expect(old.seen[0].left).toBe(0);
    expect(newer.seen[0].right).toBe(1);
    expect(scene.pair.kept.size).toBe(2);
    old.leave();
    newer.leave();
    await Promise.all([old.done, newer.done]);
    expect(scene.pair.kept.size).toBe(0);
    expect(scene.guard.stats()).toMatchObject({
      serves: "snapshot",
      reads: 2,
      lockedReads: 0,
      frozenViews: 2,
    });
  });

  it("shares one view among the readers of a commit, and freezes none that nobody reads", async () => {
    const scene = sceneOf();
    const views: PairView[] = [];
    for (let i = 0; i < 3; i++) await scene.guard.withRead((view) => void views.push(view));
    expect(new Set(views).size).toBe(1);
    scene.commit();
    expect(scene.guard.stats().frozenViews).toBe(0);
    expect(await scene.guard.withRead((view) => view.left)).toBe(1);
  });

  it("makes a reader wait for a commit that is open, and nobody for the reader", async () => {
    const scene = sceneOf();
    const commit = await scene.guard.acquireCommit();
    scene.pair.left++;
    await expect(scene.guard.withRead(() => 1, { timeoutMs: 0 })).rejects.toThrow(LockTimeoutError);
    const { seen, leave, done } = reading(scene);
    expect(seen).toEqual([]);
    scene.pair.right++;
    commit.release();
    await expect.poll(() => seen.length).toBe(1);
    expect(scene.commit()).toBe(true);
    expect(seen[0].left).toBe(1);
    leave();
    await done;
  });

  it("lets go of the view of a read that throws or rejects, and settles as the read does", async () => {
    const scene = sceneOf();
    const failing = scene.guard.withRead(async () => {
      scene.commit();
      throw new Error("late");
    });
    await expect(failing).rejects.toThrow("late");
    const throwing = scene.guard.withRead(() => {
      scene.commit();
      throw new Error("at once");
    });
    await expect(throwing).rejects.toThrow("at once");
    expect(scene.pair.kept.size).toBe(0);
  });

  it("refuses a read whose signal has aborted, and a timeout that is none", async () => {
    const { guard } = sceneOf();
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(guard.withRead(() => 1, { signal })).rejects.toThrow("too late");
    await expect(guard.withRead(() => 1, { timeoutMs: -1 })).rejects.toThrow(
      "timeoutMs must be 0 or more, was -1",
    );
  });

  it("gives a commit back that cannot be hidden from readers", async () => {
    const scene = sceneOf();
    const { leave, done } = reading(scene);
    const freeze = vi.spyOn(scene.pair, "freeze").mockImplementation(() => {
      throw new Error("no room");
    });
    expect(() => scene.commit()).toThrow("no room");
    await expect(scene.guard.acquireCommit()).rejects.toThrow("no room");
    freeze.mockRestore();
    expect(scene.commit()).toBe(true);
    leave();
    await done;
    expect(scene.pair.kept.size).toBe(0);
  });

  it.each(["rwlock", "snapshot"] as const)("rejects when no view can be made, as %s", async (kind) => {
    const { pair, guard } = sceneOf({ guard: kind });
    vi.spyOn(pair, "view").mockImplementationOnce(() => {
      throw new Error("no view");
    });
    const call = guard.withRead(() => 1);
    await expect(call).rejects.toThrow("no view");
    await expect(guard.withRead(({ left }) => left)).resolves.toBe(0);
  });
});

describe("FrameGuard that chooses", () => {
  const readsAndCommits = async (scene: GuardScene, reads: number, commits: number): Promise<void> => {
    for (let i = 0; i < reads; i++) await scene.guard.withRead(() => {});
    for (let i = 0; i < commits; i++) expect(scene.commit()).toBe(true);
  };

  it("follows the share of reads, at a commit, and reports each change", async () => {
    const changes: GuardSwitch[] = [];
    const scene = sceneOf({
      guard: { windowAccesses: 100, snapshotFrom: 0.9, rwlockBelow: 0.75 },
      onSwitch: (change) => changes.push(change),
    });
    await readsAndCommits(scene, 50, 50);
    expect(scene.guard.serves).toBe("rwlock");
    await readsAndCommits(scene, 80, 20);
    expect(scene.guard.serves).toBe("rwlock");
    await readsAndCommits(scene, 99, 0);
    expect(scene.guard.serves).toBe("rwlock");
    expect(scene.commit()).toBe(true);
    expect(scene.guard.serves).toBe("snapshot");
    await readsAndCommits(scene, 80, 20);
    expect(scene.guard.serves).toBe("snapshot");
    expect(changes).toEqual([
      { from: "snapshot", to: "rwlock", readShare: 0.5 },
      { from: "rwlock", to: "snapshot", readShare: 0.99 },
    ]);
    expect(scene.guard.stats().switches).toBe(2);
  });

  it("leaves readers as they are when it changes", async () => {
    const scene = sceneOf({ guard: { windowAccesses: 2, snapshotFrom: 0.6, rwlockBelow: 0.6 } });
    const early = reading(scene);
    expect(scene.commit()).toBe(true);
    expect(scene.guard.serves).toBe("rwlock");
    expect(early.seen[0].left).toBe(0);
    expect(scene.commit()).toBe(true);
    const later = reading(scene);
    expect(scene.commit()).toBe(false);
    early.leave();
    later.leave();
    await Promise.all([early.done, later.done]);
    expect(scene.commit()).toBe(true);
  });

  it("begins as it is told to", () => {
    expect(sceneOf({ guard: { first: "rwlock" } }).guard.serves).toBe("rwlock");
    expect(sceneOf({ guard: "adaptive" }).guard.serves).toBe("snapshot");
  });

  it("commits all the same when its listener throws, and throws that later", async () => {
    const uncaught = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const thrown = new Promise((resolve) => process.once("uncaughtException", resolve));
    try {
      const scene = sceneOf({
        guard: { windowAccesses: 1 },
        onSwitch() {
          throw new Error("a listener's own");
        },
      });
      expect(scene.commit()).toBe(true);
      expect(await thrown).toMatchObject({ message: "a listener's own" });
      expect(scene.guard.lock.isWriteLocked).toBe(false);
    } finally {
      for (const listener of uncaught) process.on("uncaughtException", listener);
    }
  });

  it.each([
    [{ snapshotFrom: 1.5 }, "snapshotFrom must be from 0 to 1, was 1.5"],
    [{ snapshotFrom: Number.NaN }, "snapshotFrom must be from 0 to 1, was NaN"],
    [{ rwlockBelow: 0.95 }, "rwlockBelow must be from 0 to snapshotFrom (0.9), was 0.95"],
    [{ windowAccesses: 0 }, "windowAccesses must be a whole number above 0, was 0"],
    [{ first: "mutex" as "rwlock" }, 'a guard must be "rwlock", "snapshot" or "adaptive", was "mutex"'],
  ])("refuses %o", (guard, message) => {
    expect(() => sceneOf({ guard })).toThrow(message);
  });

  it("refuses a kind there is not", () => {
    expect(() => sceneOf({ guard: "cow" as "snapshot" })).toThrow('was "cow"');
  });
});
