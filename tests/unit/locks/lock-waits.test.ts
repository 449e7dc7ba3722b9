import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Clock, type Timer, VirtualClock } from "../../../src/clock.ts";
import { TickframeError } from "../../../src/errors.ts";
import { AsyncRWLock, type LockGuard, LockTimeoutError } from "../../../src/locks/index.ts";

/** Time that stands still, and knows how many timers were ever set and are set now. */
class CountingClock implements Clock {
  readonly #clock = new VirtualClock();
  readonly running = new Set<Timer>();
  timersSet = 0;

  now(): number {
    return this.#clock.now();
  }

  setTimer(run: () => void, delayMs: number): Timer {
    this.timersSet++;
    const inner = this.#clock.setTimer(() => {
      this.running.delete(timer);
      run();
    }, delayMs);
    const timer: Timer = {
      cancel: () => {
        this.running.delete(timer);
        inner.cancel();
      },
    };
    this.running.add(timer);
    return timer;
  }

  advanceBy(ms: number): void {
    this.#clock.advanceBy(ms);
  }
}

function heldLock(): { lock: AsyncRWLock; clock: CountingClock; holder: LockGuard } {
  const clock = new CountingClock();
  const lock = new AsyncRWLock({ name: "BTCUSDT" }, { clock });
  const holder = lock.tryAcquireWrite();
  if (holder === undefined) throw new Error("a new lock was expected to be free");
  return { lock, clock, holder };
}

async function outcome(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "granted",
    (reason: unknown) => reason,
  );
}

describe("timeoutMs", () => {
  it("ends a wait with an error that names lock, mode, limit and what was in the way", async () => {
    const { lock, clock } = heldLock();
    const call = outcome(lock.acquireRead({ timeoutMs: 50 }));
    void lock.acquireWrite();
    clock.advanceBy(49);
    expect(lock.queueLength).toBe(2);
    clock.advanceBy(1);
    const error = await call;
    expect(error).toBeInstanceOf(LockTimeoutError);
    expect(error).toBeInstanceOf(TickframeError);
    expect(error).toMatchObject({
      name: "LockTimeoutError",
      code: "LOCK_TIMEOUT",
      lock: "BTCUSDT",
      mode: "read",
      timeoutMs: 50,
      message: 'lock "BTCUSDT" was not granted for read within 50 ms: a writer inside, 1 waiting',
    });
    expect(lock.queueLength).toBe(1);
  });

  it("takes no stack for a timeout, and leaves the stacks of other errors alone", async () => {
    const { lock } = heldLock();
    const error = (await outcome(lock.acquireRead({ timeoutMs: 0 }))) as Error;
    expect(error.stack).not.toContain("\n    at ");
    expect(new Error("other").stack).toContain("\n    at ");
  });

  it("of 0 takes a free lock, and does not join the queue of another", async () => {
    const { lock, clock, holder } = heldLock();
    const call = lock.withRead(() => 1, { timeoutMs: 0 });
    expect(lock.queueLength).toBe(0);
    await expect(call).rejects.toBeInstanceOf(LockTimeoutError);
    holder.release();
    await expect(lock.withRead(() => 1, { timeoutMs: 0 })).resolves.toBe(1);
    expect(clock.timersSet).toBe(0);
  });

  it.each([NaN, -1, -Infinity])(
    "of %d is a RangeError, whether the lock is free or not",
    async (timeoutMs) => {
      const { lock, holder } = heldLock();
      await expect(lock.acquireRead({ timeoutMs })).rejects.toBeInstanceOf(RangeError);
      holder.release();
      await expect(lock.withWrite(() => 1, { timeoutMs })).rejects.toThrow(`was ${timeoutMs}`);
      expect(lock.isWriteLocked).toBe(false);
    },
  );

  it("of Infinity sets no timer", async () => {
    const { lock, clock, holder } = heldLock();
    const call = lock.acquireRead({ timeoutMs: Infinity });
    expect(clock.timersSet).toBe(0);
    holder.release();
    expect((await call).release()).toBe(true);
  });

  it("lets in at once those whom the waiter held back", async () => {
    const clock = new VirtualClock();
    const lock = new AsyncRWLock({}, { clock });
    await lock.acquireRead();
    const writer = outcome(lock.acquireWrite({ timeoutMs: 10 }));
    const reader = lock.acquireRead();
    clock.advanceBy(10);
    expect(lock.readers).toBe(2);
    expect(await writer).toBeInstanceOf(LockTimeoutError);
    expect((await reader).isHeld).toBe(true);
  });

  it("never runs the body of a call that timed out, and grants nothing to it", async () => {
    const { lock, clock, holder } = heldLock();
    let hasRun = false;
    const call = outcome(lock.withWrite(() => (hasRun = true), { timeoutMs: 5 }));
    clock.advanceBy(5);
    holder.release();
    expect(await call).toBeInstanceOf(LockTimeoutError);
    expect(hasRun).toBe(false);
    expect(lock.isWriteLocked).toBe(false);
  });

  it("does not end a body that has begun", async () => {
    const clock = new VirtualClock();
    const lock = new AsyncRWLock({}, { clock });
    let finish: (value: string) => void = () => {};
    const run = lock.withRead(() => new Promise<string>((resolve) => (finish = resolve)), { timeoutMs: 5 });
    clock.advanceBy(100);
    finish("done");
    await expect(run).resolves.toBe("done");
  });

  it("ends no wait before its own time because an earlier one of the same duration ends", async () => {
    const { lock, clock } = heldLock();
    const early = outcome(lock.acquireRead({ timeoutMs: 10 }));
    clock.advanceBy(0.25);
    void lock.acquireRead({ timeoutMs: 10 });
    clock.advanceBy(9.75);
    expect(await early).toBeInstanceOf(LockTimeoutError);
    expect(lock.queueLength).toBe(1);
  });

  it("shares one timer among waits of one duration, each with its own end", async () => {
    const { lock, clock } = heldLock();
    const early = outcome(lock.acquireRead({ timeoutMs: 100 }));
    clock.advanceBy(60);
    const late = outcome(lock.acquireRead({ timeoutMs: 100 }));
    const other = outcome(lock.acquireRead({ timeoutMs: 30 }));
    expect(clock.running.size).toBe(2);
    clock.advanceBy(40);
    expect(await early).toBeInstanceOf(LockTimeoutError);
    expect(await other).toBeInstanceOf(LockTimeoutError);
    expect(lock.queueLength).toBe(1);
    expect(clock.running.size).toBe(1);
    clock.advanceBy(59);
    expect(lock.queueLength).toBe(1);
    clock.advanceBy(1);
    expect(await late).toBeInstanceOf(LockTimeoutError);
    expect(clock.running.size).toBe(0);
  });
});

