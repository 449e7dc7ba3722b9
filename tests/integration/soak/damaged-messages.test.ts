import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket } from "ws";
import { RealtimeDataManager } from "../../../src/index.ts";
import { binance } from "../../../src/realtime/feed/venues/index.ts";
import { barRecords } from "../../support/bars.ts";

const START = Date.UTC(2025, 2, 3, 11, 59, 20);
const SYMBOL = "BTCUSDT";
const TIMEFRAMES = ["1s", "1m", "5m"];
const GOOD_MESSAGES = 2_000;
const DAMAGED_MESSAGES = 10_000;

const goodMessages = Array.from({ length: GOOD_MESSAGES }, (_, i) => goodMessage(i));

/** Messages that would write into every object, where a parser let them. */
const polluting = [
  '{"__proto__":{"polluted":true}}',
  '{"stream":"x","data":{"__proto__":{"polluted":true},"e":"trade"}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
].map((text) => Buffer.from(text));

/** A message no decoder may take: JSON that is none, of another shape, or with a value out of its bounds. */
const damaged: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(GOOD_MESSAGES - 1).chain(withDamagedField) },
  { weight: 2, arbitrary: fc.nat(GOOD_MESSAGES - 1).chain(cut) },
  { weight: 2, arbitrary: fc.nat(GOOD_MESSAGES - 1).chain(withBrokenByte) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }).map(asNoObject) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }).map((text) => Buffer.from(`[${text}]`)) },
  { weight: 1, arbitrary: fc.integer({ min: 10, max: 5_000 }).map(nested) },
  { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 4 }).map(asUnknown) },
  { weight: 1, arbitrary: fc.constantFrom(...polluting) },
);

