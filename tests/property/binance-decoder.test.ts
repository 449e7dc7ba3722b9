import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JsonWalker } from "../../src/realtime/feed/json-walker.ts";
import { BinanceDecoder } from "../../src/realtime/feed/venues/binance/binance-decoder.ts";
import { WireField } from "../../src/realtime/feed/wire-record.ts";
import { SymbolTable } from "../../src/realtime/market/symbol-table.ts";
import { TellingSink, type Told } from "../support/telling-sink.ts";

const T = 1_700_000_000_000;

function createDecoder() {
  const sink = new TellingSink();
  const decoder = new BinanceDecoder(new SymbolTable(["BTCUSDT", "1000SATSUSDT"]), sink);
  decoder.record.fields[WireField.receivedAt] = T;
  return { sink, decoder };
}

function decode(text: string): Told[] {
  const { sink, decoder } = createDecoder();
  decoder.decode(Buffer.from(text));
  return sink.told;
}

/** The same message in a form that the walker leaves to `JSON.parse`: it takes no space between tokens. */
const withSpace = (text: string) => text.replace("{", "{ ");

const decimal = fc
  .tuple(fc.bigInt(0n, 10n ** 18n), fc.nat(20), fc.nat(9))
  .map(([digits, decimals, zeros]) => {
    const padded = digits.toString().padStart(decimals + 1, "0");
    const whole = padded.slice(0, padded.length - decimals);
    const fraction = padded.slice(padded.length - decimals) + "0".repeat(zeros);
    return fraction === "" ? whole : `${whole}.${fraction}`;
  });

const oddValue = fc.oneof(
  fc.constantFrom(
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "1.5",
    "1e3",
    "1E+2",
    "9007199254740993",
    "1e400",
    "[]",
  ),
  fc.constantFrom(
    "{}",
    '""',
    '"1e3"',
    '"0x1"',
    '"-1"',
    '"1."',
    '".5"',
    '"\\u0031.5"',
    '"é"',
    '[["1","2"],[3]]',
  ),
  fc.constantFrom(
    '{"a":[1]}',
    '"MARKET"',
    '"ADL"',
    '"trade"',
    '"aggTrade"',
    '"XRPUSDT"',
    '"\\n"',
    '"12345678901"',
  ),
  decimal.map((text) => `"${text}"`),
  fc.maxSafeInteger().map(String),
);
const usualTime = fc.integer({ min: T - 1_000, max: T + 1_000 }).map(String);
const usualId = fc.nat().map(String);
const usualDecimal = decimal.map((text) => `"${text}"`);
const usualSymbol = fc.constantFrom('"BTCUSDT"', '"1000SATSUSDT"', '"XRPUSDT"');
const usualBool = fc.constantFrom("true", "false");
const USUAL: Record<string, fc.Arbitrary<string>> = {
  E: usualTime,
  T: usualTime,
  s: usualSymbol,
  p: usualDecimal,
  q: usualDecimal,
  m: usualBool,
  M: usualBool,
  t: usualId,
  a: usualId,
  f: usualId,
  l: usualId,
  u: usualId,
  X: fc.constantFrom('"MARKET"', '"MARKET"', '"INSURANCE_FUND"', '"RPI"'),
  b: usualDecimal,
  B: usualDecimal,
  A: usualDecimal,
};
const EVENTS: readonly (readonly [event: string | undefined, keys: string])[] = [
  ["trade", "EstpqTmM"],
  ["trade", "ETstpqXm"],
  ["aggTrade", "EsapqflTmM"],
  ["bookTicker", "usbBaATE"],
  [undefined, "usbBaA"],
  ["depthUpdate", "EsUuba"],
];

/** Messages in the shape of an event, their keys in any order, here and there odd, doubled, missing or unknown. */
const message = fc
  .constantFrom(...EVENTS)
  .chain(([event, keys]) => {
    const fields = keys.split("").map((key) => {
      const usual = event !== "aggTrade" && key === "a" ? usualDecimal : (USUAL[key] ?? fc.constant("[]"));
      return fc.oneof(
        { weight: 60, arbitrary: usual.map((value) => [`"${key}":${value}`]) },
        { weight: 2, arbitrary: oddValue.map((value) => [`"${key}":${value}`]) },
        { weight: 1, arbitrary: fc.constant<string[]>([]) },
        { weight: 1, arbitrary: fc.tuple(oddValue, usual).map((pair) => pair.map((v) => `"${key}":${v}`)) },
      );
    });
    const extra = fc.oneof(
      { weight: 8, arbitrary: fc.constant<string[]>([]) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(
            fc.constantFrom("x", "pu", "nq", "stream", "data", "id", "__proto__", "\\u0065", "é", ""),
            oddValue,
          )
          .map(([key, value]) => [`"${key}":${value}`]),
      },
    );
    const name = fc.constant(event === undefined ? [] : [`"e":"${event}"`]);
    return fc.tuple(fc.tuple(name, ...fields, extra), fc.boolean());
  })
  .chain(([parts, isWrapped]) =>
    fc.shuffledSubarray(parts.flat(), { minLength: parts.flat().length }).map((pairs) => {
      const payload = `{${pairs.join(",")}}`;
      return isWrapped ? `{"stream":"btcusdt@x","data":${payload}}` : payload;
    }),
  );

