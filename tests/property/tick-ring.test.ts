import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TickRing, type RingOverflow } from "../../src/realtime/ring/tick-ring.ts";
import { plainColumns } from "../../src/realtime/ring/tick-queue.ts";
import type { TickRingReader } from "../../src/realtime/ring/tick-ring-reader.ts";

/** What a ring is, with plain arrays: every tick ever published, and where each reader stands. */
class Model {
  readonly ticks: number[] = [];
  readonly readers: { position: number; missed: number; isOpen: boolean }[] = [];
  readonly #capacity: number;
  readonly #overflow: RingOverflow;
  dropped = 0;
  /** Where the last reader closed while no other was open. */
  #released = 0;

  constructor(capacity: number, overflow: RingOverflow) {
    this.#capacity = capacity;
    this.#overflow = overflow;
  }

  get oldest(): number {
    return Math.max(0, this.ticks.length - this.#capacity);
  }

  push(id: number): boolean {
    const open = this.readers.filter(({ isOpen }) => isOpen).map(({ position }) => position);
    const heldFrom = open.length > 0 ? Math.min(...open) : this.#released;
    if (this.#overflow === "drop" && this.ticks.length - heldFrom >= this.#capacity) {
      this.dropped++;
      return false;
    }
    this.ticks.push(id);
    return true;
  }

  drain(index: number, limit: number): number[] {
    const reader = this.readers[index];
    if (reader.position < this.oldest) {
      reader.missed += this.oldest - reader.position;
      reader.position = this.oldest;
    }
    const taken = this.ticks.slice(reader.position, reader.position + limit);
    reader.position += taken.length;
    return taken;
  }

  close(index: number): void {
    const closing = this.readers[index];
    if (!closing.isOpen) return;
    const open = this.readers.filter(({ isOpen }) => isOpen);
    if (open.length === 1) this.#released = closing.position;
    closing.isOpen = false;
  }
}

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("push" as const), count: fc.integer({ min: 1, max: 12 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("drain" as const),
      reader: fc.nat(9),
      limit: fc.constantFrom(0, 1, 3, Infinity),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("read" as const),
      from: fc.constantFrom("next" as const, "oldest" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), reader: fc.nat(9) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("recent" as const),
      count: fc.nat(20),
      room: fc.integer({ min: 20, max: 22 }),
    }),
  },
);

describe("TickRing", () => {
  it("behaves as a plain list of ticks does, however pushes, drains and readers interleave", () => {
    const overflows = fc.constantFrom<RingOverflow>("overwrite", "drop");
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        overflows,
        fc.array(command, { maxLength: 60 }),
        (capacitySlots, overflow, commands) => {
          const ring = new TickRing({ capacitySlots, overflow });
          const model = new Model(capacitySlots, overflow);
          const readers: TickRingReader[] = [];
          const tick = plainColumns(1);
          const idAt = (slot: number) => ring.columns.tradeId[slot];
          let id = 0;
          for (const step of commands) {
            if (step.do === "push") {
              for (let i = 0; i < step.count; i++) {
                tick.tradeId[0] = ++id;
                expect(ring.push(tick, 0)).toBe(model.push(id));
              }
            } else if (step.do === "read") {
              readers.push(ring.reader({ from: step.from }));
              model.readers.push({
                position: step.from === "next" ? model.ticks.length : model.oldest,
                missed: 0,
                isOpen: true,
              });
            } else if (step.do === "recent") {
              const known = model.ticks.slice(model.oldest);
              const newest = step.count === 0 ? [] : known.slice(-step.count);
              expect(ring.recent(step.count).map(idAt)).toEqual(newest);
              const untouched = Array.from({ length: step.room - newest.length }, () => -1);
              const into = { tradeId: new Float64Array(step.room).fill(-1) };
              expect(ring.copyRecent(step.count, into)).toBe(newest.length);
              expect([...into.tradeId]).toEqual([...newest, ...untouched]);
            } else if (readers.length > 0) {
              const index = step.reader % readers.length;
              if (step.do === "close") {
                readers[index].close();
                model.close(index);
              } else {
                const taken: number[] = [];
                const count = readers[index].drain((slot) => taken.push(idAt(slot)), step.limit);
                expect(taken).toEqual(model.drain(index, step.limit));
                expect(count).toBe(taken.length);
                expect(readers[index].missed).toBe(model.readers[index].missed);
                expect(readers[index].available).toBe(model.ticks.length - model.readers[index].position);
              }
            }
          }
          expect(ring.dropped).toBe(model.dropped);
          expect(ring.published).toBe(model.ticks.length);
        },
      ),
      { numRuns: 400 },
    );
  });
});
