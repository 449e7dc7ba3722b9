import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ClosedError, VenueConnectionError, VenueRequestError } from "../../../src/errors.ts";
import { WireField } from "../../../src/realtime/feed/wire-record.ts";
import { advance } from "../../unit/realtime/feed/advance.ts";
import { smallFeed, type FeedScene } from "./small-venue.ts";
import { StreamServer, type Client } from "./stream-server.ts";

let server: StreamServer;
const cleanUps: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  server = await StreamServer.listen();
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  await server.close();
});

function scene(options: Partial<FeedScene> = {}) {
  const parts = smallFeed({ url: server.url, ...options });
  cleanUps.push(() => parts.feed.close());
  return parts;
}

async function started(options: Partial<FeedScene> = {}) {
  const parts = scene(options);
  const [client] = await Promise.all([server.nextClient(), parts.feed.start()]);
  return { ...parts, client };
}

/** Data in every tick, so that the connection proves itself. */
async function flow(
  { clock, next }: Pick<ReturnType<typeof smallFeed>, "clock" | "next">,
  client: Client,
  ms: number,
): Promise<void> {
  for (let passedMs = 0; passedMs < ms; passedMs += 250) {
    const trade = next("trade");
    client.webSocket.send(`{"price":1}`);
    await trade;
    await advance(clock, 250);
  }
}

async function listening(plain: Server, onSocket: (socket: Socket) => void): Promise<string> {
  plain.on("connection", onSocket);
  plain.listen(0, "127.0.0.1");
  await once(plain, "listening");
  cleanUps.push(() => new Promise((resolve) => plain.close(resolve)));
  return `ws://127.0.0.1:${(plain.address() as AddressInfo).port}/stream?key=secret`;
}