describe("timeoutMs on the machine's clock", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("may be longer than a timer of Node can be", async () => {
    const dayMs = 86_400_000;
    const lock = new AsyncRWLock();
    await lock.acquireWrite();
    const call = outcome(lock.acquireRead({ timeoutMs: 30 * dayMs }));
    vi.advanceTimersByTime(29 * dayMs);
    expect(lock.queueLength).toBe(1);
    vi.advanceTimersByTime(dayMs);
    expect(lock.queueLength).toBe(0);
    expect(await call).toBeInstanceOf(LockTimeoutError);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("ends no earlier than asked, also by a fraction of a millisecond", async () => {
    const lock = new AsyncRWLock();
    await lock.acquireWrite();
    const call = outcome(lock.acquireRead({ timeoutMs: 2.5 }));
    vi.advanceTimersByTime(2);
    expect(lock.queueLength).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await call).toBeInstanceOf(LockTimeoutError);
  });
});

describe("signal", () => {
  it("ends a wait with its reason, and lets in those whom the waiter held back", async () => {
    const lock = new AsyncRWLock();
    await lock.acquireRead();
    const controller = new AbortController();
    const writer = outcome(lock.acquireWrite({ signal: controller.signal }));
    const reader = lock.acquireRead();
    const reason = new Error("shutting down");
    controller.abort(reason);
    expect(lock.readers).toBe(2);
    expect(await writer).toBe(reason);
    expect((await reader).isHeld).toBe(true);
  });

  it("that has aborted rejects before queueing, even when the lock is free", async () => {
    const { lock, holder } = heldLock();
    const signal = AbortSignal.abort("too late");
    const busy = lock.acquireRead({ signal });
    expect(lock.queueLength).toBe(0);
    await expect(busy).rejects.toBe("too late");
    holder.release();
    let hasRun = false;
    await expect(lock.withRead(() => (hasRun = true), { signal })).rejects.toBe("too late");
    expect(hasRun).toBe(false);
    expect(lock.readers).toBe(0);
  });

  it("does nothing to a call it reaches after the grant", async () => {
    const { lock, holder } = heldLock();
    const controller = new AbortController();
    const call = lock.acquireWrite({ signal: controller.signal });
    holder.release();
    controller.abort();
    expect((await call).isHeld).toBe(true);
    expect(lock.isWriteLocked).toBe(true);
  });

  it("decides together with the timeout: whichever comes first", async () => {
    const { lock, clock } = heldLock();
    const controller = new AbortController();
    const options = { timeoutMs: 10, signal: controller.signal };
    const timedOut = outcome(lock.acquireRead(options));
    clock.advanceBy(10);
    const aborted = outcome(lock.acquireRead(options));
    controller.abort("enough");
    clock.advanceBy(10);
    expect(await timedOut).toBeInstanceOf(LockTimeoutError);
    expect(await aborted).toBe("enough");
    expect(clock.running.size).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });
});

