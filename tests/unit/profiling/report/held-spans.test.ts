import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { AsyncRWLock } from "../../../../src/locks/index.ts";
import { LockProfiler } from "../../../../src/profiling/index.ts";
import { heldSpans, type HeldSpan } from "../../../../src/profiling/report/html/held-spans.ts";

class Scene {
  readonly clock = new VirtualClock();
  readonly profiler = new LockProfiler({ level: "trace", stacksPerSecond: 0 }, { clock: this.clock });
  readonly lock = new AsyncRWLock({ observer: this.profiler }, { clock: this.clock });

  /** What took time, as short as it can be said. */
  spans(): string[] {
    const text = ({ kind, mode, site, lane, fromMs, toMs, end }: HeldSpan): string =>
      `${lane}: ${kind} ${mode} ${site} ${fromMs}-${toMs} ${end}`;
    return heldSpans(this.profiler.events())
      .filter(({ fromMs, toMs }) => toMs > fromMs)
      .map(text);
  }
}

describe("heldSpans", () => {
  it("puts those who are there at the same time in lanes of their own, and takes a lane again", async () => {
    const scene = new Scene();
    const first = await scene.lock.acquireWrite({ site: "a" });
    const second = scene.lock.acquireWrite({ site: "b" });
    scene.clock.advanceBy(10);
    first.release();
    const guard = await second;
    const third = scene.lock.acquireRead({ site: "c" });
    scene.clock.advanceBy(5);
    guard.release();
    (await third).release();
    expect(scene.spans()).toEqual([
      "0: hold write a 0-10 released",
      "1: wait write b 0-10 granted",
      "1: hold write b 10-15 released",
      "0: wait read c 10-15 granted",
    ]);
  });

  it("shows a wait that was given up, and what is still open where the trace ends", async () => {
    const scene = new Scene();
    const guard = await scene.lock.acquireWrite({ site: "a" });
    const waiting = scene.lock.acquireRead({ site: "b", timeoutMs: 7 });
    scene.clock.advanceBy(7);
    await expect(waiting).rejects.toThrow("was not granted");
    expect(scene.spans()).toEqual(["1: wait read b 0-7 timeout", "0: hold write a 0-7 open"]);
    guard.release();
  });

  it("ends a read where it becomes a write, and a write where it becomes a read", async () => {
    const scene = new Scene();
    const guard = await scene.lock.acquireRead({ site: "a" });
    scene.clock.advanceBy(3);
    await guard.upgrade();
    scene.clock.advanceBy(4);
    guard.downgrade();
    scene.clock.advanceBy(5);
    guard.release();
    expect(scene.spans()).toEqual([
      "0: hold read a 0-3 changed",
      "0: hold write a 3-7 changed",
      "0: hold read a 7-12 released",
    ]);
  });

  it("leaves out what it only knows the end of", () => {
    const end = {
      atMs: 5,
      lock: "a",
      number: 1,
      kind: "released",
      mode: "read",
      caller: 1,
      site: "a",
    } as const;
    expect(heldSpans([end])).toEqual([]);
  });
});