describe("starting", () => {
  it("resolves once every subscription is acknowledged, and then tells that it is connected", async () => {
    const { feed, told, clock, next } = scene({ symbols: ["a", "b"] });
    const start = feed.start();
    const client = await server.nextClient();
    await next("reply 1");
    await advance(clock, 250);
    await start;
    expect(client.asked).toEqual([
      { id: 1, streams: ["a"] },
      { id: 2, streams: ["b"] },
    ]);
    expect(told).toEqual(["reply 1", "burst", "reply 2", "burst", "connected 1"]);
    expect(feed.health()).toMatchObject({ state: "open", generation: 1, reconnects: 0, messages: 2 });
  });

  it("does not wait for an answer to a frame the venue does not answer", async () => {
    server.answer = () => "silence";
    await started({
      protocol: {
        subscribeFrames: () => [{ replyId: undefined, text: `{"id":0,"streams":[]}`, purpose: "hello" }],
      },
    });
  });

  it("rejects with what was refused, in the venue's words, and leaves nothing behind", async () => {
    server.answer = ({ streams }) => (streams[0] === "b" ? { error: "no such\nstream" } : {});
    const { feed, told, clock, next } = scene({ symbols: ["a", "b"] });
    const start = expect(feed.start()).rejects.toThrow(
      new VenueRequestError(`ws://127.0.0.1:${server.port}/stream refused "subscribe b": "no such\\nstream"`),
    );
    await next("reply 1");
    await advance(clock, 250);
    await start;
    expect(feed.health().state).toBe("closed");
    expect(told.some((what) => what.startsWith("disconnected"))).toBe(false);
    await server.drained();
  });

  it("rejects when the venue never acknowledges", async () => {
    server.answer = () => "silence";
    const { feed, clock } = scene({ connection: { replyTimeoutMs: 3_000 } });
    const start = expect(feed.start()).rejects.toThrow(
      new VenueConnectionError(
        `ws://127.0.0.1:${server.port}/stream did not answer "subscribe a" within 3000 ms`,
      ),
    );
    const client = await server.nextClient();
    await once(client.webSocket, "message");
    await advance(clock, 3_250);
    await start;
    await server.drained();
  });

  it("rejects when the venue drops the connection while it subscribes", async () => {
    server.answer = () => "silence";
    const { feed } = scene();
    const start = expect(feed.start()).rejects.toThrow(
      `ws://127.0.0.1:${server.port}/stream closed the connection with code 1008 and reason "too many streams"`,
    );
    (await server.nextClient()).webSocket.close(1008, "too many streams");
    await start;
  });

  it("says in one line that the connection was refused, without the query of the address", async () => {
    const url = await listening(createTcpServer(), () => {});
    await cleanUps.pop()!();
    const error: unknown = await scene({ url })
      .feed.start()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(VenueConnectionError);
    expect((error as Error).message).toMatch(
      /^cannot connect to ws:\/\/127\.0\.0\.1:\d+\/stream: connection refused \(ECONNREFUSED\)$/,
    );
    expect((error as Error).cause).toMatchObject({ code: "ECONNREFUSED" });
  });

  it("says in one line that the host is not known", async () => {
    // A label longer than 63 characters cannot be looked up, so that no name server is asked.
    const host = `${"x".repeat(64)}.invalid`;
    await expect(scene({ url: `wss://${host}/stream?key=secret` }).feed.start()).rejects.toThrow(
      new VenueConnectionError(`cannot connect to wss://${host}/stream: host not found (ENOTFOUND)`),
    );
  });

  it.each(["not a url?key=secret", "https://venue.example/?key=secret", "ws://venue.example/#secret"])(
    "refuses the address %j",
    async (url) => {
      await expect(scene({ url }).feed.start()).rejects.toThrow(
        new VenueConnectionError("the venue's stream address is not a ws:// or wss:// URL without fragment"),
      );
    },
  );

  it("says which HTTP status came instead of the upgrade", async () => {
    const http = createHttpServer();
    http.on("upgrade", (_request, socket) =>
      socket.end("HTTP/1.1 451 Unavailable For Legal Reasons\r\nContent-Length: 0\r\n\r\n"),
    );
    const url = await listening(http, () => {});
    await expect(scene({ url }).feed.start()).rejects.toThrow(
      /\/stream answered HTTP 451 "Unavailable For Legal Reasons" instead of a WebSocket upgrade$/,
    );
  });

  it("follows no redirect", async () => {
    const http = createHttpServer();
    http.on("upgrade", (_request, socket) =>
      socket.end(`HTTP/1.1 302 Found\r\nLocation: ${server.url}\r\nContent-Length: 0\r\n\r\n`),
    );
    const url = await listening(http, () => {});
    await expect(scene({ url }).feed.start()).rejects.toThrow(
      /HTTP 302 "Found".*; redirects are not followed$/,
    );
    expect(server.accepted).toBe(0);
  });

  it("gives up a handshake that drips on without end", async () => {
    const sockets: Socket[] = [];
    const url = await listening(createTcpServer(), (socket) =>
      sockets.push(socket.resume().on("error", () => {})),
    );
    const { feed, clock } = scene({ url, connection: { handshakeTimeoutMs: 10_000 } });
    const start = expect(feed.start()).rejects.toThrow(
      /^cannot connect to ws:\/\/127\.0\.0\.1:\d+\/stream: no WebSocket upgrade within 10000 ms$/,
    );
    while (sockets.length === 0) await nextTurn();
    sockets[0].write("HTTP/1.1 101 Switching Protocols\r\n");
    for (let i = 0; i < 41; i++) {
      sockets[0].write(`X-Header-${i}: drip\r\n`);
      await advance(clock, 250);
    }
    await start;
    if (!sockets[0].destroyed) await new Promise((resolve) => sockets[0].once("close", resolve));
  });

  it("stops when its signal aborts, with the signal's reason", async () => {
    server.answer = () => "silence";
    const { feed } = scene();
    const abort = new AbortController();
    const start = expect(feed.start(abort.signal)).rejects.toThrow("not wanted any more");
    await server.nextClient();
    abort.abort(new Error("not wanted any more"));
    await start;
    expect(feed.health().state).toBe("closed");
    await server.drained();
  });

  it("does not connect when its signal is aborted before", async () => {
    await expect(scene().feed.start(AbortSignal.abort(new Error("too late")))).rejects.toThrow("too late");
    expect(server.accepted).toBe(0);
  });

  it("forgets its signal once it has started", async () => {
    const { feed } = scene();
    const abort = new AbortController();
    await feed.start(abort.signal);
    abort.abort();
    await nextTurn();
    expect(feed.health().state).toBe("open");
  });

  it("starts once", async () => {
    const { feed } = await started();
    await expect(feed.start()).rejects.toThrow("the live feed was started before");
  });
});