describe("the two ways of BinanceDecoder", () => {
  it("tell the same of every message", () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(message, (text) => {
        const told = decode(text);
        expect(told).toEqual(decode(withSpace(text)));
        expect(told).toHaveLength(1);
        kinds.set(told[0].kind, (kinds.get(told[0].kind) ?? 0) + 1);
      }),
      { numRuns: 8_000 },
    );
    // The test means something only while the messages are of all kinds.
    for (const kind of ["trade", "quote", "other", "rejected"])
      expect(kinds.get(kind), kind).toBeGreaterThan(100);
  });

  it("are the walker's for messages as the venue writes them", () => {
    // A walker that refused everything would agree with JSON.parse on every message, too.
    const walker = new JsonWalker();
    fc.assert(
      fc.property(usualDecimal, usualId, usualTime, (price, id, time) => {
        const text = `{"e":"trade","E":${time},"s":"BTCUSDT","t":${id},"p":${price},"q":"1.00","T":${time},"m":true}`;
        walker.load(Buffer.from(text));
        expect(walker.walk(1)).toBe(text.length);
      }),
    );
  });
});

describe("a decoded price", () => {
  it("is the float64 nearest to its digits, with their number of decimals", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const value = Number(text);
        fc.pre(value > 0 && value <= 1e15);
        const told = decode(
          `{"e":"trade","E":${T},"s":"BTCUSDT","t":1,"p":"${text}","q":"${text}","T":${T},"m":true}`,
        );
        const decimals = (text.split(".")[1] ?? "").replace(/0+$/, "").length;
        expect(told).toMatchObject([
          { price: value, size: value, priceDecimals: decimals, sizeDecimals: decimals },
        ]);
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("a hostile message", () => {
  const seeds = [
    `{"e":"trade","E":${T},"s":"BTCUSDT","t":5,"p":"61837.63000000","q":"0.02","T":${T},"m":true,"M":true}`,
    `{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":${T},"s":"BTCUSDT","a":1,"p":"1.5","q":"2","f":1,"l":2,"T":${T},"m":false}}`,
    `{"u":1,"s":"BTCUSDT","b":"1.5","B":"2","a":"1.6","A":"3"}`,
    `{"e":"depthUpdate","E":${T},"s":"BTCUSDT","U":1,"u":2,"b":[["1","2"]],"a":[]}`,
    `{"e":"kline","E":${T},"s":"BTCUSDT","k":{"t":${T},"i":"1m","f":1,"L":2,"o":"1","c":"1","h":"1","l":"1","v":"1","n":2,"x":true,"q":"1","V":"1","Q":"1"}}`,
    `{"result":null,"id":1}`,
  ].map((text) => Buffer.from(text));

  const mutation = fc.oneof(
    fc.tuple(fc.constant("cut" as const), fc.nat(), fc.constant(Buffer.alloc(0))),
    fc.tuple(fc.constant("put" as const), fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 6 })),
    fc.tuple(
      fc.constant("put" as const),
      fc.nat(),
      fc
        .constantFrom(
          '"',
          "\\",
          "{",
          "}",
          "[[[[[[[[[[",
          ",",
          ":",
          "9".repeat(40),
          "-",
          "e9",
          "null",
          "\u0000",
          '"__proto__":{},',
        )
        .map((text) => Buffer.from(text)),
    ),
    fc.tuple(fc.constant("drop" as const), fc.nat(), fc.constant(Buffer.alloc(0))),
  );

  it("is told at most once, and never raises anything past the decoder", () => {
    const { sink, decoder } = createDecoder();
    let messages = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (seed, mutations) => {
          let bytes: Buffer = seed;
          for (const [kind, position, put] of mutations) {
            const at = bytes.length === 0 ? 0 : position % bytes.length;
            if (kind === "cut") bytes = bytes.subarray(0, at);
            else if (kind === "drop") bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
            else bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);
          }
          decoder.decode(bytes);
          expect(sink.told).toHaveLength(++messages);
        },
      ),
      { numRuns: 10_000 },
    );
    const reasons = new Set(sink.told.flatMap((told) => (told.kind === "rejected" ? told.reason : [])));
    expect(reasons).toContain("malformed");
    expect(reasons).toContain("badField");
    for (const told of sink.told) {
      if (told.kind !== "trade") continue;
      expect(told.price > 0 && told.size >= 0 && told.lastTradeId >= told.firstTradeId).toBe(true);
    }
  });

  it("is refused when it is random bytes", () => {
    const { sink, decoder } = createDecoder();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        sink.told.length = 0;
        decoder.decode(bytes);
        expect(sink.told).toMatchObject([{ kind: "rejected" }]);
      }),
      { numRuns: 5_000 },
    );
  });
});
