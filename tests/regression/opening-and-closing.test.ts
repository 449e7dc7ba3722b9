import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ClosedError, RealtimeDataManager, TickOverflowError, VirtualClock } from "../../src/index.ts";
import { planRollup } from "../../src/realtime/bars/rollup-plan.ts";
import { VenueClock } from "../../src/realtime/feed/venue-clock.ts";
import { BarCloseTimer } from "../../src/realtime/frames/bar-close-timer.ts";
import { Timeframe } from "../../src/realtime/market/timeframe.ts";
import { binance, binanceUsdm, SimulatedVenue, tape } from "../../src/realtime/feed/venues/index.ts";
import { barRecords, recordFields } from "../support/bars.ts";
import { openLive, START } from "../support/live.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const tradeLine = (arrival: string | number, id: number, time: number) =>
  `${arrival} {"e":"trade","E":${time},"s":"BTCUSDT","t":${id},"p":"100.5","q":"1","T":${time},"m":false}\n`;

describe("opening", () => {
  it("makes whole bars of timeframes that begin between two klines of the venue", async () => {
    const clock = new VirtualClock(Date.UTC(2026, 6, 18, 13, 37, 20));
    await using venue = await SimulatedVenue.start(
      { flavour: "binance-usdm", symbols: ["BTCUSDT"], tradesPerSecond: 50, history: { minutes: 60 } },
      { clock },
    );
    await venue.play({ ms: 60_000 });
    await using manager = await RealtimeDataManager.open({
      venue: binanceUsdm({ endpoints: venue.endpoints }, { clock }),
      symbols: ["BTCUSDT"],
      timeframes: ["45s", "90s", "1m"],
      history: { bars: 5 },
      clock,
    });
    await venue.play({ ms: 20_000 });
    const trades = [...venue.log("BTCUSDT")];
    for (const [timeframe, sizeMs] of [
      ["45s", 45_000],
      ["90s", 90_000],
      ["1m", 60_000],
    ] as const) {
      const bar = barRecords(await manager.getData("BTCUSDT", timeframe)).at(-1)!;
      const from = bar.timestamp.getTime();
      const own = trades.filter(({ time }) => time >= from && time < from + sizeMs);
      expect(bar.trades, timeframe).toBe(own.length);
      expect(recordFields(bar).slice(0, 4)).toEqual([
        Number(own[0].price),
        Math.max(...own.map(({ price }) => Number(price))),
        Math.min(...own.map(({ price }) => Number(price))),
        Number(own.at(-1)!.price),
      ]);
    }
  });

  it("takes every trade where live trades begin while the bars are still fetched", async () => {
    const clock = new VirtualClock(START + 20_000);
    await using venue = await SimulatedVenue.start(
      { symbols: ["BTCUSDT"], tradesPerSecond: 0, history: { minutes: 60 } },
      { clock },
    );
    venue.trade("BTCUSDT", { price: "60000", size: "1" });
    // What just happened is not served yet, and the bars take their time.
    clock.advanceBy(10);
    venue.inject({ kind: "restStale", ms: 15, endpoint: "aggTrades", times: 3 });
    venue.inject({ kind: "restSlow", ms: 50, endpoint: "klines", times: 6 });
    const opening = RealtimeDataManager.open({
      venue: binance({ endpoints: venue.endpoints }, { clock }),
      symbols: ["BTCUSDT"],
      timeframes: ["1m", "5m"],
      history: { bars: 5 },
      clock,
    });
    await venue.whenSubscribed(["btcusdt@trade"]);
    venue.trade("BTCUSDT", { price: "60001", size: "2" });
    const state = { isOpen: false };
    void opening.then(() => (state.isOpen = true));
    while (!state.isOpen) await venue.play({ ms: 50 });
    await using manager = await opening;
    const bar = barRecords(await manager.getData("BTCUSDT", "1m")).at(-1)!;
    const own = [...venue.log("BTCUSDT")].filter(({ time }) => time >= bar.timestamp.getTime());
    expect([bar.trades, bar.close]).toEqual([own.length, 60_001]);
    expect(manager.health().symbols[0].missingTrades).toBe(0);
  });

  it("ends at once when the manager is closed meanwhile", async () => {
    await using venue = await SimulatedVenue.start({
      symbols: ["BTCUSDT"],
      tradesPerSecond: 50,
      history: { minutes: 10 },
    });
    venue.inject({ kind: "restSlow", ms: 60_000, times: 100 });
    let opening!: RealtimeDataManager;
    const opened = RealtimeDataManager.open({
      venue: binance({ endpoints: venue.endpoints }),
      symbols: ["BTCUSDT"],
      history: { bars: 5 },
      onOpening: (manager) => {
        opening = manager;
        manager.on("connected", () => void manager.close());
      },
    });
    await expect(opened).rejects.toThrow(ClosedError);
    expect(opening.health().feed.state).toBe("closed");
  });

  it("waits for a reader that came before history was in place", async () => {
    await using venue = await SimulatedVenue.start({
      symbols: ["BTCUSDT"],
      tradesPerSecond: 100,
      history: { minutes: 10 },
    });
    let leave!: () => void;
    const held = new Promise<void>((resolve) => (leave = resolve));
    let opening!: RealtimeDataManager;
    const opened = RealtimeDataManager.open({
      venue: binance({ endpoints: venue.endpoints }),
      symbols: ["BTCUSDT"],
      history: { bars: 5 },
      guard: "rwlock",
      onOpening: (manager) => {
        opening = manager;
        manager.on("connected", () => void manager.withRead("BTCUSDT", () => held));
      },
    });
    await expect.poll(() => opening.lockStats()[0].queueLength, { timeout: 10_000 }).toBe(1);
    leave();
    await using manager = await opened;
    expect(barRecords(await manager.getData("BTCUSDT", "1m")).length).toBeGreaterThan(5);
  });
});

