import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../../../src/clock.ts";
import { UnknownTimeframeError, VenueConnectionError } from "../../../../../../src/errors.ts";
import type { BinanceRestOptions } from "../../../../../../src/realtime/feed/venues/binance/binance-rest-options.ts";
import { SPOT, USDM } from "../../../../../../src/realtime/feed/venues/binance/binance-product.ts";
import { BinanceRest } from "../../../../../../src/realtime/feed/venues/binance/binance-rest.ts";
import { RestServer, sendJson } from "../../../../../support/rest-server.ts";

const MINUTE = 60_000;
const T0 = 1_700_000_040_000;
const QUICK: BinanceRestOptions = { firstDelayMs: 1, maxDelayMs: 50, timeoutMs: 2_000 };

const row = (openTime: number) => [
  openTime,
  "10.0",
  "12.5",
  "9.5",
  "11.0",
  "100.25",
  openTime + MINUTE - 1,
  "1050.125",
  42,
  "50.5",
  "525.25",
  "0",
];

const aggregate = (id: number, time: number) => ({
  a: id,
  p: "10.5",
  q: "2",
  f: 2 * id,
  l: 2 * id + 1,
  T: time,
  m: id % 2 === 0,
  M: true,
});

/** Answers klines of `count` minutes from T0 on, as the venue does. */
function serveKlines(count: number) {
  const times = Array.from({ length: count }, (_, i) => T0 + i * MINUTE);
  return (url: URL, response: ServerResponse): void => {
    const number = (name: string, fallback: number) => Number(url.searchParams.get(name) ?? fallback);
    const from = number("startTime", -1);
    const to = number("endTime", Infinity);
    const limit = number("limit", 500);
    const found = times.filter((time) => time >= from && time <= to);
    sendJson(response, (from < 0 ? found.slice(-limit) : found.slice(0, limit)).map(row));
  };
}

/** Answers aggregates as the venue does: a start looks ahead for an hour only. */
function serveAggregates(rows: readonly ReturnType<typeof aggregate>[]) {
  return (url: URL, response: ServerResponse): void => {
    const limit = Number(url.searchParams.get("limit"));
    const fromId = url.searchParams.get("fromId");
    const startTime = url.searchParams.get("startTime");
    if (fromId !== null)
      return sendJson(response, rows.filter(({ a }) => a >= Number(fromId)).slice(0, limit));
    if (startTime === null) return sendJson(response, rows.slice(-limit));
    const start = Number(startTime);
    sendJson(response, rows.filter(({ T }) => T >= start && T < start + 60 * MINUTE).slice(0, limit));
  };
}

const createRest = (server: RestServer, options: BinanceRestOptions = QUICK, product = SPOT) =>
  new BinanceRest(product, server.address, options, { clock: systemClock, random: () => 0.5 });