describe("a session with damaged messages in it", () => {
  it("gives the bars of the good session, counts each damaged message by its reason, and throws nothing", async () => {
    const seed = 20_260_718;
    console.log(`seed ${seed}`);
    const bad = fc.sample(damaged, { numRuns: DAMAGED_MESSAGES, seed });
    const mixed = goodMessages.flatMap((message, i) => [
      message,
      ...bad.slice((i * DAMAGED_MESSAGES) / GOOD_MESSAGES, ((i + 1) * DAMAGED_MESSAGES) / GOOD_MESSAGES),
    ]);
    const good = await play(goodMessages);
    const actual = await play(mixed);

    expect(actual.errors).toEqual([]);
    expect(actual.bars).toEqual(good.bars);
    expect(actual.symbol).toEqual(good.symbol);
    expect(good.symbol).toMatchObject({ trades: GOOD_MESSAGES, gaps: 0, duplicates: 0, outOfOrder: 0 });
    const { rejected, other, klines, quotes } = actual.messages;
    const reasons = Object.values(rejected);
    // Everything that is no trade was counted once; `other` holds the reply to the subscription.
    expect(reasons.reduce((sum, count) => sum + count, 0)).toBe(DAMAGED_MESSAGES);
    expect({ other, klines, quotes }).toEqual({ other: 1, klines: 0, quotes: 0 });
    console.log(rejected);
    for (const [reason, count] of Object.entries(rejected)) expect(count, reason).toBeGreaterThan(0);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

/** What the manager made of the messages, each sent as it is over a real socket. */
async function play(messages: readonly Buffer[]) {
  const errors: unknown[] = [];
  const onUnhandled = (error: unknown) => errors.push(error);
  process.on("unhandledRejection", onUnhandled);
  await using server = await ScriptedServer.start();
  try {
    await using manager = await RealtimeDataManager.open({
      venue: binance({ endpoints: server.endpoints }),
      symbols: [SYMBOL],
      timeframes: TIMEFRAMES,
      keepBars: Infinity,
      onOpening: (opening) => opening.on("error", (error) => errors.push(error)),
    });
    await server.send(messages);
    await expect.poll(() => manager.health().feed.messages, { timeout: 10_000 }).toBe(messages.length + 1);
    const bars: Record<string, unknown> = {};
    for (const timeframe of TIMEFRAMES) {
      const records = barRecords(await manager.getData(SYMBOL, timeframe));
      bars[timeframe] = records.map(({ closed: _, ...bar }) => bar);
    }
    const stats = manager.stats();
    const { commits: _, guard: __, ...symbol } = stats.symbols[0];
    return { errors, bars, symbol, messages: stats.messages };
  } finally {
    process.off("unhandledRejection", onUnhandled);
  }
}

/** Acknowledges subscriptions, knows of no bars, and sends what it is told to. */
class ScriptedServer implements AsyncDisposable {
  readonly #http = createServer((_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end("[]");
  });
  readonly #sockets = new WebSocketServer({ server: this.#http });
  #client: WebSocket | undefined;

  static async start(): Promise<ScriptedServer> {
    const server = new ScriptedServer();
    server.#sockets.on("connection", (client) => {
      server.#client = client;
      client.on("message", (data) => {
        const { id } = JSON.parse((data as Buffer).toString());
        client.send(JSON.stringify({ result: null, id }));
      });
    });
    server.#http.listen(0, "127.0.0.1");
    await once(server.#http, "listening");
    return server;
  }

  get endpoints(): { ws: string; rest: string } {
    const { port } = this.#http.address() as AddressInfo;
    return { ws: `ws://127.0.0.1:${port}`, rest: `http://127.0.0.1:${port}` };
  }

  async send(messages: readonly Buffer[]): Promise<void> {
    const client = this.#client!;
    for (const message of messages.slice(0, -1)) client.send(message, { binary: false });
    await new Promise((resolve) => client.send(messages.at(-1)!, { binary: false }, resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#client?.terminate();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}

// Messages.

function goodMessage(i: number): Buffer {
  return Buffer.from(JSON.stringify({ stream: "btcusdt@trade", data: tradeOf(i) }));
}

function tradeOf(i: number): Record<string, unknown> {
  const time = START + 40 * i;
  const price = (60_000 + (i % 97) / 100).toFixed(8);
  const size = (0.001 + (i % 31) / 1_000).toFixed(8);
  return {
    e: "trade",
    E: time + 1,
    s: SYMBOL,
    t: 100 + i,
    p: price,
    q: size,
    T: time,
    m: i % 2 === 0,
    M: true,
  };
}

/** A value that is wrong for the field, whatever it is. */
const wrongFor: Readonly<Record<string, readonly unknown[]>> = {
  e: ["trades", "", 5, null, ["trade"]],
  E: ["1", -1, 1.5, 0, 8_640_000_000_000_000, null, true, {}],
  s: ["DOGEUSDT", "", 7, null, [SYMBOL]],
  t: ["100", -1, 1.5, 2 ** 53, 1e300, null, [], {}],
  p: ["", "abc", "-1", "0", "1e999", "0x10", "1.2.3", "NaN", "Infinity", 60_000, null, ["1"]],
  q: ["", "abc", "-1", "1e999", " 1", "1,5", "-Infinity", 1, null, {}],
  T: ["1", -1, 1.5, 0, 8_640_000_000_000_000, null, false],
  m: ["true", 0, 1, null, []],
};

function withDamagedField(i: number): fc.Arbitrary<Buffer> {
  return fc
    .constantFrom(...Object.keys(wrongFor))
    .chain((key) => fc.constantFrom(...wrongFor[key], undefined).map((value) => ({ key, value })))
    .filter(({ key, value }) => !(key === "e" && value === undefined))
    .map(({ key, value }) =>
      Buffer.from(JSON.stringify({ stream: "btcusdt@trade", data: { ...tradeOf(i), [key]: value } })),
    );
}

function cut(i: number): fc.Arbitrary<Buffer> {
  return fc.integer({ min: 1, max: goodMessages[i].length - 1 }).map((at) => goodMessages[i].subarray(0, at));
}

/** One byte that no JSON text may hold: a control character, or half of a UTF-8 sequence. */
function withBrokenByte(i: number): fc.Arbitrary<Buffer> {
  return fc
    .tuple(fc.nat(goodMessages[i].length - 1), fc.constantFrom(0x00, 0x01, 0x1f, 0x80, 0xc3, 0xff))
    .map(([at, byte]) => {
      const broken = Buffer.from(goodMessages[i]);
      broken[at] = byte;
      return broken;
    });
}

/** Begins with a byte that begins no JSON value. */
function asNoObject(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0x23), bytes]);
}

function nested(depth: number): Buffer {
  return Buffer.from(`${'{"data":'.repeat(depth)}1${"}".repeat(depth)}`);
}

function asUnknown(values: Record<string, unknown>): Buffer {
  return Buffer.from(JSON.stringify({ ...values, e: "somethingElse" }));
}