describe("receiving", () => {
  it("passes on text, binary and fragmented messages in their order", async () => {
    const { client, next, prices } = await started();
    const { webSocket } = client;
    webSocket.send(`{"price":1}`);
    webSocket.send(Buffer.from(`{"price":2}`));
    webSocket.send(`{"pri`, { fin: false });
    webSocket.send(`ce":3}`, { fin: true });
    while (prices.length < 3) await next("trade");
    expect(prices).toEqual([1, 2, 3]);
  });

  it("makes one burst, with one receive time, of all messages of one socket chunk", async () => {
    const { client, clock, next, told, receivedAt } = await started();
    told.length = 0;
    const burst = next("burst");
    client.socket.cork();
    for (let i = 1; i <= 50; i++) client.webSocket.send(`{"price":${i}}`);
    client.socket.uncork();
    await burst;
    expect(told).toEqual([...Array<string>(50).fill("trade"), "burst"]);
    expect(new Set(receivedAt)).toEqual(new Set([clock.now()]));
    clock.advanceBy(1_234);
    const later = next("burst");
    client.webSocket.send(`{"price":51}`);
    await later;
    expect(receivedAt.at(-1)).toBe(clock.now());
  });

  it("lets a recorder see each raw message, with its receive time, before it is decoded", async () => {
    const recorded: string[] = [];
    const { client, next, clock } = await started({
      wrapDecoder: (decoder) => ({
        record: decoder.record,
        decode(message) {
          recorded.push(`${decoder.record.fields[WireField.receivedAt]} ${Buffer.from(message).toString()}`);
          decoder.decode(message);
        },
      }),
    });
    clock.advanceBy(10);
    const trade = next("trade");
    client.webSocket.send(`{"price":1}`);
    await trade;
    expect(recorded).toEqual([`1000000 {"id":1}`, `1000010 {"price":1}`]);
  });

  it("counts messages, bytes and the newest receive time", async () => {
    const { client, clock, feed, next } = await started();
    const before = feed.health();
    clock.advanceBy(500);
    const trade = next("trade");
    client.webSocket.send(`{"price":1}`);
    await trade;
    expect(feed.health()).toMatchObject({
      messages: before.messages + 1,
      bytes: before.bytes + 11,
      lastMessageAt: clock.now(),
    });
  });

  it("goes on when a decoder or a sink throws, and tells what was thrown", async () => {
    const { client, next, prices, errors, feed } = await started();
    for (const message of ["throw", `{"price":-1}`, `{"price":2}`]) client.webSocket.send(message);
    while (prices.at(-1) !== 2) await next("trade");
    expect(errors.map(({ message }) => message)).toEqual(["bug in the decoder", "bug in the sink"]);
    expect(feed.health().state).toBe("open");
  });

  it("leaves garbage to the decoder, and stays connected", async () => {
    const { client, next, feed } = await started();
    const rejected = next("rejected malformed");
    client.webSocket.send(Buffer.from([0xff, 0xfe, 0x00]), { binary: false });
    await rejected;
    expect(feed.health().state).toBe("open");
  });

  it("answers a ping of the venue with its payload, and counts it as a sign of life", async () => {
    const { client, clock, feed } = await started();
    clock.advanceBy(700);
    const pong = once(client.webSocket, "pong");
    client.webSocket.ping("1700000000123");
    expect(String((await pong)[0])).toBe("1700000000123");
    expect(feed.health().lastMessageAt).toBe(clock.now());
  });
});

describe("pacing", () => {
  it("stays within the venue's frame rate while it subscribes 200 streams one by one, also after a reconnect", async () => {
    const symbols = Array.from({ length: 200 }, (_, i) => `s${i}`);
    const { feed, clock, next } = scene({ symbols, protocol: { controlFramesPerSecond: 4 } });
    const askedAt: number[] = [];
    server.answer = () => {
      askedAt.push(clock.now());
      return {};
    };
    for (const generation of [1, 2]) {
      askedAt.length = 0;
      const connected = next(`connected ${generation}`);
      if (generation === 1) void feed.start();
      const client = await server.nextClient();
      for (let i = 0; i < 60 && feed.health().state !== "open"; i++) await advance(clock, 1_000, 50);
      await connected;
      expect(askedAt).toHaveLength(200);
      // A frame may be read one step of the clock after it was sent.
      for (const start of askedAt) {
        expect(askedAt.filter((time) => time >= start && time < start + 950).length).toBeLessThanOrEqual(4);
      }
      expect(client.asked.map(({ streams }) => streams[0])).toEqual(symbols);
      expect(client.asked[0].id).toBe(generation === 1 ? 1 : 201);
      const lost = next("disconnected");
      client.webSocket.terminate();
      await lost;
      clock.advanceBy(250);
    }
  });
});

