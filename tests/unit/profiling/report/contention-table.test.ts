import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { AsyncRWLock, type LockGuard, type LockMode } from "../../../../src/locks/index.ts";
import {
  contentionTable,
  LockProfiler,
  type ContentionRow,
  type LockProfilerOptions,
} from "../../../../src/profiling/index.ts";

/** A lock of which every time is known. */
class Scene {
  readonly clock = new VirtualClock();
  readonly profiler: LockProfiler;
  readonly lock: AsyncRWLock;

  constructor(options: LockProfilerOptions = {}) {
    const given = { timeOneHoldIn: 1, stacksPerSecond: 0, ...options };
    this.profiler = new LockProfiler(given, { clock: this.clock });
    this.lock = new AsyncRWLock({ name: "book", observer: this.profiler }, { clock: this.clock });
  }

  acquire(mode: LockMode, site?: string): Promise<LockGuard> {
    return mode === "read" ? this.lock.acquireRead({ site }) : this.lock.acquireWrite({ site });
  }

  /** `holder` holds for so long, and `waiter` waits for all of it, and then holds for no time. */
  async behind(holder: [LockMode, string?], waiter: [LockMode, string?], ms: number): Promise<void> {
    const guard = await this.acquire(...holder);
    const waiting = this.acquire(...waiter);
    this.clock.advanceBy(ms);
    guard.release();
    (await waiting).release();
  }

  rows(): ContentionRow[] {
    return contentionTable(this.profiler.report());
  }
}

describe("contentionTable", () => {
  it("has no row for a lock that nobody waited for", async () => {
    const scene = new Scene();
    (await scene.acquire("write", "a")).release();
    expect(scene.rows()).toEqual([]);
  });

  it("gives each place what was measured there, and blames the one that others waited behind", async () => {
    const scene = new Scene();
    await scene.behind(["read", "report"], ["write", "commit"], 30);
    scene.clock.advanceBy(70);
    const [worst, other, ...more] = scene.rows();
    expect(more).toEqual([]);
    expect(worst).toMatchObject({
      lock: "book",
      location: "report",
      type: "read",
      spanMs: 100,
      share: 0.3,
      waitedMs: 0,
      causedMs: 30,
      causedShare: 1,
      score: 30,
      priority: "critical",
      modes: [
        {
          mode: "read",
          acquisitions: 1,
          perSecond: 10,
          contended: 0,
          wait: "not measured",
          hold: { count: 1, maxMs: 30 },
        },
      ],
    });
    expect(other).toMatchObject({
      location: "commit",
      type: "write",
      waitedMs: 30,
      causedMs: 0,
      priority: "none",
      bound: undefined,
      modes: [{ contended: 1, wait: { count: 1, maxMs: 30 } }],
      advice:
        "Nothing is to be changed here, for nobody waited behind it: 100 % of its own waits were behind report.",
    });
  });

  it("advises a snapshot where readers hold a writer up, for which nothing is left to wait", async () => {
    const scene = new Scene();
    await scene.behind(["read", "report"], ["write", "commit"], 30);
    scene.clock.advanceBy(70);
    const [{ bound, advice }] = scene.rows();
    expect(bound).toEqual({ cure: "snapshot", direct: 1, atMost: 1, runAtMost: 100 / 70 });
    expect(advice).toBe(
      "Let readers see a snapshot (FrameGuard, VersionedCell): others waited 30.0 ms behind it, 100 % of all waits for this lock, " +
        "and 100 % of the lock's waits were between a reader and others, which a snapshot lets pass.",
    );
  });

  it("advises finer locks where writers of other places waited, and keeps what waited behind its own", async () => {
    const scene = new Scene();
    await scene.behind(["write", "BTC"], ["write", "ETH"], 30);
    await scene.behind(["write", "BTC"], ["write", "BTC"], 10);
    const [{ location, bound }] = scene.rows();
    expect(location).toBe("BTC");
    // Of three BTC acquisitions one waited, and of all four acquisitions two; that it waited behind BTC itself moves nothing.
    expect(bound).toMatchObject({ cure: "finer", direct: 0.75, atMost: 0.75 });
  });

  it("advises a shorter hold where callers of one place wait for each other, and counts those that waited as moved", async () => {
    const scene = new Scene();
    await scene.behind(["write", "save"], ["write", "save"], 40);
    const [{ bound }] = scene.rows();
    // Half of the holders had waited: moved = 1/2 × (1 − 1/4 × (1 − moved)), so 3/7.
    expect(bound).toMatchObject({ cure: "shorter", direct: 0.75, runAtMost: 2 });
    expect(bound!.atMost).toBeCloseTo(1 - (1 / 4) * (4 / 7), 9);
  });

  it("sums scores up to the part of the run in which somebody waited, however many did at once", async () => {
    const scene = new Scene();
    const guard = await scene.acquire("write", "a");
    const waiting = ["b", "c", "d"].map((site) => scene.acquire("write", site));
    scene.clock.advanceBy(20);
    guard.release();
    for (const each of waiting) {
      const next = await each;
      scene.clock.advanceBy(10);
      next.release();
    }
    scene.clock.advanceBy(50);
    const rows = scene.rows();
    expect(rows.map(({ share }) => share)).toEqual([0.4, 0.4, 0.4, 0.4]);
    expect(rows.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(40, 9);
    expect(rows.map(({ causedMs }) => causedMs)).toEqual([60, 20, 10, 0]);
  });

  it("says what is not measured, and asks for names first, where no place is known", async () => {
    const scene = new Scene({ level: "counts" });
    await scene.behind(["write"], ["write"], 30);
    expect(scene.rows()).toMatchObject([
      {
        location: "unknown",
        type: "write",
        causedMs: 30,
        modes: [{ acquisitions: 2, contended: 1, wait: { count: 1 }, hold: "not measured" }],
        advice: expect.stringMatching(/^Name the places first, by a `site` or at level "sampled"/),
      },
    ]);
  });

  it("does not make up quantiles of what is left beside known places", async () => {
    const scene = new Scene();
    await scene.behind(["write"], ["write"], 30);
    await scene.behind(["write", "a"], ["write", "a"], 30);
    const unknown = scene.rows().find(({ location }) => location === "unknown")!;
    expect(unknown.modes).toMatchObject([
      { acquisitions: 2, contended: 1, wait: "not measured", hold: "not measured" },
    ]);
  });

  it("stands a wait that has not ended against unknown", async () => {
    const scene = new Scene();
    const guard = await scene.acquire("write", "a");
    const waiting = scene.acquire("write", "b");
    scene.clock.advanceBy(50);
    expect(scene.rows()).toMatchObject([
      { location: "unknown", share: 1, priority: "critical", bound: undefined },
    ]);
    guard.release();
    (await waiting).release();
  });

  it("ranks a place that is slow once in a thousand times above all that are quick", async () => {
    const scene = new Scene();
    for (let i = 0; i < 1_000; i++) await scene.behind(["write", "quick"], ["write", "quick"], 0.01);
    await scene.behind(["write", "slow"], ["write", "quick"], 50);
    expect(scene.rows().map(({ location }) => location)).toEqual(["slow", "quick"]);
  });

  it("is plain JSON", async () => {
    const scene = new Scene();
    await scene.behind(["read", "report"], ["write", "commit"], 30);
    const rows = scene.rows();
    expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
  });
});