describe("closing", () => {
  const inFolder = temporaryFolder();

  it("does not wait for a reader that makes a tape wait", async () => {
    const file = await inFolder("long.txt");
    const lines = Array.from({ length: 3_000 }, (_, i) => tradeLine(`${START + i}000000`, i + 1, START + i));
    writeFileSync(file, lines.join(""));
    const manager = await RealtimeDataManager.open({
      venue: tape(file, { venue: binance() }),
      symbols: ["BTCUSDT"],
      maxBacklogTicks: 1_000,
      guard: "rwlock",
    });
    await manager.withRead("BTCUSDT", async () => {
      await expect.poll(() => manager.health().symbols[0].backlogTicks).toBeGreaterThanOrEqual(500);
      await manager.close();
    });
    expect(manager.stats().symbols[0].backlogDropped).toBe(0);
  });
});

describe("a tape whose arrival times count from its own beginning", () => {
  const inFolder = temporaryFolder();

  it("gives its bars all the same", async () => {
    const file = await inFolder("relative.txt");
    writeFileSync(file, [0, 1, 2].map((i) => tradeLine(i * 1_000_000, i + 1, START + i * 30_000)).join(""));
    await using manager = await RealtimeDataManager.open({
      venue: tape(file, { venue: binance() }),
      symbols: ["BTCUSDT"],
    });
    await manager.ended;
    expect(barRecords(await manager.getData("BTCUSDT", "1m")).map(({ trades }) => trades)).toEqual([2, 1]);
  });
});

describe("a local clock that is set", () => {
  it("closes no bar before its time", async () => {
    const real = new VirtualClock(START);
    let setBy = 0;
    const clock = {
      now: () => real.now() + setBy,
      monotonic: () => real.now(),
      setTimer: (run: () => void, ms: number) => real.setTimer(run, ms),
    };
    const ends: number[] = [];
    const venueClock = new VenueClock(clock);
    // Two messages tell that the venue's clock is the local one.
    for (let i = 0; i < 2; i++) venueClock.observe(Float64Array.of(START, START), 0, 1);
    const timer = new BarCloseTimer(
      { plan: planRollup([Timeframe.parse("1m")]), closeDelayMs: 0 },
      { clock, venueClock, closeEnded: (timeMs) => ends.push(timeMs) },
    );
    timer.start();
    real.advanceBy(5_000);
    setBy = 600_000;
    real.advanceBy(5_000);
    setBy = -600_000;
    real.advanceBy(60_000);
    timer.stop();
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.at(-1)).toBe(real.now());
  });
});

describe("a tick stream", () => {
  it("with error tells a loss before anything that came after it", async () => {
    await using live = await openLive();
    const stream = live.manager.ticks("BTCUSDT", { overflow: "error", capacity: 2 });
    for (const price of ["100", "101", "102"]) await live.trade(price);
    expect((await stream.next()).value.price).toBe(100);
    await live.trade("103");
    expect((await stream.next()).value.price).toBe(101);
    await expect(stream.next()).rejects.toThrow(TickOverflowError);
    await live.trade("104");
    expect((await stream.next()).done).toBe(true);
  });

  it("opened with an aborted signal is over", async () => {
    await using live = await openLive();
    const stream = live.manager.ticks("BTCUSDT", { signal: AbortSignal.abort() });
    await live.trade("100");
    expect((await stream.next()).done).toBe(true);
  });
});
