import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { activityLines, activityPicture } from "../../../src/cli/locks/activity-lines.ts";
import { activityBetween } from "../../../src/cli/locks/lock-activity.ts";
import { AsyncRWLock } from "../../../src/locks/index.ts";
import { LockProfiler } from "../../../src/profiling/index.ts";

class Scene {
  readonly clock = new VirtualClock();
  readonly profiler = new LockProfiler({ level: "trace", stacksPerSecond: 0 }, { clock: this.clock });
  readonly lock: AsyncRWLock;

  constructor(name = "frames") {
    this.lock = new AsyncRWLock({ name, observer: this.profiler }, { clock: this.clock });
  }

  /** A read that waits `ms` behind a write, and one that does not. */
  async contend(ms: number): Promise<void> {
    const writer = await this.lock.acquireWrite({ site: "feed" });
    const waiting = this.lock.withRead(() => {}, { site: "strategy" });
    this.clock.advanceBy(ms);
    writer.release();
    await waiting;
    await this.lock.withRead(() => {});
  }
}

describe("activityBetween", () => {
  it("is of the time between two reports", async () => {
    const scene = new Scene();
    await scene.contend(100);
    scene.clock.advanceBy(900);
    const before = scene.profiler.report();
    await scene.contend(30);
    await scene.contend(50);
    scene.clock.advanceBy(1_920);
    const { seconds, modes, blame } = activityBetween(before, scene.profiler.report());
    expect(seconds).toBe(2);
    expect(modes.find(({ mode }) => mode === "read")).toMatchObject({
      lock: "frames",
      perSecond: 2,
      waitedShare: 0.5,
      meanWaitMs: 40,
    });
    expect(blame).toEqual([{ lock: "frames", waiter: "strategy", holder: "feed", msPerSecond: 40 }]);
  });

  it("is of all since the start for the first report, and for one of another start", async () => {
    const scene = new Scene();
    await scene.contend(10);
    scene.clock.advanceBy(990);
    const before = scene.profiler.report();
    expect(activityBetween(undefined, before)).toMatchObject({ seconds: 1, blame: [{ msPerSecond: 10 }] });
    scene.profiler.reset();
    await scene.contend(20);
    scene.clock.advanceBy(480);
    expect(activityBetween(before, scene.profiler.report())).toMatchObject({
      seconds: 0.5,
      blame: [{ msPerSecond: 40 }],
    });
  });

  it("leaves out who waited earlier only", async () => {
    const scene = new Scene();
    await scene.contend(10);
    const before = scene.profiler.report();
    scene.clock.advanceBy(1_000);
    const { modes, blame } = activityBetween(before, scene.profiler.report());
    expect(blame).toEqual([]);
    expect(
      modes.map(({ perSecond, waitedShare, meanWaitMs }) => [perSecond, waitedShare, meanWaitMs]),
    ).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});

describe("the view of activity", () => {
  it("shows each mode of a lock, and who waits behind whom", async () => {
    const scene = new Scene();
    await scene.contend(20);
    scene.clock.advanceBy(980);
    expect(activityPicture(activityBetween(undefined, scene.profiler.report()), "title")).toEqual([
      "title",
      "",
      "lock    mode   acquired/s  waited  mean wait  wait p99*  hold p99*  inside  queue",
      "frames  read            2    50 %    20.0 ms    20.0 ms          0       0      0",
      "frames  write           1     0 %          0          0    20.0 ms       0      0",
      "* since the start",
      "",
      "waiting, of each second:",
      " 20.0 ms  frames: strategy behind feed",
    ]);
  });

  it("shows nothing of a name that could move the cursor", async () => {
    const scene = new Scene("a\u001b[2Jb\n");
    await scene.contend(20);
    const activity = activityBetween(undefined, scene.profiler.report());
    for (const line of [...activityPicture(activity, ""), ...activityLines(activity, "12:00:00")]) {
      expect(line).not.toMatch(/\p{Cc}/u);
    }
    expect(activityLines(activity, "12:00:00")[0]).toContain("12:00:00  a?[2Jb? read");
  });
});