describe("bars", () => {
  it("are the newest up to a limit, in ascending order, over as many pages as that takes", async () => {
    await using server = await RestServer.start(serveKlines(3_000));
    const bars = await createRest(server).bars("BTCUSDT", "1m", { limit: 2_500 });
    expect(bars).toHaveLength(2_500);
    expect(bars.map(({ openTime }) => openTime)).toEqual(
      Array.from({ length: 2_500 }, (_, i) => T0 + (500 + i) * MINUTE),
    );
    expect(server.asked.map((url) => url.searchParams.get("limit"))).toEqual(["1000", "1000", "500"]);
    expect(server.asked[0].pathname).toBe("/api/v3/klines");
  });

  it("keep the venue's own texts", async () => {
    await using server = await RestServer.start(serveKlines(1));
    expect(await createRest(server).bars("BTCUSDT", "1m", { limit: 5 })).toEqual([
      {
        openTime: T0,
        open: "10.0",
        high: "12.5",
        low: "9.5",
        close: "11.0",
        volume: "100.25",
        quoteVolume: "1050.125",
        takerBuyVolume: "50.5",
        trades: 42,
      },
    ]);
  });

  it("from a start are the oldest, to an end that counts", async () => {
    await using server = await RestServer.start(serveKlines(3_000));
    const rest = createRest(server);
    const range = { startTime: T0 + MINUTE, endTime: T0 + 1_500 * MINUTE };
    const all = await rest.bars("BTCUSDT", "1m", { ...range, limit: 10_000 });
    expect([all.length, all[0].openTime, all[all.length - 1].openTime]).toEqual([
      1_500,
      range.startTime,
      range.endTime,
    ]);
    const some = await rest.bars("BTCUSDT", "1m", { ...range, limit: 3 });
    expect(some.map(({ openTime }) => (openTime - T0) / MINUTE)).toEqual([1, 2, 3]);
    const newest = await rest.bars("BTCUSDT", "1m", { endTime: range.endTime, limit: 2 });
    expect(newest.map(({ openTime }) => (openTime - T0) / MINUTE)).toEqual([1_499, 1_500]);
  });

  it("of USD-M come from its own path in larger pages", async () => {
    await using server = await RestServer.start(serveKlines(2_000));
    expect(await createRest(server, QUICK, USDM).bars("BTCUSDT", "1m", { limit: 2_000 })).toHaveLength(2_000);
    expect(server.asked.map((url) => [url.pathname, url.searchParams.get("limit")])).toEqual([
      ["/fapi/v1/klines", "1500"],
      ["/fapi/v1/klines", "500"],
    ]);
  });

  it("are none where none exist or none are wanted", async () => {
    await using server = await RestServer.start(serveKlines(0));
    expect(await createRest(server).bars("BTCUSDT", "1m", { limit: 10 })).toEqual([]);
    expect(await createRest(server).bars("BTCUSDT", "1m", { limit: 0 })).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  it("are refused for a timeframe that is not served, or a limit that is no count, without asking", async () => {
    await using server = await RestServer.start(serveKlines(1));
    const rest = createRest(server);
    await expect(rest.bars("BTCUSDT", "7m", { limit: 1 })).rejects.toThrow(UnknownTimeframeError);
    await expect(rest.bars("BTCUSDT", "1m", { limit: 1.5 })).rejects.toThrow(RangeError);
    await expect(createRest(server, QUICK, USDM).bars("BTCUSDT", "1s", { limit: 1 })).rejects.toThrow(
      "binance-usdm serves 1m",
    );
    expect(server.asked).toEqual([]);
  });

  it.each([
    ["is no array", { rows: [] }],
    ["has 2 rows, 1 were asked for", [row(T0), row(T0 + MINUTE)]],
    ["row 0 is no array", [null]],
    ["row 0 has a field of another type", [[T0, 10, "12", "9", "11", "1", 0, "1", 4, "1", "1", "0"]]],
    ["row 0 has a field of another type", [[T0]]],
    ['row 0 open is "abc"', [Object.assign(row(T0), { 1: "abc" })]],
    ["row 0 high 8 is below its open 10.0 or close 11.0", [Object.assign(row(T0), { 2: "8" })]],
    ["row 0 trade count is -1", [Object.assign(row(T0), { 8: -1 })]],
    ["row 0 open time is 1.5", [Object.assign(row(T0), { 0: 1.5 })]],
  ])("that %s are a bad answer", async (what, body) => {
    await using server = await RestServer.start((_, response) => sendJson(response, body));
    const asking = createRest(server).bars("BTCUSDT", "1m", { limit: 1 });
    await expect(asking).rejects.toThrow(VenueConnectionError);
    await expect(asking).rejects.toThrow(`binance sent a bad answer to klines: ${what}`);
  });

  it("out of order, or outside of what was asked for, are a bad answer", async () => {
    await using server = await RestServer.start((_, response) =>
      sendJson(response, [row(T0 + MINUTE), row(T0)]),
    );
    const rest = createRest(server);
    await expect(rest.bars("BTCUSDT", "1m", { limit: 2 })).rejects.toThrow("out of order");
    await expect(rest.bars("BTCUSDT", "1m", { limit: 2, startTime: T0 + 2 * MINUTE })).rejects.toThrow(
      "row 0 opens",
    );
  });
});

describe("trades", () => {
  const ids = (page: { trades: readonly { firstTradeId: number }[] }) =>
    page.trades.map((t) => t.firstTradeId / 2);

  it("from an aggregate's id are read page by page", async () => {
    const rows = Array.from({ length: 1_500 }, (_, i) => aggregate(100 + i, T0 + i));
    await using server = await RestServer.start(serveAggregates(rows));
    const rest = createRest(server);
    const first = await rest.trades("BTCUSDT", { aggregateId: 100 });
    expect([first.trades.length, first.nextAggregateId]).toEqual([1_000, 1_100]);
    expect(first.trades[0]).toEqual({
      firstTradeId: 200,
      lastTradeId: 201,
      price: "10.5",
      size: "2",
      time: T0,
      takerBought: false,
    });
    expect(first.trades[1].takerBought).toBe(true);
    const second = await rest.trades("BTCUSDT", { aggregateId: 1_100 });
    expect([second.trades.length, second.nextAggregateId]).toEqual([500, 1_600]);
    expect(await rest.trades("BTCUSDT", { aggregateId: 1_600 })).toEqual({
      trades: [],
      nextAggregateId: undefined,
    });
  });

  it("from a time begin with the first at that time", async () => {
    const rows = [aggregate(1, T0 - 1), aggregate(2, T0), aggregate(3, T0), aggregate(4, T0 + 5)];
    await using server = await RestServer.start(serveAggregates(rows));
    expect(ids(await createRest(server).trades("BTCUSDT", { time: T0 }))).toEqual([2, 3, 4]);
    expect(server.asked).toHaveLength(1);
  });

  it("from a time within a long quiet span begin with the first after it", async () => {
    const day = 24 * 60 * MINUTE;
    const rows = [aggregate(1, T0 - 5), aggregate(2, T0 + day), aggregate(3, T0 + day)];
    await using server = await RestServer.start(serveAggregates(rows));
    expect(ids(await createRest(server).trades("BTCUSDT", { time: T0 }))).toEqual([2, 3]);
  });

  it("after a quiet span are found among many thousands of later ones", async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) =>
      aggregate(i, i < 20_000 ? T0 - 20_000 + i : T0 + 90 * MINUTE + i),
    );
    await using server = await RestServer.start(serveAggregates(rows));
    const page = await createRest(server).trades("BTCUSDT", { time: T0 + 5 });
    expect(page.trades[0].firstTradeId).toBe(2 * 20_000);
    expect(server.asked.length).toBeLessThan(20);
  });

  it("of a venue that serves only the newest ids begin with the oldest of them", async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => aggregate(90_000 + i, T0 + 90 * MINUTE + i));
    await using server = await RestServer.start(serveAggregates(rows));
    expect((await createRest(server).trades("BTCUSDT", { time: T0 })).trades[0].firstTradeId).toBe(180_000);
  });

  it("are none where the newest is older", async () => {
    await using server = await RestServer.start(serveAggregates([aggregate(1, T0)]));
    expect(await createRest(server).trades("BTCUSDT", { time: T0 + 1 })).toEqual({
      trades: [],
      nextAggregateId: undefined,
    });
  });

  it("leave out an aggregate that the venue took back", async () => {
    const empty = { ...aggregate(2, T0), p: "0", q: "0", f: -1, l: -1 };
    await using server = await RestServer.start(serveAggregates([aggregate(1, T0), empty, aggregate(3, T0)]));
    const page = await createRest(server).trades("BTCUSDT", { aggregateId: 1 });
    expect(ids(page)).toEqual([1, 3]);
    expect(page.nextAggregateId).toBe(4);
  });

  it.each([
    ["row 0 is no object", [5]],
    ["row 0 has the price 0", [{ ...aggregate(5, T0), p: "0" }]],
    ["row 0 has the size -2", [{ ...aggregate(5, T0), q: "-2" }]],
    ["row 0 has the trade ids 11 to 10", [{ ...aggregate(5, T0), f: 11, l: 10 }]],
    ["row 0 has the aggregate id x", [{ ...aggregate(5, T0), a: "x" }]],
    ["row 0 has the time 1.5", [aggregate(5, 1.5)]],
    ["row 0 has no side", [{ ...aggregate(5, T0), m: 1 }]],
    ["row 0 has the id 4", [aggregate(4, T0)]],
    ["row 1 has the id 5", [aggregate(5, T0), aggregate(5, T0)]],
    ["row 1 has the id 6", [aggregate(5, T0), aggregate(6, T0 - 1)]],
    ["row 1 has the id 6", [aggregate(5, T0), { ...aggregate(6, T0), f: 11 }]],
  ])("whose %s are a bad answer", async (what, body) => {
    await using server = await RestServer.start((_, response) => sendJson(response, body));
    const asking = createRest(server).trades("BTCUSDT", { aggregateId: 5 });
    await expect(asking).rejects.toThrow(`binance sent a bad answer to aggTrades: ${what}`);
  });
});
