/**
 * Do readers wait less than behind a mutex, and how do the headlines come out that a readers-writer lock is sold with?
 * Readers that hold the lock for a millisecond and writers that hold it for two, by wall clock, because what they do is
 * wait; contention is told from outside, in the same way for every lock. Every section checks who is inside.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { AsyncRWLock } from "../../src/locks/index.ts";
import { TickRing } from "../../src/realtime/ring/tick-ring.ts";
import { environment, formatNs, formatRatio, markdownTable, measure, median } from "../harness.ts";
import { Exclusion } from "./exclusion.ts";
import { loadLockPeers, type LockPeer } from "./lock-peers.ts";
import { type LoadResult, type ReaderLoad, runLoad } from "./reader-load.ts";

const ROUNDS = 5;
const ROUND_MS = 400;
const holdMs = { read: 1, write: 2 };
const atOnce = { read: 0, write: 0 };
const LOADS = {
  ten: { readers: 10, writers: 0, holdMs, pauseMs: atOnce },
  twenty: { readers: 20, writers: 0, holdMs, pauseMs: atOnce },
  mixed: { readers: 10, writers: 2, holdMs, pauseMs: atOnce },
  paused: { readers: 10, writers: 2, holdMs, pauseMs: { read: 10, write: 50 } },
} as const satisfies Record<string, ReaderLoad>;
type LoadName = keyof typeof LOADS;

const names = new Set(["tickframe", "rwlock", "prex", "await-lock", "async-mutex"]);
const peers = (await loadLockPeers()).filter(({ name }) => names.has(name));
const tickframe = peers.find(({ name }) => name === "tickframe")!;
const mutex = peers.find(({ name }) => name === "async-mutex")!;

const results = new Map<string, LoadResult[]>();
const resultsOf = (peer: LockPeer, load: LoadName): LoadResult[] => {
  const key = `${peer.name} ${load}`;
  if (!results.has(key)) results.set(key, []);
  return results.get(key)!;
};
for (let i = 0; i < ROUNDS; i++) {
  for (const load of Object.keys(LOADS) as LoadName[]) {
    for (const peer of peers) resultsOf(peer, load).push(await runLoad(peer, LOADS[load], ROUND_MS));
  }
}

function figure(peer: LockPeer, load: LoadName, of: keyof LoadResult): number {
  return median(resultsOf(peer, load).map((each) => each[of]));
}

const timesMutex = (load: LoadName): number =>
  figure(tickframe, load, "readsPerSecond") / figure(mutex, load, "readsPerSecond");
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const lessThanMutex = (load: LoadName, of: keyof LoadResult): string =>
  percent(1 - figure(tickframe, load, of) / figure(mutex, load, of));

function printThroughput(): void {
  const rows = peers.map((peer) => [
    peer.isMutex ? `${peer.name} (mutex)` : peer.name,
    ...(["ten", "twenty"] as const).flatMap((load) => [
      figure(peer, load, "readsPerSecond").toFixed(0),
      formatRatio(figure(peer, load, "readsPerSecond") / figure(mutex, load, "readsPerSecond")),
    ]),
    figure(peer, "mixed", "readsPerSecond").toFixed(0),
    figure(peer, "mixed", "writesPerSecond").toFixed(0),
    peer === tickframe ? "≥ 9.50 ×, both sides go on" : "",
  ]);
  console.log(
    markdownTable(
      [
        "lock",
        "10 readers: reads/s",
        "× mutex",
        "20 readers",
        "× mutex",
        "10 + 2 writers: reads/s",
        "writes/s",
        "target",
      ],
      rows,
    ),
  );
}

function printContention(): void {
  const rows = (["mixed", "paused"] as const).flatMap((load) =>
    peers.map((peer) => [
      `${load === "mixed" ? "ask again at once" : "pause 10 and 50 ms"}: ${peer.name}`,
      percent(figure(peer, load, "waitedShare")),
      figure(peer, load, "waitedMsEach").toFixed(2),
      figure(peer, load, "waitedMsPerSecond").toFixed(0),
      (figure(peer, load, "readsPerSecond") + figure(peer, load, "writesPerSecond")).toFixed(0),
    ]),
  );
  console.log(
    `\n${markdownTable(["10 readers and 2 writers", "waited", "ms each", "ms a second, all tasks", "sections/s"], rows)}`,
  );
}

/** Readers that were inside together. */
async function readersAtOnce(count: number): Promise<number> {
  const lock = new AsyncRWLock();
  const guards = await Promise.all(Array.from({ length: count }, () => lock.acquireRead()));
  const { readers } = lock;
  for (const guard of guards) guard.release();
  return readers;
}

