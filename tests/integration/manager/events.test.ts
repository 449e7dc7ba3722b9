import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { TickOverflowError, type Bar, type Gap, type Quote, type Tick } from "../../../src/index.ts";
import { openLive, START, whenTradeArrives } from "../../support/live.ts";

describe("events of a manager", () => {
  it("tell each tick once, in order, as the venue sent it", async () => {
    await using live = await openLive();
    const ticks: Tick[] = [];
    live.manager.on("tick", (tick) => ticks.push(tick));
    const first = await live.trade("60000.5", "0.25", "sell");
    await live.trade("60001", "1.5", "buy");
    expect(ticks).toEqual([
      {
        symbol: "BTCUSDT",
        tradeId: first,
        tradeCount: 1,
        price: 60_000.5,
        size: 0.25,
        side: "sell",
        time: START,
        receivedAt: START,
      },
      {
        symbol: "BTCUSDT",
        tradeId: first + 1,
        tradeCount: 1,
        price: 60_001,
        size: 1.5,
        side: "buy",
        time: START,
        receivedAt: START,
      },
    ]);
    expect(live.manager.getCurrentPrice("BTCUSDT")).toBe(60_001);
    expect(live.manager.getRecentTicks("BTCUSDT", 1)).toEqual([ticks[1]]);
    expect(live.manager.getRecentTicks("ETHUSDT", 5)).toEqual([]);
  });

  it("close a bar once, before the tick that follows it, and update the forming one", async () => {
    await using live = await openLive({ timeframes: ["1m"] });
    const told: string[] = [];
    live.manager.on("tick", ({ price }) => told.push(`tick ${price}`));
    live.manager.on("barClosed", (bar) => told.push(`closed ${bar.close} of ${bar.trades}`));
    live.manager.on("barUpdated", (bar) => told.push(`updated ${bar.close} of ${bar.trades}`));
    await live.trade("100");
    await live.trade("101");
    live.clock.advanceTo(START + 60_000);
    await live.trade("102");
    expect(told).toEqual([
      "tick 100",
      "updated 100 of 1",
      "tick 101",
      "updated 101 of 2",
      "closed 101 of 2",
      "tick 102",
      "updated 102 of 1",
    ]);
  });

  it("close the bar of a quiet market by the clock, after the delay for trades on their way", async () => {
    await using live = await openLive({ timeframes: ["1m"], closeDelayMs: 400 });
    const closed: Bar[] = [];
    live.manager.on("barClosed", (bar) => closed.push(bar));
    await live.trade("100");
    await live.trade("101");
    live.clock.advanceTo(START + 60_390);
    expect(closed).toEqual([]);
    live.clock.advanceTo(START + 60_410);
    expect(closed).toMatchObject([
      { symbol: "BTCUSDT", timeframe: "1m", openTime: START, closeTime: START + 60_000 },
    ]);
    live.clock.advanceTo(START + 600_000);
    expect(closed).toHaveLength(1);
  });

  it("tell a trade that came late as an update of the closed bar, with its revision", async () => {
    await using live = await openLive({ timeframes: ["1m"] });
    const updated: Bar[] = [];
    await live.trade("100");
    live.clock.advanceTo(START + 59_990);
    live.venue.inject({ kind: "delay", messages: 1, ms: 500 });
    const id = live.venue.trade("BTCUSDT", { price: "105", size: "1" });
    live.clock.advanceTo(START + 60_250);
    live.manager.on("barUpdated", (bar) => updated.push(bar));
    live.clock.advanceTo(START + 60_500);
    await whenTradeArrives(live.manager, "BTCUSDT", id);
    expect(updated).toMatchObject([{ openTime: START, close: 105, trades: 2, revision: 1, isClosed: true }]);
    expect(live.manager.stats().symbols[0]).toMatchObject({ late: 1, tooLate: 0 });
  });

  it("tell a gap when trades were lost on the way", async () => {
    await using live = await openLive();
    const gaps: Gap[] = [];
    live.manager.on("gap", (gap) => gaps.push(gap));
    const first = await live.trade("100");
    live.venue.inject({ kind: "lose", messages: 2 });
    live.venue.trade("BTCUSDT", { price: "101", size: "1" });
    live.venue.trade("BTCUSDT", { price: "102", size: "1" });
    live.clock.advanceBy(30);
    await live.trade("103");
    expect(gaps).toEqual([
      {
        symbol: "BTCUSDT",
        fromTradeId: first + 1,
        toTradeId: first + 2,
        fromTime: START,
        toTime: START + 30,
      },
    ]);
    expect(live.manager.health()).toMatchObject({ isHealthy: false, symbols: [{ missingTrades: 2 }, {}] });
  });

  it("drop what comes twice, take what comes out of order, and count both", async () => {
    await using live = await openLive();
    live.venue.inject({ kind: "duplicate", messages: 3 });
    for (const price of ["100", "101", "102"]) await live.trade(price);
    live.venue.inject({ kind: "reorder", messages: 4, window: 4 });
    for (const price of ["103", "104", "105", "106"]) live.venue.trade("BTCUSDT", { price, size: "1" });
    await live.settled();
    await expect.poll(() => live.manager.stats().symbols[0].trades).toBe(7);
    const [stats] = live.manager.stats().symbols;
    expect(stats.duplicates).toBe(3);
    expect(stats.outOfOrder).toBeGreaterThan(0);
    expect(live.manager.health().symbols[0].missingTrades).toBe(0);
    expect(live.manager.getOhlc("BTCUSDT", "1m")).toEqual({
      open: 100,
      high: 106,
      low: 100,
      close: 106,
      volume: 7,
    });
  });

  it("tell quotes, which never enter bars", async () => {
    await using live = await openLive({ quotes: true }, { tradesPerSecond: 100, quotesPerTrade: 2 });
    const quotes: Quote[] = [];
    live.manager.on("quote", (quote) => quotes.push(quote));
    await live.venue.play({ trades: 50 });
    await live.settled();
    await expect.poll(() => quotes.length).toBeGreaterThan(50);
    expect(quotes[0].bid).toBeLessThan(quotes[0].ask);
    const own = quotes.filter(({ symbol }) => symbol === "BTCUSDT");
    expect(live.manager.getQuote("BTCUSDT")).toEqual(own.at(-1));
    const trades = [...live.venue.log("BTCUSDT")];
    expect(live.manager.getOhlc("BTCUSDT", "1m")).toMatchObject({
      high: Math.max(...trades.map(({ price }) => Number(price))),
      low: Math.min(...trades.map(({ price }) => Number(price))),
    });
  });

  it("tell when the line drops and when it is back, and go on with the bars", async () => {
    await using live = await openLive();
    const told: string[] = [];
    live.manager.on("disconnected", ({ retryInMs }) => told.push(`disconnected, retry in ${retryInMs}`));
    live.manager.on("connected", ({ generation }) => told.push(`connected ${generation}`));
    await live.trade("100");
    const dropped = new Promise<number>((resolve) =>
      live.manager.once("disconnected", ({ retryInMs }) => resolve(retryInMs!)),
    );
    live.venue.inject({ kind: "drop" });
    const retryInMs = await dropped;
    const connected = new Promise((resolve) => live.manager.once("connected", resolve));
    live.clock.advanceBy(retryInMs);
    await connected;
    await live.trade("101");
    expect(told).toEqual([`disconnected, retry in ${retryInMs}`, "connected 2"]);
    expect(live.manager.health().feed).toMatchObject({ state: "open", generation: 2, reconnects: 1 });
    expect(live.manager.getOhlc("BTCUSDT", "1m")).toMatchObject({ open: 100, close: 101 });
  });

  it("tell a failing listener as an error, and call the others", async () => {
    await using live = await openLive();
    const errors: string[] = [];
    const prices: number[] = [];
    live.manager.on("error", ({ message }) => errors.push(message));
    live.manager.on("tick", () => {
      throw new Error("first listener");
    });
    live.manager.on("tick", () => Promise.reject(new Error("second listener")) as never);
    live.manager.on("tick", ({ price }) => prices.push(price));
    await live.trade("100");
    await live.trade("101");
    expect(prices).toEqual([100, 101]);
    expect(errors.toSorted()).toEqual([
      "first listener",
      "first listener",
      "second listener",
      "second listener",
    ]);
    expect(live.manager.stats().listenerFailures).toBe(4);
  });

  it("throw a failure that nobody listens for", async () => {
    await using live = await openLive();
    live.manager.once("tick", () => {
      throw new Error("nobody listens");
    });
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    try {
      const thrown = once(process, "uncaughtException");
      await live.trade("100");
      expect((await thrown)[0]).toMatchObject({ message: "nobody listens" });
    } finally {
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
    await live.trade("101");
    expect(live.manager.getCurrentPrice("BTCUSDT")).toBe(101);
  });

  it("stop when a listener is taken off, or was for once", async () => {
    await using live = await openLive();
    const told: string[] = [];
    const always = ({ price }: Tick) => told.push(`always ${price}`);
    live.manager.on("tick", always).once("tick", ({ price }) => told.push(`once ${price}`));
    await live.trade("100");
    live.manager.off("tick", always);
    await live.trade("101");
    expect(told).toEqual(["always 100", "once 100"]);
  });
});

describe("ticks() of a manager", () => {
  it("iterates over the ticks of one symbol, from the next on, until the manager closes", async () => {
    await using live = await openLive();
    await live.trade("99");
    const stream = live.manager.ticks("BTCUSDT");
    const everything = live.manager.ticks();
    live.venue.trade("ETHUSDT", { price: "3000", size: "1" });
    await live.settled("ETHUSDT");
    await live.trade("100");
    await live.trade("101");
    await live.manager.close();
    expect((await collect(stream)).map(({ price }) => price)).toEqual([100, 101]);
    expect((await collect(everything)).map(({ symbol }) => symbol)).toEqual([
      "ETHUSDT",
      "BTCUSDT",
      "BTCUSDT",
    ]);
    expect(await collect(live.manager.ticks("BTCUSDT"))).toEqual([]);
  });

  it.each([
    ["dropOldest", [103, 104], 3],
    ["dropNewest", [100, 101], 3],
  ] as const)("with %s loses what the policy says, and counts it", async (overflow, kept, missed) => {
    await using live = await openLive();
    const stream = live.manager.ticks("BTCUSDT", { overflow, capacity: 2 });
    for (const price of ["100", "101", "102", "103", "104"]) await live.trade(price);
    expect([(await stream.next()).value.price, (await stream.next()).value.price]).toEqual(kept);
    expect(stream.missed).toBe(missed);
    const next = stream.next();
    await live.trade("105");
    expect((await next).value.price).toBe(105);
  });

  it("with error fails once it lost a tick, after those it kept", async () => {
    await using live = await openLive();
    const stream = live.manager.ticks("BTCUSDT", { overflow: "error", capacity: 1 });
    await live.trade("100");
    await live.trade("101");
    expect((await stream.next()).value.price).toBe(100);
    await expect(stream.next()).rejects.toThrow(TickOverflowError);
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  it("ends by its signal and by leaving the loop", async () => {
    await using live = await openLive();
    const stop = new AbortController();
    const stream = live.manager.ticks("BTCUSDT", { signal: stop.signal });
    const waiting = stream.next();
    stop.abort();
    expect(await waiting).toEqual({ value: undefined, done: true });
    const left = live.manager.ticks("BTCUSDT");
    await live.trade("100");
    await live.trade("101");
    for await (const { price } of left) {
      expect(price).toBe(100);
      break;
    }
    expect(await left.next()).toEqual({ value: undefined, done: true });
  });

  it("refuses a bad capacity, policy or symbol", async () => {
    await using live = await openLive();
    expect(() => live.manager.ticks("BTCUSDT", { capacity: 0 })).toThrow(RangeError);
    expect(() => live.manager.ticks("BTCUSDT", { overflow: "block" as never })).toThrow(/"block"/);
    expect(() => live.manager.ticks("DOGEUSDT")).toThrow(/unknown symbol "DOGEUSDT"/);
  });
});

async function collect(stream: AsyncIterable<Tick>): Promise<Tick[]> {
  const ticks: Tick[] = [];
  for await (const tick of stream) ticks.push(tick);
  return ticks;
}
