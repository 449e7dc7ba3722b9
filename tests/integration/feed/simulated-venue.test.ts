import { once } from "node:events";
import { createServer } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { VirtualClock } from "../../../src/clock.ts";
import {
  SimulatedVenue,
  type SimulatedTrade,
  type SimulatedVenueOptions,
} from "../../../src/realtime/feed/simulated/index.ts";
import { StreamClient, type Json } from "../../support/stream-client.ts";

const START = Date.UTC(2025, 0, 15, 12, 0, 30);
const MINUTE = 60_000;

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

/** A venue on a clock that stands still, closed behind the test. */
async function venueOf(options: Partial<SimulatedVenueOptions> = {}, startMs = START) {
  const clock = new VirtualClock(startMs);
  const venue = await SimulatedVenue.start(
    { symbols: ["BTCUSDT", "ETHUSDT"], tradesPerSecond: 100, history: { minutes: 30 }, ...options },
    { clock },
  );
  open.push(venue);
  return { venue, clock };
}

async function clientOf(venue: SimulatedVenue, path: string): Promise<StreamClient> {
  const client = await StreamClient.open(venue.endpoints.ws + path);
  open.push(client);
  return client;
}

async function rest(
  venue: SimulatedVenue,
  path: string,
): Promise<{ status: number; headers: Headers; body: Json }> {
  const response = await fetch(venue.endpoints.rest + path);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** Trades of the log that the venue made since it started. */
const live = (venue: SimulatedVenue, symbol: string): SimulatedTrade[] =>
  [...venue.log(symbol)].filter(({ time }) => time >= START);

/** A decimal text as a whole number of 10^-16. */
function exact(text: string): bigint {
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(16, "0"));
}