describe("losing the connection", () => {
  it.each([
    [
      "closes with a code",
      (c: Client) => c.webSocket.close(1012, "restart"),
      / closed the connection with code 1012 and reason "restart"$/,
    ],
    ["closes without a code", (c: Client) => c.webSocket.close(), / closed the connection without a code$/],
    ["destroys the socket", (c: Client) => c.socket.destroy(), / was lost without a close frame$/],
    [
      "resets the socket",
      (c: Client) => c.socket.resetAndDestroy(),
      /(was lost without a close frame|connection reset \(ECONNRESET\))$/,
    ],
    [
      "sends what is no WebSocket frame",
      (c: Client) => c.socket.write("HTTP/1.1 500 Oops\r\n\r\n"),
      / failed: Invalid WebSocket frame: /,
    ],
    [
      "sends a message above 1 MiB",
      (c: Client) => c.webSocket.send(Buffer.alloc(2 ** 20 + 1)),
      / failed: a message is larger than the limit of 1048576 bytes$/,
    ],
  ])("connects and subscribes again when the venue %s", async (_what, breakIt, reason) => {
    const { feed, clock, next, client, prices } = await started();
    const lost = next("disconnected");
    breakIt(client);
    expect(await lost).toMatch(reason);
    expect(await lost).toMatch(/^disconnected, retry in 250: /);
    expect(feed.health()).toMatchObject({ state: "waiting", generation: 1, reconnects: 0 });
    expect(feed.health().lastDisconnect).toMatch(reason);
    const connected = next("connected 2");
    clock.advanceBy(250);
    const again = await server.nextClient();
    await connected;
    expect(again.asked).toEqual([{ id: 2, streams: ["a"] }]);
    expect(feed.health()).toMatchObject({ state: "open", generation: 2, reconnects: 1 });
    const trade = next("trade");
    again.webSocket.send(`{"price":7}`);
    await trade;
    expect(prices).toEqual([7]);
  });

  it("takes a message of 1 MiB", async () => {
    const { client, next } = await started();
    const rejected = next("rejected malformed");
    client.webSocket.send(Buffer.alloc(2 ** 20, "x"));
    await rejected;
  });

  it("waits longer and longer while the venue is away, and does not give up", async () => {
    const { clock, told, next, client } = await started();
    const { port } = server;
    client.socket.destroy();
    await next("disconnected");
    await server.close();
    told.length = 0;
    for (const delayMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000]) {
      const failed = next("disconnected");
      clock.advanceBy(delayMs);
      expect(await failed).toMatch(/cannot connect to .*: connection refused \(ECONNREFUSED\)$/);
    }
    expect(told.map((what) => Number(/retry in (\d+)/.exec(what)![1]))).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    server = await StreamServer.listen(port);
    const connected = next("connected 2");
    clock.advanceBy(30_000);
    await connected;
  });

  it("paces its retries when the venue accepts and drops every connection", async () => {
    const { clock, told, next, client } = await started();
    client.socket.destroy();
    await next("disconnected");
    for (let passedMs = 0; passedMs < 120_000; passedMs += 250) {
      await advance(clock, 250);
      const dropped = server.sockets.size > 0 ? next("disconnected") : undefined;
      if (dropped) {
        const again = await server.nextClient();
        again.webSocket.send(`{"price":1}`);
        again.socket.end();
      }
      await dropped;
    }
    const attempts = told.filter((what) => what.startsWith("disconnected")).length;
    expect(attempts).toBeGreaterThan(8);
    expect(attempts).toBeLessThan(15);
  });

  it("is back at once after a connection that had proved itself", async () => {
    const live = await started();
    await flow(live, live.client, 10_500);
    const connected = live.next("connected 2");
    live.client.webSocket.close(1001);
    await connected;
    expect(live.told.filter((what) => what.startsWith("disconnected"))).toEqual([
      expect.stringMatching(/^disconnected, retry in 0: /),
    ]);
  });

  it("tells what is refused after a reconnect, and keeps the other subscriptions", async () => {
    const { clock, feed, next, client, errors } = await started({
      symbols: ["a", "b"],
      protocol: { controlFramesPerSecond: Infinity },
    });
    server.answer = ({ streams }) => (streams[0] === "a" ? { error: "delisted" } : {});
    const lost = next("disconnected");
    client.socket.destroy();
    await lost;
    const connected = next("connected 2");
    clock.advanceBy(250);
    const again = await server.nextClient();
    await connected;
    expect(errors).toEqual([
      new VenueRequestError(`ws://127.0.0.1:${server.port}/stream refused "subscribe a": "delisted"`),
    ]);
    expect(feed.health().state).toBe("open");
    const trade = next("trade");
    again.webSocket.send(`{"price":1}`);
    await trade;
  });

  it("tries again when a reconnect is never acknowledged", async () => {
    const { clock, next, client } = await started();
    server.answer = () => "silence";
    const lost = next("disconnected");
    client.socket.destroy();
    await lost;
    clock.advanceBy(250);
    const deaf = await server.nextClient();
    await once(deaf.webSocket, "message");
    const deafClosed = once(deaf.webSocket, "close");
    const unanswered = next("disconnected");
    await advance(clock, 10_250);
    expect(await unanswered).toMatch(/ did not answer "subscribe a" within 10000 ms$/);
    await deafClosed;
    server.answer = () => ({});
    const connected = next("connected 3");
    await advance(clock, 1_000);
    await connected;
  });

  it("takes nothing from a connection it has given up", async () => {
    const { clock, next, client, prices } = await started();
    client.webSocket.send(`{"bye":true}`);
    client.webSocket.send(`{"price":1}`);
    await next("disconnected");
    const connected = next("connected 2");
    clock.advanceBy(250);
    await connected;
    expect(prices).toEqual([]);
  });
});

