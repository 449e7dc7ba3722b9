import { describe, expect, it } from "vitest";
import { copyTick, TickRing, type TickRingOptions } from "../../../../src/realtime/ring/tick-ring.ts";
import { TICK_BYTES } from "../../../../src/realtime/ring/tick-layout.ts";
import { plainColumns } from "../../../../src/realtime/ring/tick-queue.ts";
import type { TickRingReader } from "../../../../src/realtime/ring/tick-ring-reader.ts";
import type { TickColumns } from "../../../../src/realtime/ring/tick-columns.ts";

const tick = plainColumns(1);

/** Pushes ticks with these ids; returns which were taken. */
function push(ring: TickRing, ...ids: number[]): boolean[] {
  return ids.map((id) => {
    tick.tradeId[0] = id;
    return ring.push(tick, 0);
  });
}

function drain(ring: TickRing, reader: TickRingReader, limit?: number): number[] {
  const ids: number[] = [];
  reader.drain((slot) => ids.push(ring.columns.tradeId[slot]), limit);
  return ids;
}

const recentIds = (ring: TickRing, count: number) =>
  ring.recent(count).map((slot) => ring.columns.tradeId[slot]);

describe("TickRing", () => {
  it("lies in one SharedArrayBuffer", () => {
    const { columns } = new TickRing({ capacitySlots: 100 });
    const { buffer } = columns.time;
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    const all = Object.values(columns) as Float64Array[];
    expect(new Set(all.map((column) => column.buffer))).toEqual(new Set([buffer]));
    const bytes = all.reduce((sum, column) => sum + column.BYTES_PER_ELEMENT, 0);
    expect(bytes).toBe(TICK_BYTES);
    // No two columns overlap.
    const ranges = all
      .map((column) => [column.byteOffset, column.byteOffset + column.byteLength])
      .sort((a, b) => a[0] - b[0]);
    ranges.slice(1).forEach(([start], i) => expect(start).toBeGreaterThanOrEqual(ranges[i][1]));
    expect(ranges.at(-1)![1]).toBeLessThanOrEqual(buffer.byteLength);
  });

  it("carries every column of a tick, to the last bit", () => {
    const source = plainColumns(2);
    const fields = {
      time: 1.7e12,
      receivedAt: 1.7e12 + 0.25,
      price: 0.1,
      size: 1e15,
      tradeId: 2 ** 53 - 1,
      tradeCount: 2 ** 31 - 1,
      symbol: 499,
      flags: 0x82,
    };
    for (const [name, value] of Object.entries(fields)) source[name as keyof typeof fields][1] = value;
    const ring = new TickRing({ capacitySlots: 3 });
    ring.push(source, 1);
    const target = plainColumns(1);
    copyTick(target, 0, ring.columns, ring.slotOf(0));
    for (const [name, value] of Object.entries(fields))
      expect(target[name as keyof typeof fields][0]).toBe(value);
  });

  it("shows a tick only once it is published", () => {
    const ring = new TickRing({ capacitySlots: 4 });
    const reader = ring.reader();
    const slot = ring.claim();
    ring.columns.tradeId[slot] = 7;
    expect(reader.available).toBe(0);
    expect(ring.recent(1)).toEqual([]);
    ring.publish();
    expect(drain(ring, reader)).toEqual([7]);
  });

  it.each([1, 3, 4, 5, 8, 9])("keeps the newest ticks, %i of them", (capacitySlots) => {
    const ring = new TickRing({ capacitySlots });
    const ids = Array.from({ length: 30 }, (_, i) => i);
    for (const id of ids) {
      push(ring, id);
      expect(ring.published).toBe(id + 1);
      expect(ring.length).toBe(Math.min(id + 1, capacitySlots));
      expect(recentIds(ring, 30)).toEqual(ids.slice(0, id + 1).slice(-capacitySlots));
    }
    expect(recentIds(ring, 2)).toEqual(ids.slice(-Math.min(2, capacitySlots)));
    expect(ring.recent(0)).toEqual([]);
  });

  it.each([0, -1, 1.5, NaN, Infinity, 2 ** 26 + 1])("refuses a capacity of %d", (capacitySlots) => {
    expect(() => new TickRing({ capacitySlots })).toThrow(RangeError);
    expect(() => new TickRing({ capacitySlots })).toThrow(
      `capacitySlots must be a whole number from 1 to 67108864, was ${capacitySlots}`,
    );
  });

  it("refuses an unknown overflow policy, and a bad count of recent ticks", () => {
    const options = { capacitySlots: 4, overflow: "block" } as unknown as TickRingOptions;
    expect(() => new TickRing(options)).toThrow('overflow must be "overwrite" or "drop", was "block"');
    const ring = new TickRing({ capacitySlots: 4 });
    for (const count of [-1, 0.5, NaN, Infinity]) expect(() => ring.recent(count)).toThrow(RangeError);
  });
});

