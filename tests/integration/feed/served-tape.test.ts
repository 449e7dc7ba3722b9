import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/clock.ts";
import { SimulatedVenue, type ServedTapeOptions } from "../../../src/realtime/feed/simulated/index.ts";
import { TapeReader } from "../../../src/realtime/feed/tape/index.ts";
import { StreamClient } from "../../support/stream-client.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const START_NS = 1_700_000_000_000_000_000n;
const path = temporaryFolder();

const open: { close(): void | Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close();
});

/** Serves lines that arrived 10 ms apart. */
async function served(
  messages: readonly string[],
  options: Partial<ServedTapeOptions> = {},
  clock?: VirtualClock,
) {
  const file = await path("session.txt");
  await writeFile(
    file,
    messages.map((message, n) => `${START_NS + BigInt(n) * 10_000_000n} ${message}\n`).join(""),
  );
  const venue = await SimulatedVenue.serveTape({ files: file, ...options }, { clock });
  open.push(venue);
  return venue;
}

async function clientOf(venue: { endpoints: { ws: string } }, target: string): Promise<StreamClient> {
  const client = await StreamClient.open(venue.endpoints.ws + target);
  open.push(client);
  return client;
}

const trade = (id: number) => `{"e":"trade","s":"BTCUSDT","t":${id},"p":"1.50"}`;

describe("SimulatedVenue.serveTape", () => {
  it("sends each message as it is to whoever subscribed to its stream", async () => {
    const bare = {
      trade: trade(1),
      aggTrade: '{"e":"aggTrade","s":"BTCUSDT","a":1}',
      usdmQuote: '{"e":"bookTicker","u":1,"s":"ETHUSDT","b":"1","B":"1","a":"2","A":"2"}',
      spotQuote: '{"u":2,"s":"ETHUSDT","b":"1","B":"1","a":"2","A":"2"}',
      depth: '{"e":"depthUpdate","s":"BTCUSDT","U":1,"u":2,"b":[],"a":[]}',
      kline: '{"e":"kline","s":"BTCUSDT","k":{"i":"5m"}}',
    };
    const wrapped = '{"stream":"btcusdt@trade","data":{"e":"trade","t":2}}';
    const oddlyWrapped = '{ "data":{"t":3}, "stream":"btcusdt@trade"}';
    const nobodys = [
      '{"lastUpdateId":5,"bids":[],"asks":[]}',
      '{"result":null,"id":1}',
      "{broken",
      "[]",
      "null",
    ];
    const venue = await served([...Object.values(bare), wrapped, oddlyWrapped, ...nobodys]);
    const trades = await clientOf(venue, "/stream?streams=btcusdt@trade");
    const quotes = await clientOf(venue, "/ws/ethusdt@bookTicker");
    const others = await clientOf(venue, "/ws");
    expect(
      await others.subscribe(
        "btcusdt@aggTrade",
        "btcusdt@depth@100ms",
        "btcusdt@kline_5m",
        "btcusdt@kline_1m",
      ),
    ).toMatchObject({ result: null });
    expect(await venue.play()).toBe(13);
    expect(trades.texts).toEqual([bare.trade, wrapped, oddlyWrapped]);
    expect(quotes.texts).toEqual([bare.usdmQuote, bare.spotQuote]);
    expect(others.texts).toEqual([bare.aggTrade, bare.depth, bare.kline]);
    expect(venue.stats()).toMatchObject({ lines: 13, sent: 8, unmatched: 5, clients: 3 });
  });

  it("moves a virtual clock to each line before it is sent", async () => {
    const clock = new VirtualClock();
    const venue = await served([trade(1), trade(2), trade(3)], {}, clock);
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    await venue.play();
    expect(clock.now()).toBe(Number(START_NS / 1_000_000n) + 20);
    expect(client.texts).toHaveLength(3);
  });

  it("keeps the recorded distances at a finite speed", async () => {
    const venue = await served([trade(1), trade(2), trade(3), trade(4)], { speed: 1 });
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    const startedAt = performance.now();
    await venue.play();
    await venue.received();
    expect(performance.now() - startedAt).toBeGreaterThan(25);
    expect(client.texts).toHaveLength(4);
  });

  it("sends everything before a fault of the tape, then tells of it", async () => {
    const file = await path("cut.txt");
    await writeFile(file, `1000000 ${trade(1)}\nbroken\n`);
    const venue = await SimulatedVenue.serveTape({ files: file });
    open.push(venue);
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    await expect(venue.play()).rejects.toMatchObject({
      code: "TAPE",
      message: expect.stringContaining("line 2"),
    });
    expect(client.texts).toEqual([trade(1)]);
  });

  it("lets things go wrong at a line", async () => {
    const venue = await served(Array.from({ length: 20 }, (_, n) => trade(n + 1)));
    const client = await clientOf(venue, "/ws/btcusdt@trade");
    venue.inject({ kind: "lose", messages: 5 }, { atLine: 11 });
    await venue.play();
    expect(client.messages.map(({ t }) => t)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 17, 18, 19, 20]);
  });

  it("has no past to serve", async () => {
    const venue = await served([trade(1)], { flavour: "binance-usdm" }, new VirtualClock(5));
    const get = async (name: string) => (await fetch(`${venue.endpoints.rest}/fapi/v1/${name}`)).json();
    expect(await get("klines?symbol=BTCUSDT&interval=1m")).toEqual([]);
    expect(await get("aggTrades?symbol=BTCUSDT")).toEqual([]);
    expect(await get("time")).toEqual({ serverTime: Number(START_NS / 1_000_000n) });
  });

  it("stops in the middle when it is closed", async () => {
    const venue = await served([trade(1), trade(2)], { speed: 0.000_001 });
    const playing = venue.play();
    const stopped = expect(playing).rejects.toMatchObject({ code: "CLOSED" });
    await venue.close();
    await stopped;
  });
});

const data = "../shared/data/binance-spot-btcusdt";
const session = ["spot_btcusdt_20240808.ws.txt.gz", "spot_btcusdt_20240809.ws.txt.gz"].map(
  (name) => `${data}/${name}`,
);

describe.skipIf(!existsSync(session[0]))("a recorded spot session (needs the shared data folder)", () => {
  it("delivers every line of the subscribed streams over a real socket, in order", async () => {
    const expected: string[] = [];
    for await (const batch of new TapeReader(session).batches()) {
      while (batch.next()) {
        const text = batch.message.toString("latin1");
        if (/^{"stream":"btcusdt@(trade|bookTicker)"/.test(text)) expected.push(text);
      }
    }
    expect(expected).toHaveLength(19_904 + 73_174);
    const venue = await SimulatedVenue.serveTape({ files: session }, { clock: new VirtualClock() });
    open.push(venue);
    const client = await clientOf(venue, "/stream");
    await client.subscribe("btcusdt@trade", "btcusdt@bookTicker");
    expect(await venue.play()).toBe(99_574);
    expect(client.texts.length).toBe(expected.length);
    expect(client.texts.findIndex((text, n) => text !== expected[n])).toBe(-1);
  });
});
