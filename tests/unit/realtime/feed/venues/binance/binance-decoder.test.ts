import { describe, expect, it } from "vitest";
import { SymbolTable } from "../../../../../../src/realtime/market/symbol-table.ts";
import { BinanceDecoder } from "../../../../../../src/realtime/feed/venues/binance/binance-decoder.ts";
import { SideCode, WireField } from "../../../../../../src/realtime/feed/wire-record.ts";
import { TellingSink, type Told } from "../../../../../support/telling-sink.ts";

const T = 1_700_000_000_000;
const DAY_MS = 86_400_000;
const SPOT_TRADE = {
  e: "trade",
  E: T + 3,
  s: "BTCUSDT",
  t: 4_000_000_001,
  p: "61837.63000000",
  q: "0.02000000",
  T,
  m: true,
  M: true,
};
const AGGREGATE = {
  e: "aggTrade",
  E: T,
  s: "ETHUSDT",
  a: 7,
  p: "100.5",
  q: "3",
  f: 100,
  l: 105,
  T,
  m: false,
};
const SPOT_QUOTE = { u: 9, s: "BTCUSDT", b: "10.10", B: "1", a: "10.20", A: "2.5" };
const KLINE = {
  e: "kline",
  E: T,
  s: "BTCUSDT",
  k: {
    t: T - 40_000,
    T: T + 19_999,
    s: "BTCUSDT",
    i: "1m",
    f: 100,
    L: 200,
    o: "10",
    c: "11",
    h: "12.5",
    l: "9",
    v: "1000",
    n: 101,
    x: true,
    q: "10500.5",
    V: "500",
    Q: "5250.25",
    B: "0",
  },
};

function decode(message: string | Uint8Array | object, receivedAt = T): Told[] {
  const sink = new TellingSink();
  const decoder = new BinanceDecoder(new SymbolTable(["BTCUSDT", "ETHUSDT", "币安人生USDT"]), sink);
  decoder.record.fields[WireField.receivedAt] = receivedAt;
  const isText = typeof message === "string";
  const text = isText ? message : JSON.stringify(message);
  decoder.decode(message instanceof Uint8Array ? message : Buffer.from(text));
  return sink.told;
}

const rejected = (reason: string) => [{ kind: "rejected", reason }];
const without = (message: object, key: string) =>
  Object.fromEntries(Object.entries(message).filter(([name]) => name !== key));