/** The heap that an idle lock takes after it was used. */
async function bytesALock(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const count = 20_000;
  const kept: AsyncRWLock[] = Array.from({ length: count });
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < count; i++) {
    kept[i] = new AsyncRWLock();
    kept[i].tryAcquireRead()?.release();
  }
  collect();
  const bytes = (process.memoryUsage().heapUsed - before) / count;
  if (kept[count - 1].readers !== 0) throw new Error("what is measured was not kept");
  return bytes;
}

async function printHeadlines(): Promise<void> {
  const [awaitedLock, triedLock] = [new AsyncRWLock(), new AsyncRWLock()];
  const ring = new TickRing({ capacitySlots: 10_000 });
  const into = { price: new Float64Array(100) };
  const inside = new Exclusion();
  const [acquire, tryAcquire, push, recent] = await measure([
    {
      name: "acquireRead and release",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          const guard = await awaitedLock.acquireRead();
          inside.enter("read");
          inside.leave("read");
          guard.release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "tryAcquireRead and release",
      run(ops) {
        for (let i = 0; i < ops; i++) {
          const guard = triedLock.tryAcquireRead();
          inside.enter("read");
          inside.leave("read");
          guard?.release();
        }
        inside.expect(ops);
      },
    },
    {
      name: "TickRing push",
      run(ops) {
        const { columns, published } = ring;
        for (let i = 0; i < ops; i++) {
          const slot = ring.claim();
          columns.time[slot] = i;
          columns.price[slot] = 100 + (i & 7);
          columns.size[slot] = 1;
          columns.flags[slot] = i & 1;
          ring.publish();
        }
        if (ring.published - published !== ops) throw new Error("the ring lost a tick");
      },
    },
    {
      name: "TickRing.copyRecent(100)",
      run(ops) {
        for (let i = 0; i < ops; i++) {
          if (ring.copyRecent(100, into) !== 100) throw new Error("the ring lost a tick");
        }
      },
    },
  ]);
  const perSecond = ({ nsPerOp }: { readonly nsPerOp: number }): string =>
    `${(1e3 / nsPerOp).toFixed(0)} M/s`;
  const rows = [
    [
      "50 to 70 % less contention",
      `acquisitions that waited: ${lessThanMutex("paused", "waitedShare")} fewer with pauses, ${lessThanMutex("mixed", "waitedShare")} without; ` +
        `time waited for each: ${lessThanMutex("paused", "waitedMsEach")} and ${lessThanMutex("mixed", "waitedMsEach")} less`,
    ],
    ["unlimited concurrent readers", `${await readersAtOnce(100_000)} of 100000 inside together`],
    [
      "10 to 20 times the read parallelism",
      `${formatRatio(timesMutex("ten"))} with 10 readers, ${formatRatio(timesMutex("twenty"))} with 20`,
    ],
    [
      "sub-millisecond uncontended acquire",
      `${formatNs(acquire.nsPerOp)} awaited, ${formatNs(tryAcquire.nsPerOp)} tried`,
    ],
    ["100,000 buffer operations a second", `push ${perSecond(push)}, newest 100 ${perSecond(recent)}`],
    ["about 100 bytes a lock", `${(await bytesALock()).toFixed(0)} B`],
  ];
  console.log(`\n${markdownTable(["headline", "measured"], rows)}`);
}

console.log(`Wall clock, median of ${ROUNDS} rounds; × mutex is × async-mutex. ${environment()}\n`);
printThroughput();
printContention();
await printHeadlines();
