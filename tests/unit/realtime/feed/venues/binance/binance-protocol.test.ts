import { describe, expect, it } from "vitest";
import { VenueRequestError } from "../../../../../../src/errors.ts";
import { SPOT, USDM } from "../../../../../../src/realtime/feed/venues/binance/binance-product.ts";
import { BinanceProtocol } from "../../../../../../src/realtime/feed/venues/binance/binance-protocol.ts";

const protocol = (aggregateTrades = false) =>
  new BinanceProtocol(SPOT, { baseUrl: "wss://stream.example", aggregateTrades });
const manySymbols = (count: number) => Array.from({ length: count }, (_, i) => `COIN${i}USDT`);

describe("BinanceProtocol", () => {
  it("connects to combined streams and subscribes by frames", () => {
    expect(protocol().url()).toBe("wss://stream.example/stream");
    const frames = protocol().subscribeFrames(
      { symbols: ["BTCUSDT"], channels: ["trades", "quotes", "klines"], klineIntervals: ["1m", "1M"] },
      7,
    );
    expect(frames).toEqual([
      {
        replyId: 7,
        text: '{"method":"SUBSCRIBE","params":["btcusdt@trade","btcusdt@bookTicker","btcusdt@kline_1m","btcusdt@kline_1M"],"id":7}',
        purpose: "subscribe btcusdt@trade, btcusdt@bookTicker, btcusdt@kline_1m and 1 more",
      },
    ]);
  });

  it("asks for aggregates where trades are to be aggregated, once", () => {
    const request = { symbols: ["BTCUSDT"], channels: ["trades", "aggTrades"] as const, klineIntervals: [] };
    expect(JSON.parse(protocol(true).subscribeFrames(request, 1)[0].text).params).toEqual([
      "btcusdt@aggTrade",
    ]);
    expect(JSON.parse(protocol().subscribeFrames(request, 1)[0].text).params).toEqual([
      "btcusdt@trade",
      "btcusdt@aggTrade",
    ]);
  });

  it("splits many streams into frames with ids of their own", () => {
    const frames = protocol().subscribeFrames(
      { symbols: manySymbols(250), channels: ["trades"], klineIntervals: [] },
      5,
    );
    expect(frames.map(({ replyId }) => replyId)).toEqual([5, 6, 7]);
    expect(frames.map(({ text }) => JSON.parse(text).id)).toEqual([5, 6, 7]);
    expect(frames.map(({ text }) => JSON.parse(text).params.length)).toEqual([100, 100, 50]);
  });

  it("refuses more streams than a connection may carry, naming limit and number", () => {
    const request = (count: number) => ({
      symbols: manySymbols(count),
      channels: ["trades"] as const,
      klineIntervals: [],
    });
    expect(protocol().subscribeFrames(request(1_024), 1)).toHaveLength(11);
    const subscribeTooMany = () => protocol().subscribeFrames(request(1_025), 1);
    expect(subscribeTooMany).toThrow(VenueRequestError);
    expect(subscribeTooMany).toThrow(
      "binance carries at most 1024 streams on a connection, 1025 were asked for",
    );
  });

  it("stays below the venue's frame rate and waits for the pings each product sends", () => {
    const usdm = new BinanceProtocol(USDM, { baseUrl: "wss://stream.example", aggregateTrades: false });
    expect(protocol().controlFramesPerSecond).toBeLessThan(5);
    expect(usdm.controlFramesPerSecond).toBeLessThan(10);
    expect(protocol().deadAfterMs).toBeGreaterThan(20_000);
    expect(usdm.deadAfterMs).toBeGreaterThan(180_000);
  });
});