describe("TickRing.copyRecent", () => {
  it("copies every column it is given, over the end of the ring, and leaves the rest of them alone", () => {
    const ring = new TickRing({ capacitySlots: 8 });
    const source = plainColumns(11);
    const names = Object.keys(source) as (keyof typeof source)[];
    for (let i = 0; i < 11; i++) {
      for (const [at, name] of names.entries()) source[name][i] = 10 * i + at;
      ring.push(source, i);
    }
    const into = plainColumns(8);
    expect(ring.copyRecent(6, into)).toBe(6);
    for (const [at, name] of names.entries()) {
      expect([...into[name]]).toEqual([...[5, 6, 7, 8, 9, 10].map((i) => 10 * i + at), 0, 0]);
    }
    const prices = { price: new Float64Array(6) };
    expect(ring.copyRecent(6, prices)).toBe(6);
    expect([...prices.price]).toEqual([...into.price.subarray(0, 6)]);
  });

  it("copies what there is, which may be nothing", () => {
    const ring = new TickRing({ capacitySlots: 4 });
    const into = { tradeId: new Float64Array(3).fill(-1) };
    expect(ring.copyRecent(3, into)).toBe(0);
    push(ring, 1, 2);
    expect(ring.copyRecent(0, into)).toBe(0);
    expect([...into.tradeId]).toEqual([-1, -1, -1]);
    expect(ring.copyRecent(3, into)).toBe(2);
    expect([...into.tradeId]).toEqual([1, 2, -1]);
  });

  it("refuses a count that is none, and a column that is too short, before it copies anything", () => {
    const ring = new TickRing({ capacitySlots: 4 });
    push(ring, 1, 2, 3);
    const into = { tradeId: new Float64Array(3), flags: new Uint8Array(2) };
    for (const count of [-1, 0.5, NaN, Infinity]) {
      expect(() => ring.copyRecent(count, into)).toThrow(
        `count must be a whole number of at least 0, was ${count}`,
      );
    }
    expect(() => ring.copyRecent(3, into)).toThrow(
      new RangeError('column "flags" must have room for the 3 ticks asked for, has 2'),
    );
    expect([...into.tradeId]).toEqual([0, 0, 0]);
    expect(ring.copyRecent(2, into)).toBe(2);
  });

  it.each(Object.keys(plainColumns(1)))("misses no short %s", (name) => {
    const ring = new TickRing({ capacitySlots: 4 });
    const into = { ...plainColumns(2), [name]: plainColumns(1)[name as keyof TickColumns] };
    expect(() => ring.copyRecent(2, into)).toThrow(`column "${name}" must have room for the 2 ticks`);
  });
});

describe("TickRing with overflow drop", () => {
  it("refuses and counts ticks while the slowest reader holds the ring full", () => {
    const ring = new TickRing({ capacitySlots: 3, overflow: "drop" });
    const slow = ring.reader();
    const fast = ring.reader();
    expect(push(ring, 1, 2, 3, 4)).toEqual([true, true, true, false]);
    expect(drain(ring, fast)).toEqual([1, 2, 3]);
    expect(push(ring, 5)).toEqual([false]);
    expect(drain(ring, slow, 1)).toEqual([1]);
    expect(push(ring, 6, 7)).toEqual([true, false]);
    expect(ring.dropped).toBe(3);
    expect(drain(ring, slow)).toEqual([2, 3, 6]);
    expect(drain(ring, fast)).toEqual([6]);
    expect([slow.missed, fast.missed]).toEqual([0, 0]);
  });

  it("goes on when the slow reader closes", () => {
    const ring = new TickRing({ capacitySlots: 2, overflow: "drop" });
    const slow = ring.reader();
    const fast = ring.reader();
    push(ring, 1, 2);
    drain(ring, fast);
    expect(push(ring, 3)).toEqual([false]);
    slow.close();
    expect(push(ring, 4, 5)).toEqual([true, true]);
    expect(drain(ring, fast)).toEqual([4, 5]);
  });

  it("keeps the first ticks for a reader to come", () => {
    const ring = new TickRing({ capacitySlots: 2, overflow: "drop" });
    expect(push(ring, 1, 2, 3)).toEqual([true, true, false]);
    const reader = ring.reader({ from: "oldest" });
    expect(push(ring, 4)).toEqual([false]);
    expect(drain(ring, reader)).toEqual([1, 2]);
    expect(push(ring, 5, 6, 7)).toEqual([true, true, false]);
  });

  it("takes ticks at once for a first reader that begins with the next", () => {
    const ring = new TickRing({ capacitySlots: 2, overflow: "drop" });
    push(ring, 1, 2, 3);
    const reader = ring.reader();
    expect(push(ring, 4, 5, 6)).toEqual([true, true, false]);
    expect(drain(ring, reader)).toEqual([4, 5]);
  });

  it("keeps for a later reader what the last one had not taken when it closed", () => {
    const ring = new TickRing({ capacitySlots: 3, overflow: "drop" });
    const first = ring.reader();
    push(ring, 1, 2, 3);
    expect(drain(ring, first, 2)).toEqual([1, 2]);
    first.close();
    first.close();
    expect(push(ring, 4, 5, 6)).toEqual([true, true, false]);
    expect(drain(ring, ring.reader({ from: "oldest" }))).toEqual([3, 4, 5]);
  });
});

