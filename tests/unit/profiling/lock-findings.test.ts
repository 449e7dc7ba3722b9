import { describe, expect, it } from "vitest";
import { AsyncRWLock, type LockMode, LockReentryError, LockTimeoutError } from "../../../src/locks/index.ts";
import { type LockFinding, LockProfiler, type LockProfilerOptions } from "../../../src/profiling/index.ts";

function scene(options: LockProfilerOptions = {}) {
  const told: LockFinding[] = [];
  const profiler = new LockProfiler({ onFinding: (finding) => told.push(finding), ...options });
  const lockOf = (name: string) => new AsyncRWLock({ name, observer: profiler, trackOwners: true });
  return { profiler, told, locks: ["a", "b", "c"].map(lockOf) };
}

const run = (
  lock: AsyncRWLock,
  mode: LockMode,
  body: () => Promise<void>,
  site?: string,
  signal?: AbortSignal,
) => (mode === "read" ? lock.withRead(body, { site, signal }) : lock.withWrite(body, { site, signal }));

/** Lets all that can go on do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Tasks that each hold one lock and then want the next; they can be given up. */
function circle(locks: readonly AsyncRWLock[], mode: LockMode, sites: readonly string[] = []) {
  const stop = new AbortController();
  let begin!: () => void;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const tasks = locks.map((lock, i) =>
    run(lock, mode, async () => {
      await begun;
      await run(locks[(i + 1) % locks.length], "write", async () => {}, sites[i], stop.signal);
    }),
  );
  return { begin, stop: () => stop.abort(new Error("given up")), ended: Promise.allSettled(tasks) };
}

describe("deadlocks", () => {
  it("of three locks are named with their circle while they hang", async () => {
    const { locks, profiler, told } = scene();
    const { begin, stop, ended } = circle(locks, "write", ["first", "second", "third"]);
    begin();
    await settle();
    const deadlocks = told.filter(({ kind }) => kind === "deadlock");
    expect(deadlocks).toHaveLength(1);
    expect([...deadlocks[0].locks].sort()).toEqual(["a", "b", "c"]);
    expect([...deadlocks[0].sites].sort()).toEqual(["first", "second", "third"]);
    expect(deadlocks[0].message).toMatch(
      /^tasks wait for each other for ever: third waits to write "a", held by one that first waits to write "b", held by one that second waits to write "c", held by the first$/,
    );
    expect(JSON.parse(JSON.stringify(profiler.findings()))).toEqual(told);
    stop();
    await ended;
  });

  it("of two are named with the places of both, also of readers who want to write", async () => {
    const { locks, told } = scene({ stacksPerSecond: 0 });
    const { begin, stop, ended } = circle(locks.slice(0, 2), "read");
    begin();
    await settle();
    const { sites } = told.find(({ kind }) => kind === "deadlock")!;
    for (const site of sites) expect(site).toMatch(/lock-findings\.test\.ts:\d+:\d+$/);
    stop();
    await ended;
  });

  it("are none where one of the tasks has given up, or was never in the way", async () => {
    const { locks, told } = scene();
    const [a, b] = locks;
    const stop = new AbortController();
    const holding = a.withRead(async () => {
      await settle();
      stop.abort(new Error("given up"));
      await settle();
      await b.withWrite(() => {});
    });
    const wanting = b.withWrite(async () => {
      await expect(a.withWrite(() => {}, { signal: stop.signal })).rejects.toThrow("given up");
      await settle();
      await settle();
    });
    await Promise.all([wanting, holding]);
    expect(told.filter(({ kind }) => kind === "deadlock")).toEqual([]);
  });

  it("are none among many tasks that take locks in one order", async () => {
    const { locks, told } = scene();
    const [a, b, c] = locks;
    const task = async (i: number): Promise<void> => {
      await run(a, i % 3 === 0 ? "write" : "read", () =>
        run(b, i % 2 === 0 ? "write" : "read", async () => {
          await settle();
          await run(c, i % 5 === 0 ? "write" : "read", settle as () => Promise<void>);
        }),
      );
    };
    await Promise.all(Array.from({ length: 200 }, (_, i) => task(i)));
    expect(told).toEqual([]);
  });
});

describe("debug", () => {
  it("makes locks track owners that are not told otherwise", async () => {
    const profiler = new LockProfiler({ debug: true });
    const lock = new AsyncRWLock({ observer: profiler });
    await lock.withWrite(async () => {
      await expect(lock.withWrite(() => {})).rejects.toThrow(LockReentryError);
    });
    const untracked = new AsyncRWLock({ observer: profiler, trackOwners: false });
    await untracked.withWrite(async () => {
      await expect(untracked.withWrite(() => {}, { timeoutMs: 1 })).rejects.toThrow(LockTimeoutError);
    });
  });
});

describe("inversions of order", () => {
  it("are told though nothing hangs, once a pair", async () => {
    const { locks, told } = scene({ level: "trace" });
    const [a, b] = locks;
    for (let i = 0; i < 3; i++) {
      await a.withWrite(() => b.withRead(() => {}, { site: "transfer" }));
      await b.withRead(() => a.withRead(() => {}, { site: "refund" }));
    }
    expect(told).toMatchObject([
      {
        kind: "order-inversion",
        locks: ["b", "a"],
        message: '"a" is taken inside "b" (refund), and the other way round (transfer)',
      },
    ]);
  });

  it("are not made up of locks that are not held any more", async () => {
    const { locks, told } = scene({ level: "trace" });
    const [a, b] = locks;
    await a.withWrite(() => b.withRead(() => {}));
    let late!: Promise<void>;
    await b.withRead(() => {
      late = settle().then(() => a.withRead(() => {}));
    });
    await late;
    expect(told).toEqual([]);
  });
});
