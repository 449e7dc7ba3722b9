import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderBook, type BookLevel } from "../../../../../src/realtime/feed/simulated/order-book.ts";

/** A client's book: a snapshot, and diffs applied as the venue documents. */
class ClientBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();

  constructor(book: OrderBook) {
    const { bids, asks } = book.snapshot(5_000);
    this.apply(bids, asks);
  }

  apply(bids: readonly BookLevel[], asks: readonly BookLevel[]): void {
    for (const [side, levels] of [
      [this.bids, bids],
      [this.asks, asks],
    ] as const) {
      for (const [price, size] of levels) {
        if (size === 0) side.delete(price);
        else side.set(price, size);
      }
    }
  }
}

const step = fc.record({
  move: fc.integer({ min: -60, max: 60 }),
  bidSize: fc.integer({ min: 1, max: 99 }),
  askSize: fc.integer({ min: 1, max: 99 }),
  action: fc.constantFrom("none", "none", "diff", "snapshot"),
});

describe("OrderBook", () => {
  it("gives any client that follows its diffs the book of a fresh snapshot, never crossed", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const book = new OrderBook(100_000, 3);
        let client = new ClientBook(book);
        let lastUpdateId = book.updateId;
        book.markPublished();
        for (const { move, bidSize, askSize, action } of steps) {
          book.update(book.bid + move, bidSize, askSize);
          if (action === "snapshot") {
            // In the middle of a diff: what comes with the next one was partly seen.
            client = new ClientBook(book);
          } else if (action === "diff") {
            const diff = book.takeDiff()!;
            expect(diff.previousUpdateId).toBe(lastUpdateId);
            expect(diff.firstUpdateId).toBe(lastUpdateId + 1);
            expect(diff.lastUpdateId).toBe(book.updateId);
            lastUpdateId = diff.lastUpdateId;
            client.apply(diff.bids, diff.asks);
            const fresh = new ClientBook(book);
            expect(client.bids).toEqual(fresh.bids);
            expect(client.asks).toEqual(fresh.asks);
            expect(Math.max(...client.bids.keys())).toBe(book.bid);
            expect(Math.min(...client.asks.keys())).toBe(book.ask);
          }
        }
      }),
    );
  });

  it("has no diff when nothing changed", () => {
    const book = new OrderBook(1_000, 1);
    expect(book.takeDiff()).toBeUndefined();
    book.update(1_001, 5, 6);
    expect(book.takeDiff()).toMatchObject({ firstUpdateId: 2, lastUpdateId: 2 });
    expect(book.takeDiff()).toBeUndefined();
  });

  it("names a level once in a diff", () => {
    const book = new OrderBook(1_000, 1);
    for (const bid of [1_010, 995, 1_040]) book.update(bid, 5, 6);
    const { bids, asks } = book.takeDiff()!;
    for (const levels of [bids, asks])
      expect(new Set(levels.map(([price]) => price)).size).toBe(levels.length);
  });

  it("serves as many levels as asked for", () => {
    const { bids, asks } = new OrderBook(1_000, 1).snapshot(5);
    expect(bids.map(([price]) => price)).toEqual([1_000, 999, 998, 997, 996]);
    expect(asks.map(([price]) => price)).toEqual([1_001, 1_002, 1_003, 1_004, 1_005]);
  });
});
