/**
 * What does a cell cost? A read and an update of a VersionedCell against a bare property, and a step of an AtomicCounter
 * against the bare atomic operation. Generations and counts are checked after every slice.
 */
import { AtomicCounter, VersionedCell } from "../../src/locks/index.ts";
import { environment, formatNs, formatRatio, markdownTable, measure, pairedRatio } from "../harness.ts";

const cell = new VersionedCell(0);
const holder: { current: { readonly value: number; readonly generation: number } } = {
  current: { value: 0, generation: 0 },
};
const counter = new AtomicCounter();
const bare = new BigInt64Array(new SharedArrayBuffer(8));
const increment = (value: number): number => (value + 1) | 0;

const groups = [
  await measure([
    {
      name: "floor: property",
      run(ops) {
        let sum = 0;
        for (let i = 0; i < ops; i++) sum += holder.current.generation;
        if (sum !== ops * holder.current.generation) throw new Error("a read was wrong");
      },
    },
    {
      name: "VersionedCell.read",
      run(ops) {
        const { generation } = cell.read();
        let sum = 0;
        for (let i = 0; i < ops; i++) sum += cell.read().generation;
        if (sum !== ops * generation) throw new Error("a read was wrong");
      },
    },
  ]),
  await measure([
    {
      name: "floor: new object in a property",
      run(ops) {
        const before = holder.current.generation;
        for (let i = 0; i < ops; i++) {
          const { value, generation } = holder.current;
          holder.current = { value: increment(value), generation: generation + 1 };
        }
        if (holder.current.generation - before !== ops) throw new Error("an update was lost");
      },
    },
    {
      name: "VersionedCell.update",
      run(ops) {
        const before = cell.read().generation;
        for (let i = 0; i < ops; i++) cell.update(increment);
        if (cell.read().generation - before !== ops) throw new Error("an update was lost");
      },
    },
    {
      name: "VersionedCell.optimisticUpdate, awaited",
      async run(ops) {
        const before = cell.read().generation;
        for (let i = 0; i < ops; i++) await cell.optimisticUpdate(increment);
        if (cell.read().generation - before !== ops) throw new Error("an update was lost");
      },
    },
  ]),
  await measure([
    {
      name: "floor: Atomics.add of 1n",
      run(ops) {
        const before = bare[0];
        for (let i = 0; i < ops; i++) Atomics.add(bare, 0, 1n);
        if (bare[0] - before !== BigInt(ops)) throw new Error("a step was lost");
      },
    },
    {
      name: "AtomicCounter.increment",
      run(ops) {
        const before = counter.get();
        for (let i = 0; i < ops; i++) counter.increment();
        if (counter.get() - before !== BigInt(ops)) throw new Error("a step was lost");
      },
    },
  ]),
];

console.log(`CPU time. ${environment()}\n`);
console.log(
  markdownTable(
    ["operation", "CPU", "× floor"],
    groups.flatMap((group) =>
      group.map((each) => [each.name, formatNs(each.nsPerOp), formatRatio(pairedRatio(each, group[0]))]),
    ),
  ),
);
