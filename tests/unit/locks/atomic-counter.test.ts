import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { AtomicCounter } from "../../../src/locks/index.ts";

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

describe("AtomicCounter", () => {
  it("begins at 0 and returns the count after each step", () => {
    const counter = new AtomicCounter();
    expect(counter.get()).toBe(0n);
    expect(counter.increment()).toBe(1n);
    expect(counter.add(41n)).toBe(42n);
    expect(counter.decrement()).toBe(41n);
    expect(counter.add(-50n)).toBe(-9n);
    expect(counter.get()).toBe(-9n);
  });

  it("holds what a double does not", () => {
    const counter = new AtomicCounter();
    counter.set(2n ** 53n);
    expect(counter.increment()).toBe(9_007_199_254_740_993n);
  });

  it("goes on at the other end past int64, and says so in what it returns", () => {
    const counter = new AtomicCounter();
    counter.set(MAX);
    expect(counter.increment()).toBe(MIN);
    expect(counter.get()).toBe(MIN);
    expect(counter.decrement()).toBe(MAX);
    expect(counter.add(MAX)).toBe(-2n);
    expect(counter.get()).toBe(-2n);
  });

  it("exchanges, and compares before it does", () => {
    const counter = new AtomicCounter();
    expect(counter.exchange(7n)).toBe(0n);
    expect(counter.compareExchange(6n, 9n)).toBe(false);
    expect(counter.get()).toBe(7n);
    expect(counter.compareExchange(7n, -1n)).toBe(true);
    expect(counter.get()).toBe(-1n);
  });

  it.each([MAX + 1n, MIN - 1n, 2n ** 64n])("refuses %d, which is no int64", (value) => {
    const counter = new AtomicCounter();
    expect(() => counter.add(value)).toThrow(`was ${value}n`);
    expect(() => counter.set(value)).toThrow(RangeError);
    expect(() => counter.exchange(value)).toThrow(RangeError);
    expect(() => counter.compareExchange(value, 1n)).toThrow(RangeError);
    expect(() => counter.compareExchange(0n, value)).toThrow(RangeError);
    expect(counter.get()).toBe(0n);
  });

  it("shares memory with a counter of the same place, and not with its neighbour", () => {
    const buffer = new SharedArrayBuffer(24);
    const [first, second] = [8, 16].map((byteOffset) => new AtomicCounter({ buffer, byteOffset }));
    const same = new AtomicCounter({ buffer: first.buffer, byteOffset: first.byteOffset });
    first.add(5n);
    second.add(-1n);
    expect([same.get(), second.get()]).toEqual([5n, -1n]);
  });

  it.each([-8, 4, 24, 1.5, NaN, Infinity])("refuses a byteOffset of %d in 24 bytes", (byteOffset) => {
    const buffer = new SharedArrayBuffer(24);
    expect(() => new AtomicCounter({ buffer, byteOffset })).toThrow(
      new RangeError(`byteOffset must be a multiple of 8 from 0 to 16, was ${byteOffset}`),
    );
  });

  it("loses no step of threads that count at once", async () => {
    const counter = new AtomicCounter({ buffer: new SharedArrayBuffer(16), byteOffset: 8 });
    const { buffer, byteOffset } = counter;
    const times = 100_000;
    const workers = Array.from(
      { length: 2 },
      () =>
        new Worker(new URL("./counting-worker.ts", import.meta.url), {
          workerData: { buffer, byteOffset, times },
          // Node 22 up to 22.17 reads TypeScript only when told to.
          execArgv: ["--experimental-strip-types", "--no-warnings"],
        }),
    );
    const ended = Promise.all(workers.map((worker) => once(worker, "exit")));
    for (let i = 0; i < times; i++) counter.increment();
    expect(await ended).toEqual([[0], [0]]);
    expect(counter.get()).toBe(BigInt(times) * 5n);
  });
});