describe("BinanceDecoder", () => {
  it("decodes a spot trade", () => {
    expect(decode(SPOT_TRADE)).toEqual([
      {
        kind: "trade",
        symbol: 0,
        eventTime: T + 3,
        tradeTime: T,
        price: 61837.63,
        size: 0.02,
        firstTradeId: 4_000_000_001,
        lastTradeId: 4_000_000_001,
        side: SideCode.sell,
        priceDecimals: 2,
        sizeDecimals: 2,
        wide: undefined,
      },
    ]);
  });

  it("decodes a wrapped message as it does the raw one", () => {
    const raw = decode(SPOT_TRADE);
    expect(decode({ stream: "btcusdt@trade", data: SPOT_TRADE })).toEqual(raw);
    expect(decode({ data: SPOT_TRADE, stream: "btcusdt@trade" })).toEqual(raw);
  });

  it("decodes an aggregate with the ids it stands for, the taker having bought when the buyer was no maker", () => {
    expect(decode(AGGREGATE)).toMatchObject([
      { kind: "trade", symbol: 1, firstTradeId: 100, lastTradeId: 105, side: SideCode.buy, price: 100.5 },
    ]);
  });

  it("takes keys that it does not know, such as the order ids of older streams", () => {
    expect(decode({ ...SPOT_TRADE, b: 6657454517, a: 6657454504, nq: "0.1", longKey: { x: [1] } })).toEqual(
      decode(SPOT_TRADE),
    );
  });

  it("decodes the symbol of a market whose name is not ASCII", () => {
    expect(decode({ ...SPOT_TRADE, s: "币安人生USDT" })).toMatchObject([{ kind: "trade", symbol: 2 }]);
  });

  it("decodes a quote of spot, which has no event time, and one of USD-M, which has", () => {
    const quote = { kind: "quote", symbol: 0, bid: 10.1, bidSize: 1, ask: 10.2, askSize: 2.5 };
    expect(decode(SPOT_QUOTE)).toEqual([{ ...quote, eventTime: NaN }]);
    expect(decode({ e: "bookTicker", ...SPOT_QUOTE, T, E: T + 1 })).toEqual([{ ...quote, eventTime: T + 1 }]);
  });

  it("takes the empty side of a book, but no price of 0 with a size", () => {
    expect(decode({ ...SPOT_QUOTE, b: "0.00", B: "0.000" })).toMatchObject([
      { kind: "quote", bid: 0, bidSize: 0 },
    ]);
    expect(decode({ ...SPOT_QUOTE, b: "0.00", B: "1" })).toEqual(rejected("badNumber"));
  });

  it("decodes a kline with the venue's own texts", () => {
    expect(decode(KLINE)).toEqual([
      {
        kind: "kline",
        kline: {
          symbolIndex: 0,
          interval: "1m",
          firstTradeId: 100,
          lastTradeId: 200,
          isClosed: true,
          bar: {
            openTime: T - 40_000,
            open: "10",
            high: "12.5",
            low: "9",
            close: "11",
            volume: "1000",
            quoteVolume: "10500.5",
            takerBuyVolume: "500",
            trades: 101,
          },
        },
      },
    ]);
  });

  it("takes a kline without a trade, whose ids are -1", () => {
    expect(decode({ ...KLINE, k: { ...KLINE.k, f: -1, L: -1, n: 0, v: "0" } })).toMatchObject([
      { kind: "kline" },
    ]);
  });

  it.each([
    ["badField", { k: null }],
    ["badField", { k: { ...KLINE.k, o: 10 } }],
    ["badField", { k: { ...KLINE.k, x: 1 } }],
    ["badNumber", { k: { ...KLINE.k, h: "8" } }],
    ["badNumber", { k: { ...KLINE.k, l: "10.5" } }],
    ["badNumber", { k: { ...KLINE.k, v: "-1" } }],
    ["badNumber", { k: { ...KLINE.k, n: 1.5 } }],
    ["badTradeId", { k: { ...KLINE.k, f: 201 } }],
    ["unknownSymbol", { s: "XRPUSDT" }],
    ["badTime", { E: 5 }],
  ])("rejects a kline as %s for %j", (reason, change) => {
    expect(decode({ ...KLINE, ...change })).toEqual(rejected(reason));
  });

  it("keeps prints that no book matched out of the trades, and tells the id they use up", () => {
    for (const X of ["INSURANCE_FUND", "ADL", "NA"]) {
      expect(decode({ ...SPOT_TRADE, X, p: "0" })).toEqual([
        {
          kind: "other",
          symbol: 0,
          eventTime: T + 3,
          firstTradeId: 4_000_000_001,
          lastTradeId: 4_000_000_001,
        },
      ]);
    }
    expect(decode({ ...SPOT_TRADE, X: "MARKET" })).toEqual(decode(SPOT_TRADE));
    expect(decode({ ...SPOT_TRADE, X: "RPI" })).toEqual(decode(SPOT_TRADE));
    expect(decode({ ...SPOT_TRADE, X: "ADL", t: -5 })).toEqual(rejected("badTradeId"));
    expect(decode({ ...SPOT_TRADE, X: 5 })).toEqual(rejected("badField"));
  });

  it("tells other events with their event time and no id", () => {
    const other = { kind: "other", firstTradeId: NaN, lastTradeId: NaN };
    const depth = { e: "depthUpdate", E: T, s: "ETHUSDT", U: 1, u: 2, b: [["0.1", "10"]], a: [] };
    expect(decode(depth)).toEqual([{ ...other, symbol: 1, eventTime: T }]);
    expect(decode({ ...depth, s: "XRPUSDT", pu: 0, T })).toEqual([{ ...other, symbol: -1, eventTime: T }]);
    expect(decode({ e: "markPriceUpdate", E: T, s: "BTCUSDT", p: "1" })).toEqual([
      { ...other, symbol: 0, eventTime: T },
    ]);
    expect(decode({ lastUpdateId: 1, bids: [["1", "2"]], asks: [] })).toEqual([
      { ...other, symbol: -1, eventTime: NaN },
    ]);
    expect(decode({ ...depth, E: 5 })).toEqual(rejected("badTime"));
  });

  it("tells replies to control frames, refused ones with the venue's words", () => {
    expect(decode('{"result":null,"id":1}')).toEqual([{ kind: "reply", id: 1 }]);
    expect(decode('{"result":["btcusdt@trade"],"id":3}')).toEqual([{ kind: "reply", id: 3 }]);
    expect(decode('{"code":2,"msg":"Invalid request","id":4}')).toEqual([
      { kind: "reply", id: 4, error: "Invalid request (code 2)" },
    ]);
    expect(decode('{"error":{"code":3,"msg":"Invalid JSON"},"id":5}')).toEqual([
      { kind: "reply", id: 5, error: "Invalid JSON (code 3)" },
    ]);
    expect(decode('{"error":{"code":3,"msg":"two\\nlines\\u0007"},"id":6}')).toEqual([
      { kind: "reply", id: 6, error: "two lines (code 3)" },
    ]);
    expect(decode('{"error":{"code":3,"msg":"Invalid JSON"}}')).toEqual([
      { kind: "reply", id: NaN, error: "Invalid JSON (code 3)" },
    ]);
  });

  it("passes on the notice that the server will shut down", () => {
    expect(decode({ e: "serverShutdown", E: T })).toEqual([{ kind: "shutdown" }]);
    expect(decode({ stream: "!serverShutdown", data: { e: "serverShutdown", E: T } })).toEqual([
      { kind: "shutdown" },
    ]);
  });

  it.each([
    ["malformed", ""],
    ["malformed", "{"],
    ["malformed", '{"e":"trade"'],
    ["malformed", "not json"],
    ["malformed", '\ufeff{"result":null,"id":1}'],
    ["malformed", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["malformed", `{"a":${"[".repeat(9)}${"]".repeat(9)}}`],
    ["unknownMessage", "null"],
    ["unknownMessage", "5"],
    ["unknownMessage", "[]"],
    ["unknownMessage", "{}"],
    ["unknownMessage", '{"e":"newThing"}'],
    ["unknownMessage", '{"e":5}'],
    ["unknownMessage", '{"e":null}'],
    ["unknownMessage", '{"stream":"x","data":5}'],
    ["unknownMessage", '{"id":1}'],
    ["unknownMessage", '{"__proto__":{"e":"serverShutdown"}}'],
    ["unknownMessage", '{"constructor":{"prototype":1},"toString":"x"}'],
  ])("rejects as %s: %j", (reason, text) => {
    expect(decode(text)).toEqual(rejected(reason));
  });

  it("rejects bytes that are not UTF-8 as malformed", () => {
    const bytes = Buffer.from(JSON.stringify({ ...SPOT_TRADE, x: "é" }), "latin1");
    expect(decode(bytes)).toEqual(rejected("malformed"));
  });

  it.each(["E", "s", "t", "p", "q", "T", "m"])("rejects a trade without %s as badField", (key) => {
    expect(decode(without(SPOT_TRADE, key))).toEqual(rejected("badField"));
  });

  it.each(["E", "s", "a", "p", "q", "f", "l", "T", "m"])(
    "rejects an aggregate without %s as badField",
    (key) => {
      expect(decode(without(AGGREGATE, key))).toEqual(rejected("badField"));
    },
  );

  it.each([
    ["badField", { p: 61837.63 }],
    ["badField", { t: "5" }],
    ["badField", { m: "true" }],
    ["badField", { s: null }],
    ["unknownSymbol", { s: "XRPUSDT" }],
    ["unknownSymbol", { s: "__proto__" }],
    ["unknownSymbol", { s: "btcusdt" }],
    ["badNumber", { p: "0.00" }],
    ["badNumber", { p: "-1" }],
    ["badNumber", { p: "" }],
    ["badNumber", { p: "1e400" }],
    ["badNumber", { p: "Infinity" }],
    ["badNumber", { p: "1000000000000001" }],
    ["badNumber", { q: "-0.5" }],
    ["badNumber", { q: "1.2.3" }],
    ["badNumber", { q: "9".repeat(100) }],
    ["badTradeId", { t: -1 }],
    ["badTradeId", { t: 1.5 }],
    ["badTradeId", { t: 2 ** 53 }],
    ["badTime", { T: 0 }],
    ["badTime", { T: 1_230_940_799_999 }],
    ["badTime", { T: T + DAY_MS + 1 }],
    ["badTime", { E: T + DAY_MS + 1 }],
    ["badTime", { T: T + 0.5 }],
  ])("rejects a trade as %s for %j", (reason, change) => {
    expect(decode({ ...SPOT_TRADE, ...change })).toEqual(rejected(reason));
  });

  it("takes what lies just within the bounds", () => {
    for (const change of [
      { q: "0" },
      { p: "1000000000000000" },
      { t: 0 },
      { t: Number.MAX_SAFE_INTEGER },
      { T: T + DAY_MS },
      { T: 1_230_940_800_000 },
    ]) {
      expect(decode({ ...SPOT_TRADE, ...change }), JSON.stringify(change)).toMatchObject([{ kind: "trade" }]);
    }
  });

  it("does not judge a time by a receive time that it was not given", () => {
    expect(decode({ ...SPOT_TRADE, T: T + 400 * DAY_MS }, 0)).toMatchObject([{ kind: "trade" }]);
  });

  it("rejects an aggregate whose ids are in the wrong order or too many", () => {
    expect(decode({ ...AGGREGATE, f: 106 })).toEqual(rejected("badTradeId"));
    expect(decode({ ...AGGREGATE, f: 0, l: 2 ** 31 - 1 })).toEqual(rejected("badTradeId"));
    expect(decode({ ...AGGREGATE, f: 0, l: 2 ** 31 - 2 })).toMatchObject([{ kind: "trade" }]);
  });

  it("carries digits beside the number where a float64 cannot hold them", () => {
    expect(decode({ ...SPOT_TRADE, p: "61837.630000000000001", q: "0.5" })).toMatchObject([
      {
        kind: "trade",
        price: 61837.63,
        priceDecimals: 15,
        wide: {
          price: { mantissa: 61837630000000000001n, decimals: 15 },
          size: { mantissa: 5n, decimals: 1 },
        },
      },
    ]);
  });

  it("forgets the wide digits of an earlier trade", () => {
    const sink = new TellingSink();
    const decoder = new BinanceDecoder(new SymbolTable(["BTCUSDT"]), sink);
    decoder.decode(Buffer.from(JSON.stringify({ ...SPOT_TRADE, p: "61837.630000000000001" })));
    decoder.decode(Buffer.from(JSON.stringify(SPOT_TRADE)));
    expect(sink.told).toMatchObject([{ priceDecimals: 15 }, { priceDecimals: 2, wide: undefined }]);
  });

  it("rejects a price of tens of thousands of digits as badNumber", () => {
    expect(decode({ ...SPOT_TRADE, p: "1".repeat(60_000) })).toEqual(rejected("badNumber"));
    expect(decode({ ...SPOT_QUOTE, b: "1".repeat(60_000) })).toEqual(rejected("badNumber"));
  });

  it("decodes a message too long to be walked", () => {
    expect(decode({ ...SPOT_TRADE, x: "x".repeat(70_000) })).toEqual(decode(SPOT_TRADE));
  });

  it("takes the last of two values of a key, as JSON.parse does", () => {
    const text = JSON.stringify(SPOT_TRADE).replace('"p":', '"p":"1.5","p":');
    expect(decode(text)).toEqual(decode(SPOT_TRADE));
  });

  it("lets an error of its sink pass, since that is no fault of the message", () => {
    const sink = new TellingSink();
    sink.onTrade = () => {
      throw new Error("a bug in the sink");
    };
    const decoder = new BinanceDecoder(new SymbolTable(["BTCUSDT"]), sink);
    expect(() => decoder.decode(Buffer.from(JSON.stringify(SPOT_TRADE)))).toThrow("a bug in the sink");
    expect(sink.told).toEqual([]);
  });
});