describe("TickRingReader", () => {
  it("counts the ticks it missed when the writer laps it", () => {
    const ring = new TickRing({ capacitySlots: 4 });
    const reader = ring.reader();
    push(ring, 1, 2, 3, 4, 5, 6);
    expect(reader.available).toBe(4);
    expect(reader.missed).toBe(2);
    expect(drain(ring, reader)).toEqual([3, 4, 5, 6]);
    push(ring, 7, 8, 9, 10, 11);
    expect(drain(ring, reader)).toEqual([8, 9, 10, 11]);
    expect(reader.missed).toBe(3);
    expect(reader.position).toBe(11);
  });

  it("begins with the next tick, or with the oldest that is still there", () => {
    const ring = new TickRing({ capacitySlots: 3 });
    push(ring, 1, 2, 3, 4);
    const next = ring.reader();
    const oldest = ring.reader({ from: "oldest" });
    push(ring, 5);
    expect(drain(ring, next)).toEqual([5]);
    expect(drain(ring, oldest)).toEqual([3, 4, 5]);
    expect([next.missed, oldest.missed]).toEqual([0, 1]);
  });

  it("takes at most the limit, and says how many it took", () => {
    const ring = new TickRing({ capacitySlots: 8 });
    const reader = ring.reader();
    push(ring, 1, 2, 3);
    expect(drain(ring, reader, 0)).toEqual([]);
    expect(reader.drain(() => {}, 2)).toBe(2);
    expect(drain(ring, reader, 10)).toEqual([3]);
    for (const limit of [-1, 0.5, NaN]) expect(() => reader.drain(() => {}, limit)).toThrow(RangeError);
  });

  it("leaves ticks that are published during a drain for the next one", () => {
    const ring = new TickRing({ capacitySlots: 8 });
    const reader = ring.reader();
    push(ring, 1, 2);
    const seen: number[] = [];
    const visit = (slot: number) => {
      seen.push(ring.columns.tradeId[slot]);
      push(ring, 10 + seen.length);
    };
    expect(reader.drain(visit)).toBe(2);
    expect(seen).toEqual([1, 2]);
    expect(drain(ring, reader)).toEqual([11, 12]);
  });

  it("never hands out a tick that was overwritten during the drain", () => {
    const ring = new TickRing({ capacitySlots: 8 });
    const reader = ring.reader();
    push(ring, 1, 2, 3, 4, 5, 6, 7, 8);
    const seen: number[] = [];
    const taken = reader.drain((slot) => {
      seen.push(ring.columns.tradeId[slot]);
      if (seen.length === 1) push(ring, 9, 10, 11, 12);
    });
    expect(seen).toEqual([1, 5, 6, 7, 8]);
    expect(taken).toBe(5);
    expect(reader.missed).toBe(3);
    expect(drain(ring, reader)).toEqual([9, 10, 11, 12]);
  });

  it("takes the tick whose visit throws", () => {
    const ring = new TickRing({ capacitySlots: 8 });
    const reader = ring.reader();
    push(ring, 1, 2);
    expect(() =>
      reader.drain(() => {
        throw new Error("broken");
      }),
    ).toThrow("broken");
    expect(drain(ring, reader)).toEqual([2]);
  });
});
