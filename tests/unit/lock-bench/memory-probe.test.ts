import { describe, expect, it } from "vitest";
import { CANDIDATES } from "../../../src/lock-bench/candidate.ts";
import { probeMemory } from "../../../src/lock-bench/memory-probe.ts";

describe("probeMemory", () => {
  it.each(CANDIDATES)(
    "counts what each read that waits for $name takes, and what stays",
    async (candidate) => {
      // Three readings for the warm-up, and three that count.
      const readings = [0, 0, 0, 1_000, 5_001_000, 101_000];
      let collections = 0;
      const report = await probeMemory(candidate, {
        collect: () => void collections++,
        heapUsed: () => readings.shift()!,
      });
      expect(report).toEqual({ callers: 10_000, waitingBytes: 500, leftBytes: 10 });
      expect([collections, readings]).toEqual([6, []]);
    },
  );
});
