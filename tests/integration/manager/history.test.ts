import { describe, expect, it } from "vitest";
import { RealtimeDataManager, VirtualClock, VenueRequestError } from "../../../src/index.ts";
import { binance, binanceUsdm, SimulatedVenue, tape } from "../../../src/realtime/feed/venues/index.ts";
import { barRecords, recordFields } from "../../support/bars.ts";
import { eightFields } from "../../support/shared-data.ts";

/** A Saturday, 40 s into a minute, in the middle of every larger bar. */
const START = Date.UTC(2026, 6, 18, 13, 37, 40);
const TIMEFRAMES = ["1s", "1m", "5m", "7m", "1h", "1d", "1w", "1M"];

describe("history before live trades", () => {
  it.each([
    ["spot", "binance", binance, "api/v3", TIMEFRAMES],
    ["futures", "binance-usdm", binanceUsdm, "fapi/v1", TIMEFRAMES.slice(1)],
  ] as const)(
    "makes every bar equal the venue's own, on %s, the ones across the seam too",
    async (...parts) => {
      const [, flavour, venueOf, path, timeframes] = parts;
      const clock = new VirtualClock(START);
      await using simulated = await SimulatedVenue.start(
        {
          flavour,
          symbols: ["BTCUSDT", "ETHUSDT"],
          tradesPerSecond: 500,
          seed: 11,
          history: { minutes: 40_000 },
        },
        { clock },
      );
      const opening = RealtimeDataManager.open({
        venue: venueOf({ endpoints: simulated.endpoints }, { clock }),
        symbols: ["BTCUSDT", "ETHUSDT"],
        timeframes,
        history: { bars: 20 },
        clock,
      });
      await simulated.whenSubscribed(["btcusdt@trade", "ethusdt@trade"]);
      // Trades go on while history is being fetched.
      await simulated.play({ ms: 700 });
      await using manager = await opening;
      await simulated.play({ ms: 45_000 });
      for (const symbol of manager.symbols) {
        const stats = manager.stats().symbols.find((each) => each.symbol === symbol)!;
        await expect
          .poll(() => manager.health().symbols.find((each) => each.symbol === symbol)?.lastTradeId)
          .toBe(simulated.log(symbol).lastId);
        expect(stats).toMatchObject({ gaps: 0, duplicates: 0, late: 0, tooLate: 0 });
        for (const timeframe of manager.timeframes) {
          const records = barRecords(await manager.getData(symbol, timeframe));
          expect(records.length, timeframe).toBeGreaterThan(1);
          expect(records.every(({ partial }) => !partial)).toBe(true);
          if (timeframe === "7m") continue;
          const query = `symbol=${symbol}&interval=${timeframe}&limit=${records.length + 60}`;
          const answer = await fetch(`${simulated.endpoints.rest}/${path}/klines?${query}`);
          if (timeframe === "1s" && flavour === "binance-usdm") continue;
          const rows = ((await answer.json()) as (string | number)[][]).filter((row) => Number(row[8]) > 0);
          expect(
            records.map((record) => [record.timestamp.getTime(), ...recordFields(record)]),
            `${symbol} ${timeframe}`,
          ).toEqual(rows.slice(-records.length).map((row) => [row[0], ...eightFields(row)]));
        }
      }
    },
  );

  it.each([
    ["stale answers", { kind: "restStale", ms: 45_000, times: 6 }],
    ["server errors", { kind: "restStatus", status: 502, times: 3 }],
    ["a rate limit", { kind: "restStatus", status: 429, retryAfterS: 1, times: 2 }],
    ["answers cut short", { kind: "restCut", times: 2 }],
  ] as const)("is not led astray by %s", async (_, fault) => {
    const clock = new VirtualClock(START - 38_000);
    await using simulated = await SimulatedVenue.start(
      { symbols: ["BTCUSDT"], tradesPerSecond: 200, history: { minutes: 100 } },
      { clock },
    );
    simulated.inject(fault);
    const opening = RealtimeDataManager.open({
      venue: binance({ endpoints: simulated.endpoints }, { clock, random: () => 0.5 }),
      symbols: ["BTCUSDT"],
      timeframes: ["1m", "5m", "1h"],
      history: { bars: 10 },
      clock,
    });
    await simulated.whenSubscribed(["btcusdt@trade"]);
    const state = { isOpen: false };
    void opening.then(() => (state.isOpen = true));
    while (!state.isOpen) await simulated.play({ ms: 100 });
    await using manager = await opening;
    await simulated.play({ ms: 5_000 });
    await expect.poll(() => manager.health().symbols[0].lastTradeId).toBe(simulated.log("BTCUSDT").lastId);
    for (const timeframe of manager.timeframes) {
      const records = barRecords(await manager.getData("BTCUSDT", timeframe));
      const query = `symbol=BTCUSDT&interval=${timeframe}&limit=${records.length}`;
      const answer = await fetch(`${simulated.endpoints.rest}/api/v3/klines?${query}`);
      const rows = ((await answer.json()) as (string | number)[][]).filter((row) => Number(row[8]) > 0);
      expect(records.slice(-rows.length).map(recordFields), timeframe).toEqual(rows.map(eightFields));
    }
    expect(manager.stats().symbols[0]).toMatchObject({ gaps: 0, late: 0, tooLate: 0 });
  });

  it("rolls up a timeframe that the venue does not serve", async () => {
    const clock = new VirtualClock(START);
    await using simulated = await SimulatedVenue.start(
      { symbols: ["BTCUSDT"], tradesPerSecond: 50, history: { minutes: 600 } },
      { clock },
    );
    await using manager = await RealtimeDataManager.open({
      venue: binance({ endpoints: simulated.endpoints }, { clock }),
      symbols: ["BTCUSDT"],
      timeframes: ["7m", "1m"],
      history: { bars: 30 },
      clock,
    });
    await simulated.play({ ms: 10_000 });
    const sevens = barRecords(await manager.getData("BTCUSDT", "7m"));
    const minutes = await fetch(
      `${simulated.endpoints.rest}/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1000`,
    );
    const rows = ((await minutes.json()) as (string | number)[][]).filter((row) => Number(row[8]) > 0);
    expect(sevens).toHaveLength(31);
    for (const seven of sevens) {
      const from = seven.timestamp.getTime();
      const inside = rows.filter(([open]) => Number(open) >= from && Number(open) < from + 7 * 60_000);
      expect(seven.trades).toBe(inside.reduce((sum, row) => sum + Number(row[8]), 0));
      expect(seven.high).toBe(Math.max(...inside.map((row) => Number(row[2]))));
      expect(seven.close).toBe(Number(inside.at(-1)![4]));
    }
  });

  it("fills a quiet past with flat bars when they are asked for", async () => {
    const clock = new VirtualClock(START);
    await using simulated = await SimulatedVenue.start(
      { symbols: ["BTCUSDT"], tradesPerSecond: 0, history: { minutes: 120, tradesPerMinute: 0.5 } },
      { clock },
    );
    await using manager = await RealtimeDataManager.open({
      venue: binance({ endpoints: simulated.endpoints }, { clock }),
      symbols: ["BTCUSDT"],
      timeframes: ["1m"],
      history: { bars: 60 },
      emptyIntervals: "flat",
      clock,
    });
    const records = barRecords(await manager.getData("BTCUSDT", "1m"));
    const answer = await fetch(
      `${simulated.endpoints.rest}/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=${records.length}`,
    );
    const rows = (await answer.json()) as (string | number)[][];
    expect(records.some(({ trades }) => trades === 0)).toBe(true);
    expect(records.map((record) => [record.timestamp.getTime(), ...recordFields(record)])).toEqual(
      rows.map((row) => [row[0], ...eightFields(row)]),
    );
  });

  it("says so when the venue serves none", async () => {
    const opening = RealtimeDataManager.open({
      venue: tape(new URL(import.meta.url).pathname, { venue: binance() }),
      symbols: ["BTCUSDT"],
      history: { bars: 5 },
    });
    await expect(opening).rejects.toThrow(VenueRequestError);
    await expect(opening).rejects.toThrow(
      "binance serves no history here; open it with history: { bars: 0 }",
    );
  });
});
