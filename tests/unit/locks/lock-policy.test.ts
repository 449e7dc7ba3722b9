import { describe, expect, it } from "vitest";
import { AsyncRWLock, type AsyncRWLockOptions, type LockPolicy } from "../../../src/locks/index.ts";

const READERS = ["r1", "r2", "r3", "r4", "r5"];

/** Queues callers, named by what they want, behind a writer that then leaves; returns the order in which they enter. */
async function orderOfEntry(options: AsyncRWLockOptions, callers: readonly string[]): Promise<string> {
  const lock = new AsyncRWLock(options);
  const holder = await lock.acquireWrite();
  const order: string[] = [];
  const runs = callers.map((caller) => {
    const body = () => void order.push(caller);
    return caller.startsWith("r") ? lock.withRead(body) : lock.withWrite(body);
  });
  holder.release();
  await Promise.all(runs);
  return order.join(" ");
}

describe("policy", () => {
  const callers = ["w1", "r1", "r2", "w2", "r3", "r4"];

  it.each([
    ["fifo", undefined, "w1 r1 r2 w2 r3 r4"],
    ["readers-first", undefined, "r1 r2 r3 r4 w1 w2"],
    ["readers-first", 2, "r1 r2 w1 r3 r4 w2"],
    ["readers-first", 1, "r1 w1 r2 w2 r3 r4"],
    ["writers-first", undefined, "w1 w2 r1 r2 r3 r4"],
    ["writers-first", 1, "w1 r1 r2 r3 r4 w2"],
  ] as const)("%s with a bound of %s serves in order", async (policy, bound, expected) => {
    expect(await orderOfEntry({ policy, bound }, callers)).toBe(expected);
  });

  it("readers-first lets newcomers past a writer that waits, as often as its bound", async () => {
    const lock = new AsyncRWLock({ policy: "readers-first", bound: 3 });
    const first = lock.tryAcquireRead()!;
    const writer = lock.acquireWrite();
    const passed = READERS.map(() => lock.tryAcquireRead());
    expect(passed.map((guard) => guard !== undefined)).toEqual([true, true, true, false, false]);
    first.release();
    for (const guard of passed) guard?.release();
    expect((await writer).release()).toBe(true);
  });

  it.each(["readers-first", "writers-first"] as const)(
    "%s starves nobody, whoever keeps coming",
    async (policy) => {
      const lock = new AsyncRWLock({ policy, bound: 4 });
      const isReadFavoured = policy === "readers-first";
      let entered = 0;
      const served = new AbortController();
      const again = async (): Promise<void> => {
        for (let turns = 0; turns < 300 && !served.signal.aborted; turns++) {
          await (isReadFavoured ? lock.withRead(come) : lock.withWrite(come));
        }
      };
      const come = async () => {
        entered++;
        await new Promise(setImmediate);
      };
      const crowd = [again(), again(), again()];
      const serve = () => served.abort();
      await (isReadFavoured ? lock.withWrite(serve) : lock.withRead(serve));
      expect(entered).toBeLessThan(12);
      await Promise.all(crowd);
    },
  );

  it("refuses a policy or a bound there is not", () => {
    expect(() => new AsyncRWLock({ policy: "random" as LockPolicy })).toThrow(RangeError);
    expect(() => new AsyncRWLock({ bound: 3 })).toThrow("bound needs a policy");
    for (const bound of [0, -1, 1.5, NaN, Infinity]) {
      expect(() => new AsyncRWLock({ policy: "readers-first", bound })).toThrow(`was ${bound}`);
    }
  });
});
