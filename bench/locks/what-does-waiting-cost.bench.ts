/**
 * What does waiting cost? One writer and ten readers whose sections last a turn of the event loop; and a queue of 1,000
 * and of 100,000 callers behind one holder. Every section checks who is inside.
 */
import {
  type Candidate,
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  type Measurement,
  type MeasureOptions,
  pairedRatio,
} from "../harness.ts";
import { loadLockPeers, type LockPeer } from "./lock-peers.ts";
import { loopsOf, type PeerLoops } from "./peer-loops.ts";

/** These take milliseconds a waiter, or refuse the queue. */
const NO_QUEUES = new Set(["rwmutex", "effect TxReentrantLock", "readwrite-lock", "async-lock", "mortice"]);
/** Those whose queue is not an array that moves up with every waiter. */
const LONG_QUEUES = new Set(["tickframe", "prex", "es-toolkit Mutex"]);
/** Fair ones: in `does-anyone-starve.bench.ts` everybody is served. */
const FAIR = ["rwlock", "readers-writer-lock", "@eight04/read-write-lock", "readwrite-lock"];

async function measureAll(
  peers: readonly LockPeer[],
  loop: keyof Pick<PeerLoops, "contended" | "drain">,
  ops: number,
  options: MeasureOptions,
): Promise<Measurement[]> {
  const candidates: Candidate[] = [];
  for (const peer of peers) {
    const loops = await loopsOf(peer);
    try {
      await loops[loop](peer.create())(ops);
    } catch (error) {
      console.log(`${peer.name} is left out, it does not exclude: ${String(error)}.\n`);
      continue;
    }
    candidates.push({ name: peer.name, run: loops[loop](peer.create()), ops });
  }
  return measure(candidates, options);
}

function table(measured: readonly Measurement[], unit: string, target: string): string {
  const [ours] = measured;
  return markdownTable(
    ["lock", `CPU per ${unit}`, "tickframe against it", "target"],
    measured.map((each) => [
      each.name,
      formatNs(each.nsPerOp),
      formatRatio(pairedRatio(ours, each)),
      each === ours ? target : "",
    ]),
  );
}

function best(measured: readonly Measurement[], names: readonly string[]): Measurement {
  const known = measured.filter(({ name }) => names.includes(name));
  return known.reduce((fastest, each) => (each.nsPerOp < fastest.nsPerOp ? each : fastest));
}

const peers = await loadLockPeers();
const isSlow = ({ name }: LockPeer) => name === "mortice" || name === "effect TxReentrantLock";
console.log(`One writer, ten readers. ${environment()}\n`);
const contended = await measureAll(
  peers.filter((peer) => !isSlow(peer)),
  "contended",
  22_000,
  { rounds: 9 },
);
console.log(table(contended, "section", "≤ 0.90 × the best fair peer"));
const fair = best(contended, FAIR);
console.log(`\nAgainst the best fair peer, ${fair.name}: ${formatRatio(pairedRatio(contended[0], fair))}.`);

console.log("\nA queue of 1,000 writers behind one holder.\n");
const short = await measureAll(
  peers.filter(({ name }) => !NO_QUEUES.has(name) && name !== "navigator.locks"),
  "drain",
  1_000,
  { rounds: 15 },
);
console.log(table(short, "waiter", "≤ 0.75 × the best peer"));
const [ours, ...others] = short;
const quickest = best(
  others,
  others.map(({ name }) => name),
);
console.log(`\nAgainst the best peer, ${quickest.name}: ${formatRatio(pairedRatio(ours, quickest))}.`);

console.log("\nA queue of 100,000 writers behind one holder.\n");
const long = await measureAll(
  peers.filter(({ name }) => LONG_QUEUES.has(name)),
  "drain",
  100_000,
  { rounds: 5 },
);
console.log(table(long, "waiter", "flat: no growth but the garbage collector's"));
