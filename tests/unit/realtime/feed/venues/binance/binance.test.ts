import { describe, expect, it } from "vitest";
import { UnknownSymbolError, UnknownVenueError } from "../../../../../../src/errors.ts";
import {
  VENUE_IDS,
  binance,
  binanceUsdm,
  venueById,
} from "../../../../../../src/realtime/feed/venues/index.ts";
import { SymbolTable } from "../../../../../../src/realtime/market/symbol-table.ts";
import { TellingSink } from "../../../../../support/telling-sink.ts";

describe("binance and binanceUsdm", () => {
  it.each([
    ["BTCUSDT", "BTCUSDT"],
    ["btcusdt", "BTCUSDT"],
    [" eth/btc ", "ETHBTC"],
    ["ETH-USDT", "ETHUSDT"],
    ["1000SATSUSDT", "1000SATSUSDT"],
    ["btcusdt_261225", "BTCUSDT_261225"],
    ["币安人生usdt", "币安人生USDT"],
  ])("write the symbol %j as %s", (symbol, expected) => {
    expect(binance().normalizeSymbol(symbol)).toBe(expected);
  });

  it.each(["", "BTC USDT", "BTCUSDT@trade", "A/B/C", "x".repeat(41), "btc&usdt"])(
    "refuse %j, which can be no symbol",
    (symbol) => {
      expect(() => binanceUsdm().normalizeSymbol(symbol)).toThrow(UnknownSymbolError);
    },
  );

  it("make decoders and serve the past in the venue's own timeframes", () => {
    const sink = new TellingSink();
    binance()
      .createDecoder(new SymbolTable(["BTCUSDT"]), sink)
      .decode(Buffer.from('{"result":null,"id":1}'));
    expect(sink.told).toEqual([{ kind: "reply", id: 1 }]);
    expect(binance().history?.intervals.slice(0, 2)).toEqual(["1s", "1m"]);
    expect(binanceUsdm().history?.intervals.slice(0, 2)).toEqual(["1m", "3m"]);
  });

  it.each([
    [
      { ws: "https://host" },
      'endpoints.ws must be an address with ws: or wss: and no query, was "https://host"',
    ],
    [{ ws: "wss://host/stream?streams=x" }, "endpoints.ws must be an address"],
    [{ wsQuotes: "host" }, "endpoints.wsQuotes must be an address"],
    [
      { rest: "ws://host" },
      'endpoints.rest must be an address with http: or https: and no query, was "ws://host"',
    ],
  ])("refuse the endpoints %j", (endpoints, message) => {
    expect(() => binance({ endpoints })).toThrow(RangeError);
    expect(() => binance({ endpoints })).toThrow(message);
  });

  it("refuse options of REST that are out of range when the venue is made", () => {
    expect(() => binance({ rest: { retries: -1 } })).toThrow(RangeError);
  });
});

describe("venueById", () => {
  it("knows the venues by the ids that the command line takes", () => {
    expect(VENUE_IDS).toEqual(["binance", "binance-usdm"]);
    for (const id of VENUE_IDS) expect(venueById(id).id).toBe(id);
  });

  it("names the known venues where it does not know one", () => {
    expect(() => venueById("mtgox")).toThrow(UnknownVenueError);
    expect(() => venueById("mtgox")).toThrow('unknown venue "mtgox"; known venues are binance, binance-usdm');
    expect(() => venueById("__proto__")).toThrow(UnknownVenueError);
  });
});
