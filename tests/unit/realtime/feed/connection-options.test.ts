import { describe, expect, it } from "vitest";
import { resolveConnection } from "../../../../src/realtime/feed/connection-options.ts";

describe("resolveConnection", () => {
  it("fills in the documented defaults", () => {
    expect(resolveConnection()).toEqual({
      handshakeTimeoutMs: 10_000,
      replyTimeoutMs: 10_000,
      probeAfterMs: 10_000,
      pongTimeoutMs: 5_000,
      staleAfterMs: undefined,
      closeTimeoutMs: 2_000,
      maxMessageBytes: 1_048_576,
      reconnect: { firstDelayMs: 250, maxDelayMs: 30_000 },
    });
  });

  it("keeps what is given", () => {
    const given = {
      handshakeTimeoutMs: 1,
      staleAfterMs: Infinity,
      maxMessageBytes: 5,
      reconnect: { firstDelayMs: 7 },
    };
    expect(resolveConnection(given)).toMatchObject({
      ...given,
      reconnect: { firstDelayMs: 7, maxDelayMs: 30_000 },
    });
  });

  it.each([
    [{ handshakeTimeoutMs: 0 }, "handshakeTimeoutMs must be above 0 and at most 2147483647, was 0"],
    // A timer of Node that is longer than this runs at once.
    [{ replyTimeoutMs: Infinity }, "replyTimeoutMs must be above 0 and at most 2147483647, was Infinity"],
    [{ probeAfterMs: NaN }, "probeAfterMs must be above 0 and at most 2147483647, was NaN"],
    [{ pongTimeoutMs: -1 }, "pongTimeoutMs must be above 0 and at most 2147483647, was -1"],
    [{ closeTimeoutMs: 2 ** 31 }, "closeTimeoutMs must be above 0 and at most 2147483647, was 2147483648"],
    [{ staleAfterMs: 0 }, "staleAfterMs must be above 0, was 0"],
    // `ws` keeps 31 bits of it, so that 2^31 would mean no limit at all.
    [
      { maxMessageBytes: 2 ** 31 },
      "maxMessageBytes must be a whole number from 1 to 2^31 - 1, was 2147483648",
    ],
    [{ maxMessageBytes: 1.5 }, "maxMessageBytes must be a whole number from 1 to 2^31 - 1, was 1.5"],
    [{ reconnect: { firstDelayMs: -1 } }, "firstDelayMs must be above 0, was -1"],
  ])("refuses %o", (bad, message) => {
    expect(() => resolveConnection(bad)).toThrow(new RangeError(message));
  });
});
