/**
 * How fast is the ring? A tick into it against the same eight stores into plain columns, and a tick in and out again:
 * through one reader, and through four, of which each takes every tick. The readers' sums are checked after every batch.
 */
import { plainColumns } from "../../src/realtime/ring/tick-queue.ts";
import { copyTick, TickRing, type RingOverflow } from "../../src/realtime/ring/tick-ring.ts";
import {
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  pairedRatio,
  type Candidate,
} from "../harness.ts";
import { sessionTicks } from "./bench-ticks.ts";

const CAPACITY_SLOTS = 65_536;
/** What one burst of a busy socket brings. */
const BATCH = 64;

const { origin, columns: source, count } = sessionTicks();

const plain: Candidate = (() => {
  const target = plainColumns(CAPACITY_SLOTS);
  return {
    name: "stores into plain columns",
    run(ops) {
      for (let i = 0, from = 0; i < ops; i++) {
        copyTick(target, i & (CAPACITY_SLOTS - 1), source, from);
        if (++from === count) from = 0;
      }
    },
  };
})();

function pushed(): Candidate {
  const ring = new TickRing({ capacitySlots: CAPACITY_SLOTS });
  return {
    name: "push",
    run(ops) {
      const before = ring.published;
      for (let i = 0, from = 0; i < ops; i++) {
        ring.push(source, from);
        if (++from === count) from = 0;
      }
      if (ring.published - before !== ops) throw new Error("the ring did not count every tick");
    },
  };
}

/** `ops` counts ticks that are pushed; every reader takes each of them. */
function drained(overflow: RingOverflow, readers: number): Candidate {
  const ring = new TickRing({ capacitySlots: CAPACITY_SLOTS, overflow });
  const all = Array.from({ length: readers }, () => ring.reader());
  const sums = new Float64Array(2);
  const visit = (slot: number) => {
    sums[1] += ring.columns.tradeId[slot];
  };
  return {
    name: `push and drain by ${readers} reader${readers > 1 ? "s" : ""}, ${overflow}`,
    run(ops) {
      for (let done = 0, from = 0; done < ops; done += BATCH) {
        sums.fill(0);
        for (let i = Math.min(BATCH, ops - done); i > 0; i--) {
          sums[0] += source.tradeId[from];
          ring.push(source, from);
          if (++from === count) from = 0;
        }
        for (const reader of all) reader.drain(visit);
        if (sums[1] !== sums[0] * readers) throw new Error("a reader did not see every tick once");
      }
    },
  };
}

const measured = await measure([
  plain,
  pushed(),
  drained("overwrite", 1),
  drained("drop", 1),
  drained("overwrite", 4),
]);

console.log(`## How fast is the ring?\n\n${environment()}\n`);
console.log(`${origin}; a ring of ${CAPACITY_SLOTS} slots, drained every ${BATCH} ticks.\n`);
console.log(
  markdownTable(
    ["way", "CPU a tick", "times the cost"],
    measured.map((each) => [
      each.name,
      formatNs(each.nsPerOp),
      each === measured[0] ? "1" : formatRatio(pairedRatio(each, measured[0])),
    ]),
  ),
);
