import { workerData } from "node:worker_threads";
import { AtomicCounter } from "../../../src/locks/atomic-counter.ts";

/** Counts in the memory it was given as often as it was told, up by 3 and down by 1 each time. */
const { buffer, byteOffset, times } = workerData as {
  buffer: SharedArrayBuffer;
  byteOffset: number;
  times: number;
};
const counter = new AtomicCounter({ buffer, byteOffset });
for (let i = 0; i < times; i++) {
  counter.add(3n);
  counter.decrement();
}
