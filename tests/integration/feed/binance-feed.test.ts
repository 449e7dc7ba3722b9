import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { systemClock } from "../../../src/clock.ts";
import { VenueRequestError } from "../../../src/errors.ts";
import type { Channel, FeedContext } from "../../../src/realtime/feed/feed.ts";
import { binance, binanceUsdm } from "../../../src/realtime/feed/venues/index.ts";
import { SymbolTable } from "../../../src/realtime/market/symbol-table.ts";
import { TellingSink } from "../../support/telling-sink.ts";

/** A server that acknowledges subscriptions as the venue does, and answers each stream with one message. */
class StreamingServer implements AsyncDisposable {
  /** Path of each connection, and the streams it asked for. */
  readonly asked: (readonly [path: string, streams: readonly string[]])[] = [];
  /** Sent instead of the acknowledgement, when set. */
  refusal: string | undefined;
  readonly #server = new WebSocketServer({ port: 0, host: "127.0.0.1" });

  static async start(): Promise<StreamingServer> {
    const server = new StreamingServer();
    server.#server.on("connection", (socket, request) => {
      socket.on("message", (data) => {
        const { id, params } = JSON.parse((data as Buffer).toString());
        server.asked.push([request.url ?? "", params]);
        if (server.refusal !== undefined) {
          socket.send(JSON.stringify({ error: { code: 2, msg: server.refusal }, id }));
          return;
        }
        socket.send(JSON.stringify({ result: null, id }));
        for (const stream of params) socket.send(JSON.stringify({ stream, data: messageOf(stream) }));
      });
    });
    await once(server.#server, "listening");
    return server;
  }

  get address(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function messageOf(stream: string): object {
  const now = Date.now();
  const [symbol, kind] = stream.split("@");
  const s = symbol.toUpperCase();
  if (kind === "bookTicker")
    return { e: "bookTicker", u: 1, E: now, T: now, s, b: "1", B: "1", a: "2", A: "1" };
  if (kind === "aggTrade") {
    return { e: "aggTrade", E: now, s, a: 1, p: "1.5", q: "1", f: 5, l: 6, T: now, m: true };
  }
  return { e: "trade", E: now, T: now, s, t: 5, p: "1.5", q: "1", X: "MARKET", m: false };
}

function createContext(channels: readonly Channel[]) {
  const sink = new TellingSink();
  const connected: number[] = [];
  let expected = Infinity;
  let finish = (): void => {};
  const context: FeedContext = {
    symbols: new SymbolTable(["BTCUSDT", "ETHUSDT"]),
    channels,
    klineIntervals: [],
    sink,
    listener: {
      onConnected: (generation) => void connected.push(generation),
      onDisconnected: () => {},
      onStale: () => {},
      onError: (error) => {
        throw error;
      },
      onBurst: () => {
        if (market(sink.told).length >= expected) finish();
      },
    },
    clock: systemClock,
    random: () => 0.5,
  };
  /** Resolves when the sink was told `count` trades and quotes. */
  const told = (count: number): Promise<void> => {
    expected = count;
    return new Promise((resolve) => {
      finish = resolve;
      if (market(sink.told).length >= expected) resolve();
    });
  };
  return { context, sink, connected, told };
}

const market = (told: TellingSink["told"]) => told.filter(({ kind }) => kind === "trade" || kind === "quote");

describe("the feed of a Binance venue", () => {
  it("carries all channels of spot on one connection to combined streams", async () => {
    await using server = await StreamingServer.start();
    const { context, sink, connected, told } = createContext(["trades", "quotes"]);
    const feed = binance({ endpoints: { ws: `${server.address}/` } }).createFeed(context);
    await feed.start();
    await told(4);
    await feed.close();
    expect(server.asked).toEqual([
      ["/stream", ["btcusdt@trade", "btcusdt@bookTicker", "ethusdt@trade", "ethusdt@bookTicker"]],
    ]);
    expect(connected).toEqual([1]);
    expect(market(sink.told)).toMatchObject([
      { kind: "trade", symbol: 0, price: 1.5, firstTradeId: 5 },
      { kind: "quote", symbol: 0, bid: 1 },
      { kind: "trade", symbol: 1 },
      { kind: "quote", symbol: 1 },
    ]);
  });

  it("carries quotes on a connection of their own where they have an address of their own", async () => {
    await using server = await StreamingServer.start();
    const { context, sink, connected, told } = createContext(["trades", "quotes"]);
    const endpoints = { ws: `${server.address}/market`, wsQuotes: `${server.address}/public` };
    const feed = binanceUsdm({ endpoints }).createFeed(context);
    await feed.start();
    await told(4);
    expect(feed.health()).toMatchObject({ state: "open", generation: 1 });
    await feed.close();
    expect(new Map(server.asked)).toEqual(
      new Map([
        ["/market/stream", ["btcusdt@trade", "ethusdt@trade"]],
        ["/public/stream", ["btcusdt@bookTicker", "ethusdt@bookTicker"]],
      ]),
    );
    expect(connected).toEqual([1]);
    expect(market(sink.told)).toHaveLength(4);
    expect(feed.health().state).toBe("closed");
  });

  it("is not made without a channel", () => {
    expect(() => binance().createFeed(createContext([]).context)).toThrow(RangeError);
  });

  it("subscribes to aggregates where trades are to be aggregated", async () => {
    await using server = await StreamingServer.start();
    const { context, sink, told } = createContext(["trades"]);
    const feed = binance({ endpoints: { ws: server.address }, aggregateTrades: true }).createFeed(context);
    await feed.start();
    await told(2);
    await feed.close();
    expect(server.asked[0][1]).toEqual(["btcusdt@aggTrade", "ethusdt@aggTrade"]);
    expect(market(sink.told)).toMatchObject([{ firstTradeId: 5, lastTradeId: 6 }, { symbol: 1 }]);
  });

  it("rejects its start with what the venue said when it refuses a subscription", async () => {
    await using server = await StreamingServer.start();
    server.refusal = "Invalid request: unknown stream";
    const feed = binance({ endpoints: { ws: server.address } }).createFeed(createContext(["trades"]).context);
    const starting = feed.start();
    await expect(starting).rejects.toThrow(VenueRequestError);
    await expect(starting).rejects.toThrow("Invalid request: unknown stream (code 2)");
  });

  it("shows each raw message to a decoder that is put around its own", async () => {
    await using server = await StreamingServer.start();
    const { context, told } = createContext(["trades"]);
    const seen: string[] = [];
    const feed = binance({ endpoints: { ws: server.address } }).createFeed({
      ...context,
      wrapDecoder: (decoder) => ({
        record: decoder.record,
        decode(message) {
          seen.push(Buffer.from(message).toString());
          decoder.decode(message);
        },
      }),
    });
    await feed.start();
    await told(2);
    await feed.close();
    expect(seen.filter((text) => text.includes('"stream":"btcusdt@trade"'))).toHaveLength(1);
  });
});
