import { describe, expect, it } from "vitest";
import { HeldShares } from "../../../src/profiling/held-shares.ts";

const sumOf = (charges: ReadonlyMap<string, number>): number =>
  [...charges.values()].reduce((sum, ms) => sum + ms, 0);

describe("HeldShares", () => {
  it("keeps a bounded number of places apart and every millisecond, however long somebody waits without a break", () => {
    const shares = new HeldShares();
    let before = shares.join(0, 1);
    for (let i = 1; i <= 1_000; i++) {
      shares.know(`order ${i}`);
      // The next one comes before the last one leaves.
      const next = shares.join(i, 1);
      expect(sumOf(shares.leave(i, 1, before))).toBe(1);
      shares.forget(`order ${i}`);
      before = next;
    }
    expect(before.size).toBeLessThan(100);
    expect(sumOf(before)).toBe(1_000);
  });
});
