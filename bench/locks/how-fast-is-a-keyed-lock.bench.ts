/**
 * How fast is a lock per key? One section of one key, in each of the forms there are, and one of three keys at once, over
 * 1,000 keys, against async-lock, whose several keys are nested calls in the caller's order. The section is an async
 * function, except where the row says that it is synchronous: one does not need to be a function. Every section checks
 * that it is alone.
 */
import { LockManager, type LockRequest } from "../../src/locks/index.ts";
import {
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  type Measurement,
  pairedRatio,
} from "../harness.ts";
import { Exclusion } from "./exclusion.ts";
import { loadAsyncLock } from "./lock-peers.ts";

const KEYS = Array.from({ length: 1_000 }, (_, i) => `SYMBOL${i}`);
const TRIPLES = KEYS.map((key, i) => [key, KEYS[(i + 333) % KEYS.length], KEYS[(i + 777) % KEYS.length]]);
const REQUESTS: readonly (readonly LockRequest[])[] = TRIPLES.map((keys) =>
  keys.map((key) => ({ key, mode: "write" })),
);

const Peer = await loadAsyncLock();
const peer = new Peer();
/** One for each form: locks that several forms have used are optimised for none. */
const [manager, acquiring, trying, tryingFirst] = Array.from({ length: 4 }, () => new LockManager());
const inside = new Exclusion();
const section = async (): Promise<void> => {
  inside.enter("write");
  inside.leave("write");
};

const oneKey = await measure(
  [
    {
      name: "LockManager.withWrite",
      async run(ops) {
        for (let i = 0; i < ops; i++) await manager.withWrite(KEYS[i % 1_000], section);
        inside.expect(ops);
      },
    },
    {
      name: "async-lock",
      async run(ops) {
        for (let i = 0; i < ops; i++) await peer.acquire(KEYS[i % 1_000], section);
        inside.expect(ops);
      },
    },
    {
      name: "LockManager.tryAcquireWrite, or acquireWrite",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          const key = KEYS[i % 1_000];
          const guard = tryingFirst.tryAcquireWrite(key) ?? (await tryingFirst.acquireWrite(key));
          await section();
          guard.release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "LockManager.acquireWrite, synchronous section",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          const guard = await acquiring.acquireWrite(KEYS[i % 1_000]);
          inside.enter("write");
          inside.leave("write");
          guard.release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "LockManager.tryAcquireWrite, synchronous section",
      run(ops) {
        for (let i = 0; i < ops; i++) {
          const guard = trying.tryAcquireWrite(KEYS[i % 1_000]);
          if (guard === undefined) throw new Error("a free key was refused");
          inside.enter("write");
          inside.leave("write");
          guard.release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "floor: Map.get and await fn()",
      async run(ops) {
        const map = new Map(KEYS.map((key) => [key, section]));
        for (let i = 0; i < ops; i++) await map.get(KEYS[i % 1_000])!();
        inside.expect(ops);
      },
    },
  ],
  { rounds: 11 },
);

const threeKeys = await measure(
  [
    {
      name: "LockManager.withAll",
      async run(ops) {
        for (let i = 0; i < ops; i++) await manager.withAll(REQUESTS[i % 1_000], section);
        inside.expect(ops);
      },
    },
    {
      name: "async-lock",
      async run(ops) {
        for (let i = 0; i < ops; i++) await peer.acquire(TRIPLES[i % 1_000], section);
        inside.expect(ops);
      },
    },
  ],
  { rounds: 11 },
);

function rows(keys: string, measured: readonly Measurement[], target: string): string[][] {
  const asyncLock = measured.find(({ name }) => name === "async-lock")!;
  return measured.map((each, i) => [
    `${keys}: ${each.name}`,
    formatNs(each.nsPerOp),
    formatRatio(pairedRatio(each, asyncLock)),
    i === 0 ? target : "",
  ]);
}

console.log(`CPU time of one keyed section over 1,000 keys. ${environment()}\n`);
console.log(
  markdownTable(
    ["section", "CPU", "× async-lock", "target"],
    [...rows("1 key", oneKey, "≤ 0.30 ×"), ...rows("3 keys", threeKeys, "≤ 0.50 ×")],
  ),
);
