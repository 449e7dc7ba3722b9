/**
 * Is the ring faster than a deque of objects? A tick pushed, and the newest 100 prices and sizes copied to arrays that the
 * caller keeps, against mnemonist's circular buffer and denque, which hold ticks as objects; those are made in the loop, as
 * a feed makes them. What was read is compared.
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

/** One for each way to push: a ring that several ways have used is optimised for none. */
const [ring, wideRing, copyingRing] = Array.from(
  { length: 3 },
  () => new TickRing({ capacitySlots: CAPACITY }),
);
const source = plainColumns(1);
const bare = plainColumns(CAPACITY);
const circular = new Circular(Array, CAPACITY);
const deque = new Deque();
/** Price of the tick that is pushed next, one for all, so that every buffer holds the same numbers. */
const priceOf = (n: number): number => 100 + (n % 1_000) / 8;

function fill(): void {
  for (let n = 0; n < CAPACITY; n++) {
    source.price[0] = priceOf(n);
    source.size[0] = 1;
    ring.push(source, 0);
    circular.push({ time: n, price: priceOf(n), size: 1, side: n & 1 });
    deque.push({ time: n, price: priceOf(n), size: 1, side: n & 1 });
  }
}

const pushes: readonly Candidate[] = [
  {
    name: "TickRing: claim, the 4 columns of the objects, publish",
    run(ops) {
      const { columns: into, published: before } = ring;
      for (let n = 0; n < ops; n++) {
        const slot = ring.claim();
        into.time[slot] = n;
        into.price[slot] = priceOf(n);
        into.size[slot] = 1;
        into.flags[slot] = n & 1;
        ring.publish();
      }
      if (ring.published - before !== ops) throw new Error("the ring lost a tick");
    },
  },
  {
    name: "TickRing: claim, all 8 columns, publish",
    run(ops) {
      const { columns: into, published: before } = wideRing;
      for (let n = 0; n < ops; n++) {
        const slot = wideRing.claim();
        into.time[slot] = n;
        into.receivedAt[slot] = n;
        into.price[slot] = priceOf(n);
        into.size[slot] = 1;
        into.tradeId[slot] = n;
        into.tradeCount[slot] = 1;
        into.symbol[slot] = 0;
        into.flags[slot] = n & 1;
        wideRing.publish();
      }
      if (wideRing.published - before !== ops) throw new Error("the ring lost a tick");
    },
  },
  {
    name: "TickRing.push, all 8 columns of another table",
    run(ops) {
      const { published: before } = copyingRing;
      for (let n = 0; n < ops; n++) {
        source.time[0] = n;
        source.price[0] = priceOf(n);
        source.size[0] = 1;
        source.flags[0] = n & 1;
        copyingRing.push(source, 0);
      }
      if (copyingRing.published - before !== ops) throw new Error("the ring lost a tick");
    },
  },
  {
    name: "floor: 4 plain stores",
    run(ops) {
      const { time, price, size, flags } = bare;
      for (let n = 0; n < ops; n++) {
        const slot = n & (CAPACITY - 1);
        time[slot] = n;
        price[slot] = priceOf(n);
        size[slot] = 1;
        flags[slot] = n & 1;
      }
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

interface Copied {
  readonly price: Float64Array;
  readonly size: Float64Array;
}

/** What each has copied. */
const copies = new Map<string, Copied>();

function copyOf(name: string): Copied {
  const copied = { price: new Float64Array(RECENT), size: new Float64Array(RECENT) };
  copies.set(name, copied);
  return copied;
}

const reads: readonly Candidate[] = [
  {
    name: "TickRing.copyRecent",
    run(ops) {
      const into = copyOf("copyRecent");
      for (let i = 0; i < ops; i++) ring.copyRecent(RECENT, into);
    },
  },
  {
    name: "TickRing.copyRecent, one column of the two",
    run(ops) {
      const { price, size } = copyOf("two calls");
      for (let i = 0; i < ops; i++) ring.copyRecent(RECENT, { price });
      ring.copyRecent(RECENT, { size });
    },
  },
  {
    name: "TickRing.recent, which makes an array of slots",
    run(ops) {
      const { price, size } = copyOf("recent");
      const { columns } = ring;
      for (let i = 0; i < ops; i++) {
        const slots = ring.recent(RECENT);
        for (let k = 0; k < RECENT; k++) {
          price[k] = columns.price[slots[k]];
          size[k] = columns.size[slots[k]];
        }
      }
    },
  },
  {
    name: "mnemonist get × 100",
    run(ops) {
      const { price, size } = copyOf("mnemonist");
      for (let i = 0; i < ops; i++) {
        const from = circular.size - RECENT;
        for (let k = 0; k < RECENT; k++) {
          const tick = circular.get(from + k);
          price[k] = tick.price;
          size[k] = tick.size;
        }
      }
    },
  },
  {
    name: "denque peekAt × 100",
    run(ops) {
      const { price, size } = copyOf("denque");
      for (let i = 0; i < ops; i++) {
        const from = deque.length - RECENT;
        for (let k = 0; k < RECENT; k++) {
          const tick = deque.peekAt(from + k);
          price[k] = tick.price;
          size[k] = tick.size;
        }
      }
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
const [expected, ...others] = [...copies.values()].map(({ price, size }) => [...price, ...size].join());
if (others.some((copied) => copied !== expected)) throw new Error("the newest 100 ticks differ");
const pushed = await measure(pushes, { rounds: 11, sliceMs: 40 });
console.log(`CPU time; ${CAPACITY} ticks. ${environment()}\n`);
console.log(table(pushed, ["≤ 0.13 × an object ring with its objects"]));
console.log(`\n${table(read, ["≤ 0.25 × mnemonist and denque"])}`);