describe("20,000 waits", () => {
  const waits = Array.from({ length: 20_000 }, (_, i) => i);

  it("that time out leave no timer, no listener and no waiter", async () => {
    const { lock, clock, holder } = heldLock();
    const { signal } = new AbortController();
    const calls = waits.map((i) => outcome(lock.acquireRead({ timeoutMs: 10 + (i % 4), signal })));
    expect(clock.running.size).toBe(4);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    clock.advanceBy(20);
    const errors = await Promise.all(calls);
    expect(errors.every((error) => error instanceof LockTimeoutError)).toBe(true);
    expect(lock.queueLength).toBe(0);
    expect(clock.running.size).toBe(0);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    holder.release();
    expect(lock.tryAcquireWrite()?.isHeld).toBe(true);
  });

  it("that are aborted leave nothing either, each with a signal of its own or all with one", async () => {
    const { lock, clock } = heldLock();
    const shared = new AbortController();
    const own = waits.map(() => new AbortController());
    const calls = own.flatMap(({ signal }) => [
      outcome(lock.acquireWrite({ timeoutMs: 1_000, signal: shared.signal })),
      outcome(lock.acquireRead({ signal })),
    ]);
    shared.abort("all");
    expect(lock.queueLength).toBe(waits.length);
    expect(clock.running.size).toBe(0);
    for (const controller of own) controller.abort("one");
    expect(lock.queueLength).toBe(0);
    expect(new Set(await Promise.all(calls))).toEqual(new Set(["all", "one"]));
    for (const { signal } of [shared, ...own]) expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("that are granted one after another leave nothing either", async () => {
    const { lock, clock, holder } = heldLock();
    const { signal } = new AbortController();
    const order: number[] = [];
    const calls = waits.map((i) => lock.withWrite(() => order.push(i), { timeoutMs: 10, signal }));
    holder.release();
    await Promise.all(calls);
    expect(order).toEqual(waits);
    expect(clock.timersSet).toBe(1);
    expect(clock.running.size).toBe(0);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});

describe("a million waits that give up", () => {
  it("leave no timer, no listener and no waiter", async () => {
    const clock = new CountingClock();
    const lock = new AsyncRWLock({ trackOwners: false }, { clock });
    const reader = lock.tryAcquireRead()!;
    const other = lock.tryAcquireRead()!;
    const longLived = new AbortController();
    const outcomes = { timedOut: 0, aborted: 0, granted: 0 };
    const count = (call: Promise<LockGuard>, how: "timedOut" | "aborted") =>
      call.then(
        (guard) => {
          outcomes.granted++;
          guard.release();
        },
        () => void outcomes[how]++,
      );
    const giveUp = async (waits: number) => {
      const aborter = new AbortController();
      const signal = AbortSignal.any([aborter.signal]);
      const calls = [count(reader.upgrade({ timeoutMs: 5, signal: longLived.signal }), "timedOut")];
      for (let i = 1; i < waits; i += 2) {
        calls.push(
          count(lock.acquireWrite({ timeoutMs: 5 + (i % 3), signal: longLived.signal }), "timedOut"),
        );
        calls.push(count(lock.acquireRead({ timeoutMs: 60_000, signal }), "aborted"));
      }
      aborter.abort();
      clock.advanceBy(10);
      await Promise.all(calls);
    };
    for (let batch = 0; batch < 100; batch++) await giveUp(10_001);
    expect(outcomes).toEqual({ timedOut: 500_100, aborted: 500_000, granted: 0 });
    expect([lock.queueLength, lock.readers, clock.running.size]).toEqual([0, 2, 0]);
    expect(getEventListeners(longLived.signal, "abort")).toHaveLength(0);
    expect([reader.release(), other.release()]).toEqual([true, true]);
    expect(lock.tryAcquireWrite()?.release()).toBe(true);
  }, 60_000);
});
