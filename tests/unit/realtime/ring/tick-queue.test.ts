import { describe, expect, it } from "vitest";
import { plainColumns, TickQueue } from "../../../../src/realtime/ring/tick-queue.ts";

function fill(queue: TickQueue, count: number): void {
  const source = plainColumns(1);
  for (let i = 0; i < count; i++) {
    source.tradeId[0] = i;
    source.price[0] = i / 8;
    source.flags[0] = i % 3;
    queue.push(source, 0);
  }
}

describe("TickQueue", () => {
  it.each([0, 1, 256, 257, 5_000])("holds %i ticks in order", (count) => {
    const queue = new TickQueue();
    fill(queue, count);
    expect(queue.length).toBe(count);
    const { tradeId, price, flags } = queue.columns;
    for (let i = 0; i < count; i++) {
      expect([tradeId[i], price[i], flags[i]]).toEqual([i, i / 8, i % 3]);
    }
  });

  it("begins again after it was cleared", () => {
    const queue = new TickQueue();
    fill(queue, 300);
    queue.clear();
    expect(queue.length).toBe(0);
    fill(queue, 2);
    expect([queue.length, queue.columns.tradeId[1]]).toEqual([2, 1]);
  });

  it("keeps the memory of a usual length when it is cleared, and lets go of more", () => {
    const queue = new TickQueue();
    fill(queue, 16_384);
    const { columns } = queue;
    queue.clear();
    expect(queue.columns).toBe(columns);
    fill(queue, 16_385);
    queue.clear();
    expect(queue.columns.time.length).toBeLessThan(16_384);
  });
});
