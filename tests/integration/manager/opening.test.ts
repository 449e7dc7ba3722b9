import { createServer } from "node:net";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  RealtimeDataManager,
  UnknownSymbolError,
  UnknownTimeframeError,
  VenueConnectionError,
  VenueRequestError,
} from "../../../src/index.ts";
import { binance, SimulatedVenue, tape } from "../../../src/realtime/feed/venues/index.ts";
import { openLive } from "../../support/live.ts";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

describe("opening a manager", () => {
  it("fails in one clear line where nobody listens", async () => {
    const port = await freePort();
    const opening = RealtimeDataManager.open({
      venue: binance({ endpoints: { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` } }),
      symbols: ["BTCUSDT"],
    });
    await expect(opening).rejects.toThrow(VenueConnectionError);
    await expect(opening).rejects.toThrow(new RegExp(`127\\.0\\.0\\.1:${port}.*refused`));
  });

  it.each([0, 5])("names the symbol that the venue does not have, with %i bars of history", async (bars) => {
    await using venue = await SimulatedVenue.start({ symbols: ["BTCUSDT"], history: { minutes: 10 } });
    const opening = RealtimeDataManager.open({
      venue: binance({ endpoints: venue.endpoints }),
      symbols: ["BTCUSDT", "NOSUCHUSDT"],
      history: { bars },
    });
    await expect(opening).rejects.toThrow(UnknownSymbolError);
    await expect(opening).rejects.toThrow(/"NOSUCHUSDT"/);
    await expect.poll(() => venue.stats().clients).toBe(0);
  });

  it("fails with the venue's words when it refuses the subscription", async () => {
    await using venue = await SimulatedVenue.start({ symbols: ["BTCUSDT"], history: { minutes: 0 } });
    venue.inject({ kind: "refuseSubscription", message: "too many streams" });
    const opening = RealtimeDataManager.open({
      venue: binance({ endpoints: venue.endpoints }),
      symbols: ["BTCUSDT"],
    });
    await expect(opening).rejects.toThrow(VenueRequestError);
    await expect(opening).rejects.toThrow(/btcusdt@trade.*too many streams/);
    await expect.poll(() => venue.stats().clients).toBe(0);
  });

  it("gives up when its signal aborts", async () => {
    await using venue = await SimulatedVenue.start({ symbols: ["BTCUSDT"], history: { minutes: 0 } });
    venue.inject({ kind: "ignoreSubscription" });
    const stop = new AbortController();
    const opening = RealtimeDataManager.open({
      venue: binance({ endpoints: venue.endpoints }),
      symbols: ["BTCUSDT"],
      signal: stop.signal,
    });
    await expect.poll(() => venue.stats().clients).toBe(1);
    stop.abort(new Error("changed my mind"));
    await expect(opening).rejects.toThrow("changed my mind");
    await expect.poll(() => venue.stats().clients).toBe(0);
  });

  it.each([
    [{ symbols: [] }, /at least one symbol/],
    [{ timeframes: [] }, /at least one timeframe/],
    [{ timeframes: ["1x"] }, UnknownTimeframeError],
    [{ symbols: ["BTC USDT!"] }, UnknownSymbolError],
    [{ history: { bars: -1 } }, /history\.bars must be a whole number from 0 to 100000, was -1/],
    [{ keepBars: 0 }, /keepBars must be a whole number from 1 to/],
    [{ keepBars: 10, history: { bars: 20 } }, /keepBars must be a whole number from 20 to/],
    [{ ringCapacity: 1.5 }, /ringCapacity must be a whole number/],
    [{ closeDelayMs: Number.NaN }, /closeDelayMs must be from 0 to 86400000, was NaN/],
    [{ closeDelayMs: Infinity }, /closeDelayMs must be from 0 to 86400000, was Infinity/],
    [{ emptyIntervals: "zero" as never }, /emptyIntervals must be "omit" or "flat", was "zero"/],
    [{ maxBacklogTicks: 0 }, /maxBacklogTicks must be a whole number from 1/],
  ])("refuses %o", async (options, expected) => {
    const opening = RealtimeDataManager.open({ venue: binance(), symbols: ["BTCUSDT"], ...options });
    await expect(opening).rejects.toThrow(expected);
  });

  it("rejects `ended` with the fault of a broken tape", async () => {
    const opening = RealtimeDataManager.open({
      venue: tape("/nonexistent/tape.gz", { venue: binance() }),
      symbols: ["BTCUSDT"],
    });
    await expect(opening).rejects.toThrow(/\/nonexistent\/tape\.gz/);
  });
});

describe("a closed manager", () => {
  it("keeps its frames and figures, and closing it again does nothing", async () => {
    await using live = await openLive();
    await live.trade("100");
    await live.manager.close();
    await live.manager.close();
    expect(live.venue.stats().clients).toBe(0);
    expect((await live.manager.getData("BTCUSDT", "1m")).height).toBe(1);
    expect(live.manager.health().feed.state).toBe("closed");
  });
});