describe("silence", () => {
  it("finds that a connection went mute though it answers pings, and replaces it", async () => {
    const live = await started();
    await flow(live, live.client, 11_000);
    live.told.length = 0;
    const connected = live.next("connected 2");
    await advance(live.clock, 3_500);
    await connected;
    expect(live.told.filter((what) => /^(stale|disconnected)/.test(what))).toEqual([
      "stale 1500",
      `disconnected, retry in 0: connection to ws://127.0.0.1:${server.port}/stream is dead: ` +
        "no market data for 3000 ms though data used to flow",
    ]);
  });

  it("finds a half-open connection, on which nothing is answered", async () => {
    const { clock, next, told, client } = await started();
    client.socket.pause();
    const lost = next("disconnected");
    await advance(clock, 15_250);
    expect(await lost).toMatch(/ is dead: no pong within 5000 ms$/);
    expect(told).toContain("stale 12500");
    const connected = next("connected 2");
    clock.advanceBy(250);
    await connected;
    client.socket.resume();
  });

  it("stays with a quiet connection that the venue keeps alive by pings", async () => {
    const { clock, told, client, feed } = await started();
    for (let i = 0; i < 12; i++) {
      await advance(clock, 20_000);
      const pong = once(client.webSocket, "pong");
      client.webSocket.ping();
      await pong;
    }
    expect(feed.health()).toMatchObject({ state: "open", generation: 1 });
    expect(told.some((what) => what.startsWith("stale"))).toBe(false);
  });

  it("never calls data stale when it is told so", async () => {
    const live = await started({ connection: { staleAfterMs: Infinity } });
    await flow(live, live.client, 11_000);
    await advance(live.clock, 20_000);
    expect(live.feed.health().generation).toBe(1);
  });
});

describe("renewal", () => {
  it("replaces a connection before the venue's age limit", async () => {
    const dayMs = 86_400_000;
    const { clock, next, told } = await started({
      random: () => 0,
      protocol: { maxConnectionAgeMs: dayMs, deadAfterMs: Infinity },
    });
    const connected = next("connected 2");
    clock.advanceBy(dayMs * (23 / 24) - 1);
    await nextTurn();
    expect(told.some((what) => what.startsWith("disconnected"))).toBe(false);
    clock.advanceBy(1);
    await next("disconnected");
    clock.advanceBy(250);
    await connected;
    expect(told.find((what) => what.startsWith("disconnected"))).toMatch(
      / is renewed before its limit of 86400000 ms$/,
    );
  });

  it("replaces a connection that the venue says it will close", async () => {
    const live = await started();
    await flow(live, live.client, 10_500);
    const connected = live.next("connected 2");
    live.client.webSocket.send(`{"bye":true}`);
    await connected;
    expect(live.told.find((what) => what.startsWith("disconnected"))).toBe(
      "disconnected, retry in 0: the venue announced that it will close the connection",
    );
  });
});