describe("SimulatedVenue streams", () => {
  it("sends every trade, as the log has it, in order", async () => {
    const { venue } = await venueOf();
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    expect(await venue.play({ trades: 500 })).toBe(500);
    expect(client.messages).toEqual(
      live(venue, "BTCUSDT").map(({ id, price, size, time, takerBought }) => ({
        e: "trade",
        E: time + 1,
        s: "BTCUSDT",
        t: id,
        p: price,
        q: size,
        T: time,
        m: !takerBought,
        M: true,
      })),
    );
  });

  it("sends aggregates whose ids run on and that cover the trades without a gap", async () => {
    const { venue } = await venueOf({ tradesPerSecond: 1_000 });
    const client = await clientOf(venue, "/stream?streams=btcusdt@aggTrade/ethusdt@aggTrade");
    await venue.play({ ms: 3_000 });
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      const aggregates = client.messages.map(({ data }) => data).filter(({ s }) => s === symbol);
      const trades = live(venue, symbol);
      let next = trades[0].id;
      let nextAggregate = trades[0].aggregateId;
      for (const { a, f, l, p, q, T, m } of aggregates) {
        const fills = trades.slice(f - trades[0].id, l - trades[0].id + 1);
        expect([a, f]).toEqual([nextAggregate++, next]);
        expect(fills.every((fill) => fill.price === p && fill.time === T && fill.takerBought === !m)).toBe(
          true,
        );
        expect(fills.reduce((sum, { size }) => sum + exact(size), 0n)).toBe(exact(q));
        next = l + 1;
      }
      expect(next).toBe(trades.at(-1)!.id + 1);
    }
  });

  it("speaks the futures flavour", async () => {
    const { venue } = await venueOf({
      flavour: "binance-usdm",
      symbols: [{ symbol: "BTCUSDT", priceDecimals: 1, sizeDecimals: 3 }],
    });
    const client = await clientOf(
      venue,
      "/stream?streams=btcusdt@trade/btcusdt@aggTrade/btcusdt@bookTicker/btcusdt@depth@100ms",
    );
    await venue.play({ ms: 500 });
    const first = (event: string) => client.messages.find(({ data }) => data.e === event).data;
    expect(Object.keys(first("trade"))).toEqual(["e", "E", "T", "s", "t", "p", "q", "X", "m"]);
    expect(first("trade").p).toMatch(/^\d+\.\d$/);
    expect(Object.keys(first("aggTrade"))).toEqual(["e", "E", "a", "s", "p", "q", "f", "l", "T", "m"]);
    expect(Object.keys(first("bookTicker"))).toEqual(["e", "u", "s", "b", "B", "a", "A", "T", "E"]);
    expect(Object.keys(first("depthUpdate"))).toEqual(["e", "E", "T", "s", "U", "u", "pu", "b", "a"]);
    expect((await clientOf(venue, "/market/stream?streams=btcusdt@trade")).socket.readyState).toBe(
      WebSocket.OPEN,
    );
  });

  it("sends quotes and changes of the book that a client can follow from a snapshot", async () => {
    const { venue } = await venueOf({ symbols: ["BTCUSDT"], quotesPerTrade: 2 });
    const client = await clientOf(venue, "/stream?streams=btcusdt@depth@100ms/btcusdt@bookTicker");
    await venue.play({ ms: 1_000 });
    const { body: snapshot } = await rest(venue, "/api/v3/depth?symbol=BTCUSDT&limit=5000");
    await venue.play({ ms: 2_000 });
    const book = { b: new Map(snapshot.bids), a: new Map(snapshot.asks) } as Record<
      "a" | "b",
      Map<string, string>
    >;
    const diffs = client.messages
      .filter(({ stream }) => stream === "btcusdt@depth@100ms")
      .map(({ data }) => data);
    expect(diffs.length).toBeGreaterThanOrEqual(29);
    let last: number | undefined;
    for (const diff of diffs) {
      if (last !== undefined) expect(diff.U).toBe(last + 1);
      last = diff.u;
      if (diff.u <= snapshot.lastUpdateId) continue;
      for (const side of ["a", "b"] as const) {
        for (const [price, size] of diff[side]) {
          if (Number(size) === 0) book[side].delete(price);
          else book[side].set(price, size);
        }
      }
    }
    const { body: fresh } = await rest(venue, "/api/v3/depth?symbol=BTCUSDT&limit=5000");
    expect(fresh.lastUpdateId).toBeGreaterThanOrEqual(last!);
    if (fresh.lastUpdateId === last) expect(book.b).toEqual(new Map(fresh.bids));
    expect(Math.max(...[...book.b.keys()].map(Number))).toBeLessThan(
      Math.min(...[...book.a.keys()].map(Number)),
    );
    const quotes = client.messages
      .filter(({ stream }) => stream === "btcusdt@bookTicker")
      .map(({ data }) => data);
    expect(quotes.length).toBeGreaterThan(500);
    expect(quotes.every(({ a, b }) => Number(a) > Number(b))).toBe(true);
  });

  it("sends forming klines every two seconds and each closed one once, equal to REST", async () => {
    const { venue } = await venueOf();
    const client = await clientOf(venue, "/stream?streams=btcusdt@kline_1m/btcusdt@kline_1s");
    await venue.play({ ms: 95_000 });
    const klines = (interval: string) =>
      client.messages.map(({ data }) => data).filter(({ k }) => k.i === interval);
    const minutes = klines("1m");
    expect(minutes.filter(({ k }) => k.x).map(({ k }) => k.t)).toEqual([START - 30_000, START + 30_000]);
    expect(minutes.length).toBe(47);
    const seconds = klines("1s");
    expect(seconds.every(({ k }) => k.x)).toBe(true);
    expect(seconds.length).toBe(94);
    for (const { k } of [...seconds, ...minutes.filter(({ k: { x } }) => x)]) {
      const { body } = await rest(
        venue,
        `/api/v3/klines?symbol=BTCUSDT&interval=${k.i}&startTime=${k.t}&limit=1`,
      );
      expect(body[0]).toEqual([k.t, k.o, k.h, k.l, k.c, k.v, k.T, k.q, k.n, k.V, k.Q, "0"]);
    }
  });

  it("tells of a trade a moment after it happened, which may be in the next minute", async () => {
    const { venue, clock } = await venueOf({ tradesPerSecond: 0 }, START + 29_999);
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    venue.trade("BTCUSDT", { price: "60000.5", size: "0.25", taker: "sell" });
    await venue.received();
    expect(client.messages).toMatchObject([
      { p: "60000.50000000", q: "0.25000000", T: clock.now(), E: clock.now() + 1, m: true },
    ]);
  });

  it("answers control frames as documented", async () => {
    const { venue } = await venueOf();
    const client = await clientOf(venue, "/ws");
    expect(await client.subscribe("btcusdt@trade", "ethusdt@trade")).toEqual({ result: null, id: 1 });
    expect(await client.request("LIST_SUBSCRIPTIONS")).toEqual({
      result: ["btcusdt@trade", "ethusdt@trade"],
      id: 2,
    });
    expect(await client.request("UNSUBSCRIBE", ["ethusdt@trade"], "u1")).toEqual({ result: null, id: "u1" });
    expect(await client.request("SET_PROPERTY", ["combined", true])).toEqual({ result: null, id: 3 });
    await venue.play({ trades: 50 });
    expect(new Set(client.messages.map(({ stream }) => stream))).toEqual(new Set(["btcusdt@trade"]));
    expect(await client.request("JOIN")).toMatchObject({ code: 2, id: 4 });
  });

  it("takes 1,024 streams on a connection, and not one more", async () => {
    const { venue } = await venueOf();
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    const others = Array.from({ length: 1_023 }, (_, n) => `s${n}@trade`);
    expect(await client.subscribe(...others)).toMatchObject({ result: null });
    expect(await client.subscribe("one@more")).toMatchObject({
      code: 2,
      msg: expect.stringContaining("1024"),
    });
    expect(await client.subscribe("btcusdt@trade")).toMatchObject({ result: null });
  });

  it("disconnects a client that sends more than 5 frames in a second", async () => {
    const { venue } = await venueOf();
    const client = await clientOf(venue, "/ws");
    const closed = client.closed();
    for (let n = 0; n < 6; n++) client.socket.send("{}");
    expect(await closed).toEqual({ code: 1_008, reason: "Too many requests" });
  });

  it("lets a client send on when a second has passed on the venue's clock", async () => {
    const { venue, clock } = await venueOf();
    const client = await clientOf(venue, "/ws");
    for (let n = 0; n < 12; n++) {
      await client.request("LIST_SUBSCRIPTIONS");
      clock.advanceBy(250);
    }
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("pings every 20 seconds, and drops who does not answer for a minute", async () => {
    const { venue, clock } = await venueOf({ tradesPerSecond: 0 });
    const healthy = await clientOf(venue, "/ws");
    const silent = await StreamClient.open(`${venue.endpoints.ws}/ws`, { autoPong: false });
    open.push(silent);
    let pings = 0;
    healthy.socket.on("ping", () => pings++);
    const closed = silent.closed();
    for (let n = 0; n < 4; n++) {
      const pinged = once(healthy.socket, "ping");
      clock.advanceBy(20_000);
      await pinged;
      // The pong is on its way when the ping was seen; the venue answers behind it.
      await healthy.request("LIST_SUBSCRIPTIONS");
    }
    expect((await closed).code).toBe(1_006);
    expect(pings).toBe(4);
    expect(healthy.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("closes a connection after 24 hours", async () => {
    const { venue, clock } = await venueOf({ tradesPerSecond: 0, history: { minutes: 0 } });
    const client = await clientOf(venue, "/ws");
    const closed = client.closed();
    for (let minutes = 0; minutes < 24 * 60 && client.socket.readyState === WebSocket.OPEN; minutes += 0.5) {
      clock.advanceBy(MINUTE / 2);
      await venue.received();
    }
    expect((await closed).code).toBe(1_001);
    expect(clock.now() - START).toBe(24 * 3_600_000);
  });

  it("disconnects a client that does not read, before its memory grows beyond the bound", async () => {
    const { venue, clock } = await venueOf({
      tradesPerSecond: 500_000,
      maxBufferedBytes: 1_000_000,
      logTrades: 1_000,
    });
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    client.socket.pause();
    for (let n = 0; n < 1_000 && venue.stats().clients > 0; n++) {
      clock.advanceBy(20);
      await nextTurn();
    }
    expect(venue.stats()).toMatchObject({ clients: 0, clientsEver: 1, slowClients: 1 });
  });

  it("sends to many clients what each asked for", async () => {
    const { venue } = await venueOf();
    const [bare, wrapped, other, none] = [
      await clientOf(venue, "/ws/btcusdt@trade"),
      await clientOf(venue, "/stream?streams=btcusdt@trade"),
      await clientOf(venue, "/ws/ethusdt@trade/nothing@trade"),
      await clientOf(venue, "/stream"),
    ];
    await venue.play({ trades: 200 });
    expect(wrapped.messages.map(({ data }) => data)).toEqual(bare.messages);
    expect(bare.messages.length + other.messages.length).toBe(200);
    expect(none.messages).toEqual([]);
  });

  it("makes the same messages again from the same seed", async () => {
    const run = async () => {
      const { venue } = await venueOf({ seed: 77 });
      const client = await clientOf(
        venue,
        "/stream?streams=btcusdt@trade/ethusdt@aggTrade/btcusdt@depth@100ms/ethusdt@kline_1m",
      );
      await venue.play({ ms: 3_000 });
      return client.texts;
    };
    expect(await run()).toEqual(await run());
  });

  it("knows no other paths, and survives addresses that are none", async () => {
    const { venue } = await venueOf();
    for (const target of ["/other", "/ws/%E0%A4%A", "/wsx"]) {
      await expect(StreamClient.open(venue.endpoints.ws + target)).rejects.toThrow("404");
    }
    expect((await clientOf(venue, "/ws/btcusdt%40trade")).socket.readyState).toBe(WebSocket.OPEN);
  });

  it("runs by the machine's clock when it is given none", async () => {
    const venue = await SimulatedVenue.start({
      symbols: ["BTCUSDT"],
      tradesPerSecond: 5_000,
      history: { minutes: 0 },
    });
    open.push(venue);
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    while (client.texts.length < 200) await once(client.socket, "message");
    const ids = client.messages.map(({ t }) => t);
    expect(ids).toEqual(ids.map((_, n) => ids[0] + n));
    expect(client.messages.every(({ T }) => T <= Date.now())).toBe(true);
    await expect(venue.play({ ms: 1 })).rejects.toMatchObject({ code: "NEEDS_VIRTUAL_CLOCK" });
  });
});

describe("SimulatedVenue REST", () => {
  it("serves klines that equal a count over the log, for every interval", async () => {
    const { venue, clock } = await venueOf({
      tradesPerSecond: 200,
      history: { minutes: 200, tradesPerMinute: 1 },
    });
    await venue.play({ ms: 130_000 });
    const trades = [...venue.log("BTCUSDT")];
    for (const [interval, lengthMs] of [
      ["1m", MINUTE],
      ["5m", 5 * MINUTE],
      ["1h", 60 * MINUTE],
    ] as const) {
      const { body } = await rest(venue, `/api/v3/klines?symbol=BTCUSDT&interval=${interval}&limit=1000`);
      const opens = body.map(([openTime]: [number]) => openTime);
      const first = Math.floor(trades[0].time / lengthMs) * lengthMs;
      expect(opens).toEqual(
        Array.from(
          { length: Math.floor((clock.now() - first) / lengthMs) + 1 },
          (_, n) => first + n * lengthMs,
        ),
      );
      let close = "";
      for (const [openTime, o, h, l, c, v, closeTime, q, n, V, Q] of body) {
        const inside = trades.filter(({ time }) => time >= openTime && time <= closeTime);
        const prices = inside.map(({ price }) => exact(price));
        const sum = (of: (trade: SimulatedTrade) => bigint) =>
          inside.reduce((total, trade) => total + of(trade), 0n);
        const bought = sum(({ takerBought, size }) => (takerBought ? exact(size) : 0n));
        const quote = ({ price, size }: SimulatedTrade) => exact(price) * exact(size);
        expect(closeTime).toBe(openTime + lengthMs - 1);
        expect(n).toBe(inside.length);
        expect([o, c]).toEqual([inside[0]?.price ?? close, inside.at(-1)?.price ?? close]);
        if (prices.length > 0) {
          expect(exact(h)).toBe(prices.reduce((high, price) => (price > high ? price : high)));
          expect(exact(l)).toBe(prices.reduce((low, price) => (price < low ? price : low)));
        } else {
          expect([h, l, v]).toEqual([close, close, "0.00000000"]);
        }
        expect([exact(v), exact(V)]).toEqual([sum(({ size }) => exact(size)), bought]);
        expect(exact(q) * 10n ** 16n).toBe(sum(quote));
        expect(exact(Q) * 10n ** 16n).toBe(sum((trade) => (trade.takerBought ? quote(trade) : 0n)));
        close = c;
      }
      expect(body.some(([, , , , , , , , n]: number[]) => n === 0)).toBe(interval === "1m");
    }
  });

  it("pages klines by start, end and limit", async () => {
    const { venue } = await venueOf({ history: { minutes: 1_440, tradesPerMinute: 1 } });
    const minute = START - 30_000;
    const opens = async (query: string) =>
      (await rest(venue, `/api/v3/klines?symbol=BTCUSDT&interval=1m&${query}`)).body.map(
        ([t]: [number]) => (t - minute) / MINUTE,
      );
    expect(await opens("limit=3")).toEqual([-2, -1, 0]);
    expect(await opens(`startTime=${minute - 10 * MINUTE}&limit=2`)).toEqual([-10, -9]);
    expect(await opens(`startTime=${minute - 10 * MINUTE + 1}&endTime=${minute - 8 * MINUTE}`)).toEqual([
      -9, -8,
    ]);
    expect(await opens(`endTime=${minute - 8 * MINUTE}&limit=2`)).toEqual([-9, -8]);
    expect((await opens("")).length).toBe(500);
    expect((await opens("limit=5000")).length).toBe(1_000);
  });

  it("serves aggregates by id and by time, that cover the log without a gap", async () => {
    const { venue } = await venueOf({ tradesPerSecond: 1_000 });
    await venue.play({ ms: 5_000 });
    const get = async (query: string) =>
      (await rest(venue, `/api/v3/aggTrades?symbol=BTCUSDT&${query}`)).body;
    const log = venue.log("BTCUSDT");
    const all: Json[] = [];
    for (let fromId = 0; ; fromId = all.at(-1).a + 1) {
      const page = await get(`fromId=${fromId}&limit=1000`);
      if (page.length === 0) break;
      all.push(...page);
    }
    expect([all[0].f, all.at(-1).l]).toEqual([log.firstId, log.lastId]);
    all.forEach((row, i) => i > 0 && expect([row.a, row.f]).toEqual([all[i - 1].a + 1, all[i - 1].l + 1]));
    for (const { f, l, q } of all) {
      let size = 0n;
      for (let id = f; id <= l; id++) size += exact(log.at(id).size);
      expect(exact(q)).toBe(size);
    }
    expect((await get("limit=3")).map(({ a }: Json) => a)).toEqual(all.slice(-3).map(({ a }) => a));
    const from = START + 1_000;
    const within = all.filter(({ T }) => T >= from && T <= from + 100);
    expect(await get(`startTime=${from}&endTime=${from + 100}`)).toEqual(within);
    expect(await get(`startTime=${from}&limit=5`)).toEqual(all.filter(({ T }) => T >= from).slice(0, 5));
    expect(await get(`endTime=${from}&limit=5`)).toEqual(all.filter(({ T }) => T <= from).slice(-5));
    expect(await get(`startTime=${START + 3_600_000}`)).toEqual([]);
    expect(await get(`endTime=${START - 3_600_000}`)).toEqual([]);
  });

  it("serves whole aggregates only, where the log has forgotten the beginning of one", async () => {
    const { venue } = await venueOf({ symbols: ["BTCUSDT"], tradesPerSecond: 1_000, logTrades: 1_000 });
    for (let n = 0; n < 20; n++) {
      await venue.play({ trades: 61 });
      const log = venue.log("BTCUSDT");
      const [first] = (await rest(venue, "/api/v3/aggTrades?symbol=BTCUSDT&fromId=0&limit=1")).body;
      if (log.forgotten > 0 && first.f > log.firstId)
        expect(log.at(first.f - 1).aggregateId).toBe(first.a - 1);
    }
    expect(venue.log("BTCUSDT").forgotten).toBeGreaterThan(0);
  });

  it("serves single trades by id, and the newest", async () => {
    const { venue } = await venueOf();
    await venue.play({ trades: 100 });
    const log = venue.log("ETHUSDT");
    const row = ({ id, price, size, time, takerBought }: SimulatedTrade) => ({
      id,
      price,
      qty: size,
      time,
      isBuyerMaker: !takerBought,
      isBestMatch: true,
    });
    const get = async (path: string) => (await rest(venue, `/api/v3/${path}`)).body;
    const page = await get(`historicalTrades?symbol=ETHUSDT&fromId=${log.lastId - 9}&limit=5`);
    expect(page).toMatchObject(Array.from({ length: 5 }, (_, n) => row(log.at(log.lastId - 9 + n))));
    for (const { price, qty, quoteQty } of page)
      expect(exact(quoteQty) * 10n ** 16n).toBe(exact(price) * exact(qty));
    expect(await get("trades?symbol=ETHUSDT&limit=2")).toMatchObject([
      row(log.at(log.lastId - 1)),
      row(log.at(log.lastId)),
    ]);
    expect(await get(`historicalTrades?symbol=ETHUSDT&fromId=${log.lastId + 1}`)).toEqual([]);
  });

  it("tells time, symbols and weight", async () => {
    const { venue, clock } = await venueOf();
    expect((await rest(venue, "/api/v3/ping")).body).toEqual({});
    expect((await rest(venue, "/api/v3/time")).body).toEqual({ serverTime: START });
    const { body, headers } = await rest(venue, "/api/v3/exchangeInfo");
    expect(body.symbols.map(({ symbol, baseAsset }: Json) => [symbol, baseAsset])).toEqual([
      ["BTCUSDT", "BTC"],
      ["ETHUSDT", "ETH"],
    ]);
    expect(headers.get("x-mbx-used-weight-1m")).toBe("22");
    clock.advanceBy(MINUTE);
    expect((await rest(venue, "/api/v3/ping")).headers.get("x-mbx-used-weight-1m")).toBe("1");
  });

  it.each([
    ["an unknown symbol", "klines?symbol=NOPE&interval=1m", 400, -1121, "Invalid symbol."],
    ["no symbol", "klines?interval=1m", 400, -1102, "Mandatory parameter 'symbol' was not sent"],
    ["an unknown interval", "klines?symbol=BTCUSDT&interval=7m", 400, -1120, "Invalid interval."],
    ["a limit that is no number", "aggTrades?symbol=BTCUSDT&limit=x", 400, -1100, "parameter 'limit'"],
    ["a limit of 0", "aggTrades?symbol=BTCUSDT&limit=0", 400, -1130, "'limit'"],
    ["an id with a time", "aggTrades?symbol=BTCUSDT&fromId=1&startTime=1", 400, -1128, "Combination"],
  ])("refuses %s with the documented body", async (_, path, status, code, msg) => {
    const { venue } = await venueOf();
    expect(await rest(venue, `/api/v3/${path}`)).toMatchObject({
      status,
      body: { code, msg: expect.stringContaining(msg) },
    });
  });

  it("refuses other methods and paths", async () => {
    const { venue } = await venueOf();
    expect((await rest(venue, "/api/v3/nothing")).status).toBe(404);
    expect((await rest(venue, "/fapi/v1/ping")).status).toBe(404);
    expect((await fetch(`${venue.endpoints.rest}/api/v3/ping`, { method: "POST" })).status).toBe(405);
  });

  it("refuses who used up the minute's weight, until the next minute", async () => {
    const { venue, clock } = await venueOf({ flavour: "binance-usdm" });
    let refused: Awaited<ReturnType<typeof rest>> | undefined;
    for (let n = 0; n < 200 && !refused; n++) {
      const answer = await rest(venue, "/fapi/v1/aggTrades?symbol=BTCUSDT&limit=1");
      if (answer.status !== 200) refused = answer;
    }
    expect(refused).toMatchObject({ status: 429, body: { code: -1003 } });
    expect(refused!.headers.get("retry-after")).toBe("30");
    clock.advanceBy(30_000);
    expect((await rest(venue, "/fapi/v1/ping")).status).toBe(200);
  });
});

describe("SimulatedVenue faults", () => {
  /** A venue, a client of all trades, and what the client saw of them. */
  async function scene() {
    const { venue, clock } = await venueOf({ symbols: ["BTCUSDT"] });
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    const first = venue.log("BTCUSDT").lastId + 1;
    /** Live trades the client saw, counted from 1. */
    const seen = () => client.messages.map(({ t }) => t - first + 1);
    return { venue, clock, client, seen };
  }
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

  it("cuts the line before the trade it was ordered for; trades go on", async () => {
    const { venue, client, seen } = await scene();
    const closed = client.closed();
    venue.inject({ kind: "drop" }, { atTrade: 11 });
    await venue.play({ trades: 20 });
    expect((await closed).code).toBe(1_006);
    expect(seen().length).toBeLessThanOrEqual(10);
    expect(venue.stats().trades).toBe(20);
  });

  it("closes with a code and a reason", async () => {
    const { venue, client, seen } = await scene();
    const closed = client.closed();
    venue.inject({ kind: "close", code: 1_012, reason: "restart" }, { atTrade: 11 });
    await venue.play({ trades: 20 });
    expect(await closed).toEqual({ code: 1_012, reason: "restart" });
    expect(seen()).toEqual(range(1, 10));
  });

  it("goes mute, and still answers pings, until it is healed", async () => {
    const { venue, client, seen } = await scene();
    venue.inject({ kind: "mute" }, { atTrade: 6 });
    await venue.play({ trades: 10 });
    const pong = once(client.socket, "pong");
    client.socket.ping();
    await pong;
    expect(seen()).toEqual(range(1, 5));
    venue.heal();
    await venue.play({ trades: 5 });
    expect(seen()).toEqual([...range(1, 5), ...range(11, 15)]);
  });

  it("goes half open: nothing is sent or answered, for as long as ordered", async () => {
    const { venue, clock, client, seen } = await scene();
    venue.inject({ kind: "freeze", forMs: 10_000 });
    let isAnswered = false;
    client.socket.once("pong", () => (isAnswered = true));
    client.socket.ping();
    await venue.play({ ms: 9_000 });
    expect([isAnswered, seen()]).toEqual([false, []]);
    const pong = once(client.socket, "pong");
    clock.advanceBy(1_000);
    await pong;
    const before = venue.stats().trades;
    await venue.play({ trades: 5 });
    expect(seen().slice(-5)).toEqual(range(before + 1, before + 5));
  });

  it("loses, doubles, damages and delays messages", async () => {
    const { venue, client, seen } = await scene();
    venue.inject({ kind: "lose", messages: 3 }, { atTrade: 4 });
    venue.inject({ kind: "duplicate", messages: 2 }, { atTrade: 9 });
    await venue.play({ trades: 12 });
    expect(seen()).toEqual([1, 2, 3, 7, 8, 9, 9, 10, 10, 11, 12]);
    client.texts.length = 0;
    venue.inject({ kind: "corrupt", messages: 1 });
    venue.inject({ kind: "truncate", messages: 1 }, { atTrade: 14 });
    await venue.play({ trades: 3 });
    expect(client.texts).toHaveLength(3);
    expect(() => JSON.parse(client.texts[0])).toThrow();
    expect(() => JSON.parse(client.texts[1])).toThrow();
    expect(JSON.parse(client.texts[2])).toMatchObject({ e: "trade" });
    client.texts.length = 0;
    venue.inject({ kind: "delay", messages: 1, ms: 5_000 });
    await venue.play({ ms: 4_900 });
    expect(client.texts).toEqual([]);
    await venue.play({ ms: 200 });
    expect(seen()).toEqual(range(16, venue.stats().trades));
    client.texts.length = 0;
    venue.inject({ kind: "reorder", messages: 8, window: 4 });
    const from = venue.stats().trades + 1;
    await venue.play({ trades: 10 });
    expect(seen()).not.toEqual(range(from, from + 9));
    expect(seen().sort((a, b) => a - b)).toEqual(range(from, from + 9));
  });

  it("refuses and ignores subscriptions", async () => {
    const { venue, client, seen } = await scene();
    venue.inject({ kind: "refuseSubscription", code: 7, message: "no" });
    expect(await client.subscribe("btcusdt@aggTrade")).toEqual({ code: 7, msg: "no", id: 1 });
    venue.inject({ kind: "ignoreSubscription" });
    void client.subscribe("btcusdt@aggTrade");
    expect(await client.request("LIST_SUBSCRIPTIONS")).toMatchObject({ result: ["btcusdt@trade"] });
    expect(await client.subscribe("btcusdt@aggTrade")).toMatchObject({ result: null });
    expect(seen()).toEqual([]);
  });

  it("refuses connections", async () => {
    const { venue } = await scene();
    venue.inject({ kind: "refuseConnection", times: 2 });
    await expect(clientOf(venue, "/ws")).rejects.toThrow("503");
    await expect(clientOf(venue, "/ws")).rejects.toThrow("503");
    await clientOf(venue, "/ws");
  });

  it("announces a restart, and ends a connection by its age, on order", async () => {
    const { venue, client } = await scene();
    const wrapped = await clientOf(venue, "/stream");
    venue.inject({ kind: "shutdownNotice" });
    await venue.received();
    expect(client.messages).toEqual([{ e: "serverShutdown", E: START }]);
    expect(wrapped.messages).toEqual([
      { stream: "!serverShutdown", data: { e: "serverShutdown", E: START } },
    ]);
    const closed = client.closed();
    venue.inject({ kind: "expire" });
    expect((await closed).code).toBe(1_001);
  });

  it("answers REST with statuses, for one endpoint where ordered", async () => {
    const { venue } = await scene();
    venue.inject({ kind: "restStatus", status: 429, retryAfterS: 7, endpoint: "klines", times: 2 });
    venue.inject({ kind: "restStatus", status: 503 });
    expect((await rest(venue, "/api/v3/ping")).status).toBe(503);
    for (let n = 0; n < 2; n++) {
      const answer = await rest(venue, "/api/v3/klines?symbol=BTCUSDT&interval=1m");
      expect(answer).toMatchObject({ status: 429, body: { code: -1003 } });
      expect(answer.headers.get("retry-after")).toBe("7");
    }
    expect((await rest(venue, "/api/v3/klines?symbol=BTCUSDT&interval=1m")).status).toBe(200);
  });

  it("answers REST slowly, cut, and stale", async () => {
    const { venue, clock } = await scene();
    await venue.play({ ms: 10_000 });
    venue.inject({ kind: "restSlow", ms: 3_000 });
    const response = await fetch(`${venue.endpoints.rest}/api/v3/ping`);
    expect(response.status).toBe(200);
    clock.advanceBy(3_000);
    expect(await response.json()).toEqual({});
    venue.inject({ kind: "restCut" });
    const cut = await fetch(`${venue.endpoints.rest}/api/v3/exchangeInfo`);
    await expect(cut.text()).rejects.toThrow();
    const path = `/api/v3/aggTrades?symbol=BTCUSDT&startTime=${START}&limit=1000`;
    const whole = (await rest(venue, path)).body;
    venue.inject({ kind: "restStale", ms: 5_000 });
    const stale = (await rest(venue, path)).body;
    expect(stale).toEqual(whole.filter(({ T }: Json) => T <= clock.now() - 5_000));
    expect(stale.length).toBeLessThan(whole.length);
    const klines = "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1";
    venue.inject({ kind: "restStale", ms: 1_000 });
    expect((await rest(venue, klines)).body[0][0]).toBe((await rest(venue, klines)).body[0][0] - MINUTE);
  });

  it("refuses faults out of bounds", async () => {
    const { venue } = await scene();
    expect(() => venue.inject({ kind: "lose", messages: 0 })).toThrow(
      /^messages of fault "lose" must be a whole number from 1, was 0$/,
    );
    expect(() => venue.inject({ kind: "close", code: 1_006 })).toThrow(RangeError);
    expect(() => venue.inject({ kind: "reorder", messages: 5, window: 1 })).toThrow(RangeError);
  });
});

describe("SimulatedVenue as a whole", () => {
  it("says in one line that a port is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    await expect(SimulatedVenue.start({ symbols: ["BTCUSDT"], port })).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: `port ${port} on 127.0.0.1 is in use`,
    });
    taken.close();
  });

  it("leaves nothing behind when it is closed, whatever its clients do", async () => {
    const { venue, clock } = await venueOf();
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    const frozen = await clientOf(venue, "/ws/btcusdt@trade");
    venue.inject({ kind: "freeze", forMs: 1_000 });
    void fetch(`${venue.endpoints.rest}/api/v3/ping`).catch(() => undefined);
    const closed = Promise.all([client.closed(), frozen.closed()]);
    await Promise.all([venue.close(), venue.close()]);
    await closed;
    const { trades } = venue.stats();
    clock.advanceBy(100_000);
    expect(venue.stats()).toMatchObject({ trades, clients: 0 });
    await expect(fetch(`${venue.endpoints.rest}/api/v3/ping`)).rejects.toThrow();
  });

  it("stops playing when it is closed, and plays once at a time", async () => {
    const { venue } = await venueOf();
    const playing = venue.play({ ms: 3_600_000 });
    await expect(venue.play({ ms: 1 })).rejects.toMatchObject({ code: "ALREADY_PLAYING" });
    await venue.close();
    await expect(playing).rejects.toMatchObject({ code: "CLOSED" });
  });

  it("tells when streams are subscribed to", async () => {
    const { venue } = await venueOf();
    const subscribed = venue.whenSubscribed(["btcusdt@trade", "ethusdt@trade"]);
    await clientOf(venue, "/ws/btcusdt@trade");
    const client = await clientOf(venue, "/ws");
    await Promise.all([subscribed, client.subscribe("ethusdt@trade")]);
    const never = expect(venue.whenSubscribed(["btcusdt@aggTrade"])).rejects.toMatchObject({
      code: "CLOSED",
    });
    await venue.close();
    await never;
  });

  it("refuses symbols it does not have, and trades it cannot count exactly", async () => {
    const { venue } = await venueOf({ tradesPerSecond: 0 });
    expect(() => venue.log("NOPE")).toThrow(expect.objectContaining({ code: "UNKNOWN_SYMBOL" }));
    expect(() => venue.trade("BTCUSDT", { price: "0", size: "1" })).toThrow(RangeError);
    expect(() => venue.trade("BTCUSDT", { price: "60000", size: "100000000" })).toThrow(/within 2\^52/);
    await expect(venue.play({ trades: 1 })).rejects.toThrow(/rate above 0/);
    await expect(venue.play({ ms: -1 })).rejects.toThrow(RangeError);
  });
});
