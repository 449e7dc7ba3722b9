import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RealtimeDataManager, VirtualClock } from "../../src/index.ts";
import {
  binance,
  WireField,
  type Feed,
  type FeedContext,
  type FeedHealth,
  type Venue,
} from "../../src/realtime/feed/venues/index.ts";
import { barRecords } from "../support/bars.ts";

const START = Date.UTC(2026, 1, 28, 23, 59, 50);
const TIMEFRAMES = ["1s", "1m", "1d", "1M"];

/** A venue whose messages come in bursts of the sizes given, in turn. */
function burstVenue(messages: readonly string[], sizes: readonly number[]): Venue & { play(): void } {
  const real = binance();
  let context!: FeedContext;
  const clock = new VirtualClock(START);
  const health: FeedHealth = {
    state: "open",
    generation: 1,
    messages: 0,
    bytes: 0,
    lastMessageAt: undefined,
    reconnects: 0,
    lastDisconnect: undefined,
  };
  const feed: Feed = {
    start: async () => context.listener.onConnected(1),
    close: async () => {},
    health: () => health,
    ended: new Promise(() => {}),
  };
  return {
    id: "binance",
    history: undefined,
    clock,
    normalizeSymbol: (symbol) => real.normalizeSymbol(symbol),
    createDecoder: (symbols, sink) => real.createDecoder(symbols, sink),
    createFeed: (given) => {
      context = given;
      return feed;
    },
    play() {
      const decoder = real.createDecoder(context.symbols, context.sink);
      let left = sizes[0];
      let turn = 0;
      for (const message of messages) {
        decoder.record.fields[WireField.receivedAt] = START;
        decoder.decode(Buffer.from(message));
        if (--left > 0) continue;
        void context.listener.onBurst();
        left = sizes[++turn % sizes.length];
      }
      void context.listener.onBurst();
    },
  };
}

const messages = fc
  .array(
    fc.record({
      symbol: fc.constantFrom("BTCUSDT", "ETHUSDT"),
      stepMs: fc.integer({ min: 0, max: 900 }),
      cents: fc.integer({ min: 1, max: 10_000_000 }),
      lots: fc.integer({ min: 1, max: 1_000_000 }),
      maker: fc.boolean(),
    }),
    { minLength: 1, maxLength: 80 },
  )
  .map((steps) => {
    let time = START;
    const ids = { BTCUSDT: 10, ETHUSDT: 900 };
    return steps.map(({ symbol, stepMs, cents, lots, maker }) => {
      time += stepMs;
      const id = ids[symbol]++;
      return `{"e":"trade","E":${time},"s":"${symbol}","t":${id},"p":"${cents / 100}","q":"${lots / 1_000}","T":${time},"m":${maker}}`;
    });
  });

/** Everything that is told, and every frame at the end, of these messages in bursts of these sizes. */
async function outcome(texts: readonly string[], sizes: readonly number[], ringCapacity: number) {
  const venue = burstVenue(texts, sizes);
  await using manager = await RealtimeDataManager.open({
    venue,
    symbols: ["BTCUSDT", "ETHUSDT"],
    timeframes: TIMEFRAMES,
    ringCapacity,
  });
  const told: unknown[] = [];
  manager.on("tick", (tick) => told.push(["tick", tick.symbol, tick.tradeId, tick.price]));
  manager.on("barClosed", (bar) => told.push(["closed", bar]));
  manager.on("gap", (gap) => told.push(["gap", gap]));
  venue.play();
  const frames = await Promise.all(
    manager.symbols.flatMap((symbol) => TIMEFRAMES.map((name) => manager.getData(symbol, name))),
  );
  return { told, rows: frames.map(barRecords) };
}

describe("batches", () => {
  it("change neither bars nor what is told, in which order", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(messages, sizes, fc.integer({ min: 1, max: 64 }), async (texts, split, capacity) => {
        const oneByOne = await outcome(texts, [1], 1_024);
        expect(await outcome(texts, split, capacity)).toEqual(oneByOne);
        expect(oneByOne.told.filter((event) => (event as unknown[])[0] === "tick")).toHaveLength(
          texts.length,
        );
      }),
      { numRuns: 60 },
    );
  });
});