describe("closing", () => {
  it("says goodbye with a close frame, tells it, and leaves no socket", async () => {
    const { feed, told, client } = await started();
    const closed = once(client.webSocket, "close");
    await feed.close();
    expect((await closed)[0]).toBe(1000);
    expect(told.at(-1)).toBe("disconnected, retry in undefined: the live feed is closed");
    expect(feed.health()).toMatchObject({ state: "closed", lastDisconnect: "the live feed is closed" });
    await server.drained();
  });

  it("destroys the socket when the venue does not answer the close frame", async () => {
    const { feed, client } = await started({ connection: { closeTimeoutMs: 20 } });
    client.socket.pause();
    await feed.close();
    client.socket.resume();
    await server.drained();
  });

  it("can be asked twice, and before it was started", async () => {
    const { feed, told } = scene();
    await Promise.all([feed.close(), feed.close()]);
    await feed.close();
    expect(told).toEqual([]);
    await expect(feed.start()).rejects.toThrow(new ClosedError("the live feed"));
    expect(server.accepted).toBe(0);
  });

  it("works while the feed connects", async () => {
    const sockets: Socket[] = [];
    const url = await listening(createTcpServer(), (socket) =>
      sockets.push(socket.resume().on("error", () => {})),
    );
    const { feed } = scene({ url });
    const start = expect(feed.start()).rejects.toThrow(new ClosedError("the live feed"));
    while (sockets.length === 0) await nextTurn();
    await feed.close();
    await start;
    if (!sockets[0].destroyed) await new Promise((resolve) => sockets[0].once("close", resolve));
  });

  it("works while the feed subscribes, with frames still to send", async () => {
    server.answer = () => "silence";
    const { feed } = scene({ symbols: ["a", "b", "c"] });
    const start = expect(feed.start()).rejects.toThrow(new ClosedError("the live feed"));
    await server.nextClient();
    await feed.close();
    await start;
    await server.drained();
  });

  it("works while the feed waits to retry", async () => {
    const { feed, clock, next, client, told } = await started();
    const lost = next("disconnected");
    client.socket.destroy();
    await lost;
    await feed.close();
    expect(told.at(-1)).toBe("disconnected, retry in undefined: the live feed is closed");
    clock.advanceBy(60_000);
    await nextTurn();
    expect(server.accepted).toBe(1);
  });

  it("works while the feed connects again", async () => {
    const { feed, clock, next, client } = await started();
    server.answer = () => "silence";
    const lost = next("disconnected");
    client.socket.destroy();
    await lost;
    clock.advanceBy(250);
    await server.nextClient();
    await feed.close();
    await server.drained();
    expect(feed.health().state).toBe("closed");
  });

  it("works from within a callback, and takes no message after it", async () => {
    const { feed, client, next, prices } = await started();
    const closing = next("trade").then(() => feed.close());
    client.socket.cork();
    client.webSocket.send(`{"price":1}`);
    client.socket.uncork();
    await closing;
    client.webSocket.send(`{"price":2}`);
    await server.drained();
    expect(prices).toEqual([1]);
  });

  it("leaves no timer, socket or immediate behind", async () => {
    const resources = (): string[] =>
      process.getActiveResourcesInfo().filter((kind) => kind !== "TCPServerWrap");
    await server.drained();
    const before = resources().length;
    const { feed, clock, client, next } = await started({ protocol: { maxConnectionAgeMs: 86_400_000 } });
    const lost = next("disconnected");
    client.socket.destroy();
    await lost;
    const connected = next("connected 2");
    clock.advanceBy(250);
    await connected;
    await feed.close();
    await server.drained();
    await nextTurn();
    expect(resources().length).toBeLessThanOrEqual(before);
    expect(clock.pendingTimers).toBe(0);
  });
});
