import { VirtualClock } from "../../../../src/clock.ts";
import { AsyncRWLock } from "../../../../src/locks/index.ts";
import { LockProfiler, type LockProfilerOptions } from "../../../../src/profiling/index.ts";

/** A name that no format takes as it is. */
export const HOSTILE_NAME = 'BTC"USDT\\\n}<b>';
export const PLACE = "Strategy.run /bots/my bot/strategy.ts:12:7";

/** A lock with waits of known lengths: on a clock that stands still unless it is moved, with every hold timed. */
export class ContendedLock {
  readonly clock = new VirtualClock();
  readonly profiler: LockProfiler;
  readonly lock: AsyncRWLock;

  constructor(name: string, options: LockProfilerOptions = { level: "trace" }) {
    this.profiler = new LockProfiler(
      { timeOneHoldIn: 1, stacksPerSecond: 0, ...options },
      { clock: this.clock },
    );
    this.lock = new AsyncRWLock({ name, observer: this.profiler }, { clock: this.clock });
  }

  /** One of each kind of event. Waits: read 7 + 4 ms, write 5 ms, and 2 ms that were given up. Ends 20 ms later. */
  async useAll(): Promise<void> {
    const { lock, clock } = this;
    const writer = await lock.acquireWrite({ site: "feed" });
    const readers = [lock.acquireRead({ site: PLACE })];
    clock.advanceBy(3);
    readers.push(lock.acquireRead());
    lock.tryAcquireRead();
    clock.advanceBy(4);
    writer.release();
    const [first, second] = await Promise.all(readers);
    const signal = new AbortController();
    const late = lock.acquireWrite({ signal: signal.signal, site: "late" }).catch(() => undefined);
    clock.advanceBy(2);
    signal.abort();
    await late;
    const upgrade = first.upgrade();
    clock.advanceBy(5);
    second.release();
    await upgrade;
    clock.advanceBy(1);
    first.downgrade();
    clock.advanceBy(5);
    first.release();
  }
}
