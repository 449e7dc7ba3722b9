import { describe, expect, it } from "vitest";
import { DataRhythm } from "../../../../src/realtime/feed/data-rhythm.ts";

const TICK_MS = 250;

/** Data in every tick but for pauses of `pauseTicks`. */
function flow(rhythm: DataRhythm, ticks: number, pauseTicks = 0): void {
  for (let i = 0; i < ticks; i++) {
    for (let p = 0; p <= pauseTicks; p++) rhythm.onTick();
    rhythm.onData(pauseTicks);
  }
}

describe("DataRhythm", () => {
  it("calls nothing stale that never flowed", () => {
    expect(new DataRhythm(undefined, TICK_MS).staleAfterMs).toBe(Infinity);
    expect(new DataRhythm(5_000, TICK_MS).staleAfterMs).toBe(Infinity);
  });

  it("is patient until it knows the stream, and then as short as 1,500 ms on a busy one", () => {
    const rhythm = new DataRhythm(undefined, TICK_MS);
    flow(rhythm, 39);
    expect(rhythm.staleAfterMs).toBe(30_000);
    flow(rhythm, 1);
    expect(rhythm.staleAfterMs).toBe(1_500);
  });

  it("allows four times the longest pause the stream made", () => {
    const rhythm = new DataRhythm(undefined, TICK_MS);
    flow(rhythm, 60);
    flow(rhythm, 1, 39);
    expect(rhythm.staleAfterMs).toBe(4 * 10_000);
  });

  it("allows at most five minutes", () => {
    const rhythm = new DataRhythm(undefined, TICK_MS);
    flow(rhythm, 60, 2_000);
    expect(rhythm.staleAfterMs).toBe(300_000);
  });

  it("forgets a long pause after ten to twenty minutes", () => {
    const rhythm = new DataRhythm(undefined, TICK_MS);
    flow(rhythm, 60);
    flow(rhythm, 1, 39);
    flow(rhythm, 2_300);
    expect(rhythm.staleAfterMs).toBe(40_000);
    flow(rhythm, 2_600);
    expect(rhythm.staleAfterMs).toBe(1_500);
  });

  it("doubles its patience with each connection in a row that brings nothing", () => {
    const rhythm = new DataRhythm(undefined, TICK_MS);
    flow(rhythm, 60);
    const patience = Array.from({ length: 12 }, () => {
      rhythm.onFruitlessConnection();
      return rhythm.staleAfterMs;
    });
    expect(patience.slice(0, 4)).toEqual([3_000, 6_000, 12_000, 24_000]);
    expect(Math.max(...patience)).toBe(300_000);
    flow(rhythm, 1);
    expect(rhythm.staleAfterMs).toBe(1_500);
  });

  it("uses a fixed time as it is", () => {
    const rhythm = new DataRhythm(400_000, TICK_MS);
    flow(rhythm, 100, 50);
    expect(rhythm.staleAfterMs).toBe(400_000);
    const never = new DataRhythm(Infinity, TICK_MS);
    flow(never, 1);
    expect(never.staleAfterMs).toBe(Infinity);
  });
});
