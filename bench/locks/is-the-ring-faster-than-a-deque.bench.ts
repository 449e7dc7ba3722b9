/**
 * Is the ring faster than a deque of objects? A tick pushed, and the newest 100 read, against mnemonist's circular
 * buffer and denque, which hold ticks as objects; the objects are made in the loop, as a feed makes them. Sums of what
 * was read are compared.
 */
import { plainColumns } from "../../src/realtime/ring/tick-queue.ts";
import { TickRing } from "../../src/realtime/ring/tick-ring.ts";
import {
  type Candidate,
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  type Measurement,
  pairedRatio,
} from "../harness.ts";
import { loadPeer } from "./lock-peers.ts";

const CAPACITY = 16_384;
const RECENT = 100;

interface TickObject {
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly side: number;
}

interface CircularBuffer {
  push(tick: TickObject): void;
  get(i: number): TickObject;
  readonly size: number;
}
interface Denque {
  push(tick: TickObject): void;
  shift(): void;
  peekAt(i: number): TickObject;
  readonly length: number;
}

const { CircularBuffer: Circular } = await loadPeer<{
  CircularBuffer: new (type: ArrayConstructor, capacity: number) => CircularBuffer;
}>("mnemonist");
const { default: Deque } = await loadPeer<{ default: new () => Denque }>("denque");

const ring = new TickRing({ capacitySlots: CAPACITY });
const source = plainColumns(1);
const circular = new Circular(Array, CAPACITY);
const deque = new Deque();
/** Price of the tick that is pushed next, one for all, so that every buffer holds the same numbers. */
const priceOf = (n: number): number => 100 + (n % 1_000) / 8;

function fill(): void {
  for (let n = 0; n < CAPACITY; n++) {
    source.price[0] = priceOf(n);
    ring.push(source, 0);
    circular.push({ time: n, price: priceOf(n), size: 1, side: n & 1 });
    deque.push({ time: n, price: priceOf(n), size: 1, side: n & 1 });
  }
}

const pushes: readonly Candidate[] = [
  {
    name: "TickRing.push",
    run(ops) {
      const before = ring.published;
      for (let n = 0; n < ops; n++) {
        source.time[0] = n;
        source.price[0] = priceOf(n);
        source.size[0] = 1;
        source.flags[0] = n & 1;
        ring.push(source, 0);
      }
      if (ring.published - before !== ops) throw new Error("the ring lost a tick");
    },
  },
  {
    name: "mnemonist CircularBuffer",
    run(ops) {
      for (let n = 0; n < ops; n++) circular.push({ time: n, price: priceOf(n), size: 1, side: n & 1 });
      if (circular.size !== CAPACITY) throw new Error("the buffer is not full");
    },
  },
  {
    name: "denque",
    run(ops) {
      for (let n = 0; n < ops; n++) {
        deque.push({ time: n, price: priceOf(n), size: 1, side: n & 1 });
        deque.shift();
      }
      if (deque.length !== CAPACITY) throw new Error("the deque is not full");
    },
  },
];

/** Each sums the newest 100 prices; the sums must agree. */
const sums = new Map<string, number>();

const reads: readonly Candidate[] = [
  {
    name: "TickRing.recent(100)",
    run(ops) {
      const { price } = ring.columns;
      let sum = 0;
      for (let i = 0; i < ops; i++) {
        const slots = ring.recent(RECENT);
        for (let k = 0; k < RECENT; k++) sum += price[slots[k]];
      }
      sums.set("ring", sum / ops);
    },
  },
  {
    name: "TickRing columns, no array",
    run(ops) {
      const { price } = ring.columns;
      let sum = 0;
      for (let i = 0; i < ops; i++) {
        const end = ring.published;
        for (let n = end - RECENT; n < end; n++) sum += price[ring.slotOf(n)];
      }
      sums.set("columns", sum / ops);
    },
  },
  {
    name: "mnemonist get × 100",
    run(ops) {
      let sum = 0;
      for (let i = 0; i < ops; i++) {
        const from = circular.size - RECENT;
        for (let k = 0; k < RECENT; k++) sum += circular.get(from + k).price;
      }
      sums.set("mnemonist", sum / ops);
    },
  },
  {
    name: "denque peekAt × 100",
    run(ops) {
      let sum = 0;
      for (let i = 0; i < ops; i++) {
        const from = deque.length - RECENT;
        for (let k = 0; k < RECENT; k++) sum += deque.peekAt(from + k).price;
      }
      sums.set("denque", sum / ops);
    },
  },
];

function table(measured: readonly Measurement[], targets: readonly string[]): string {
  const [first] = measured;
  return markdownTable(
    ["operation", "CPU", `${first.name} against it`, "target"],
    measured.map((each, i) => [
      each.name,
      formatNs(each.nsPerOp),
      formatRatio(pairedRatio(first, each)),
      targets[i] ?? "",
    ]),
  );
}

fill();
const read = await measure(reads, { rounds: 11, sliceMs: 40 });
const [expected, ...others] = sums.values();
if (others.some((sum) => Math.abs(sum - expected) > 1e-6 * expected)) {
  throw new Error(`the newest 100 prices differ: ${[...sums].join("; ")}`);
}
const pushed = await measure(pushes, { rounds: 11, sliceMs: 40 });
console.log(`CPU time; ${CAPACITY} ticks. ${environment()}\n`);
console.log(table(pushed, ["≤ 0.13 × an object ring with its objects"]));
console.log(`\n${table(read, ["", "≤ 0.25 × mnemonist and denque"])}`);
