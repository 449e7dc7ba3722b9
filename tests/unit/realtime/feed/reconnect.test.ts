import { describe, expect, it } from "vitest";
import { Backoff, resolveReconnect } from "../../../../src/realtime/feed/reconnect.ts";

const options = resolveReconnect({ firstDelayMs: 100, maxDelayMs: 1_000 });

function delays(backoff: Backoff, count: number): number[] {
  return Array.from({ length: count }, () => backoff.nextDelayMs());
}

describe("resolveReconnect", () => {
  it("fills in 250 ms to 30 s", () => {
    expect(resolveReconnect()).toEqual({ firstDelayMs: 250, maxDelayMs: 30_000 });
  });

  it.each([
    [{ firstDelayMs: 0 }, "firstDelayMs must be above 0, was 0"],
    [{ firstDelayMs: NaN }, "firstDelayMs must be above 0, was NaN"],
    [
      { firstDelayMs: 500, maxDelayMs: 499 },
      "maxDelayMs must be from firstDelayMs (500) to 2147483647, was 499",
    ],
    [{ maxDelayMs: Infinity }, "maxDelayMs must be from firstDelayMs (250) to 2147483647, was Infinity"],
  ])("refuses %o", (bad, message) => {
    expect(() => resolveReconnect(bad)).toThrow(new RangeError(message));
  });
});

describe("Backoff", () => {
  it("doubles the ceiling of the delay up to the longest", () => {
    expect(delays(new Backoff(options, () => 1), 6)).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it("draws each delay from the whole range below its ceiling", () => {
    const draws = [0.5, 0.25, 0.999];
    expect(delays(new Backoff(options, () => draws.shift()!), 3)).toEqual([50, 50, 400]);
  });

  it("never retries at once after a failure, however the dice fall", () => {
    expect(delays(new Backoff(options, () => 0), 3)).toEqual([1, 1, 1]);
  });

  it("retries once at once after a proven connection, and then begins anew", () => {
    const backoff = new Backoff(options, () => 1);
    delays(backoff, 5);
    backoff.reset();
    expect(delays(backoff, 4)).toEqual([0, 100, 200, 400]);
  });
});
