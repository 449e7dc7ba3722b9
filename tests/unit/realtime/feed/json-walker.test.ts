import { describe, expect, it } from "vitest";
import { asciiText, JsonKind, JsonWalker } from "../../../../src/realtime/feed/json-walker.ts";

const key = (letter: string) => letter.charCodeAt(0);

/** Where the walk over `text`, an object from its first byte on, ends; and the walker that did it. */
function walk(text: string, walker = new JsonWalker()) {
  expect(walker.load(Buffer.from(text))).toBe(true);
  return { walker, end: walker.walk(1), length: Buffer.byteLength(text) };
}

function decimalOf(text: string): { value: number; decimals: number } {
  const { walker, end, length } = walk(`{"p":"${text}"}`);
  expect(end).toBe(length);
  const fields = new Float64Array(1);
  const decimals = walker.copyDecimal(key("p"), fields, 0);
  return { value: fields[0], decimals };
}

describe("JsonWalker", () => {
  it("finds values by their letter, in any order", () => {
    const { walker, end, length } = walk('{"b":true,"a":"xy","c":12,"d":[["1","2"],[]],"e":null,"f":false}');
    expect(end).toBe(length);
    expect(walker.kind(key("a"))).toBe(JsonKind.string);
    expect(walker.text(key("a"))).toBe("xy");
    expect(walker.kind(key("b"))).toBe(JsonKind.true);
    expect(walker.kind(key("c"))).toBe(JsonKind.integer);
    expect(walker.kind(key("d"))).toBe(JsonKind.array);
    expect(walker.kind(key("e"))).toBe(JsonKind.null);
    expect(walker.kind(key("f"))).toBe(JsonKind.false);
    expect(walker.kind(key("g"))).toBe(JsonKind.absent);
  });

  it("forgets what an earlier walk found", () => {
    const { walker } = walk('{"a":1,"b":2}');
    walk('{"b":3}', walker);
    expect(walker.kind(key("a"))).toBe(JsonKind.absent);
    expect(walker.kind(key("b"))).toBe(JsonKind.integer);
  });

  it("takes the last of two values of a key, also of another kind", () => {
    const { walker } = walk('{"a":1,"a":"7.5"}');
    expect(walker.kind(key("a"))).toBe(JsonKind.string);
    expect(walker.text(key("a"))).toBe("7.5");
  });

  it("walks over keys of two letters", () => {
    const { walker, end, length } = walk('{"pu":7,"a":1,"nq":"0.1"}');
    expect(end).toBe(length);
    expect(walker.kind(key("a"))).toBe(JsonKind.integer);
  });

  it("tells where the object ends, when more follows", () => {
    const { end } = walk('{"a":1}}');
    expect(end).toBe(7);
  });

  it.each([
    ["an empty object", "{}"],
    ["an empty key", '{"":1}'],
    ["a key of three letters", '{"abc":1}'],
    ["a key beyond ASCII", '{"é":1}'],
    ["space", '{"a": 1}'],
    ["an escape", '{"a":"\\u0041"}'],
    ["an escaped key", '{"\\"":1}'],
    ["text beyond ASCII", '{"a":"é"}'],
    ["a control character in a string", '{"a":"\u0001"}'],
    ["a negative number", '{"a":-1}'],
    ["a fraction", '{"a":1.5}'],
    ["an exponent", '{"a":1e5}'],
    ["a leading zero", '{"a":01}'],
    ["an integer of 16 digits", '{"a":1234567890123456}'],
    ["a nested object", '{"a":{"b":1}}'],
    ["an object in an array", '{"a":[{}]}'],
    ["arrays four deep", '{"a":[[[[]]]]}'],
    ["a comma before the end", '{"a":1,}'],
    ["a comma before the end of an array", '{"a":[1,]}'],
    ["two values without a comma", '{"a":1"b":2}'],
    ["a word that is no literal", '{"a":tru}'],
    ["a literal in capitals", '{"a":True}'],
    ["another end", '{"a":1]'],
    ["a missing value", '{"a":}'],
    ["a missing colon", '{"a"1}'],
  ])("refuses %s", (_, text) => {
    expect(walk(text).end).toBe(-1);
  });

  it("refuses every part of a message that was cut short", () => {
    const text = '{"e":"trade","E":1,"b":[["1","2"],[3,true]],"x":false,"p":"1.50"}';
    for (let length = 1; length < text.length; length++) {
      expect(walk(text.slice(0, length)).end, text.slice(0, length)).toBe(-1);
    }
    expect(walk(text).end).toBe(text.length);
  });

  it("does not see bytes of a longer message before", () => {
    const { walker } = walk('{"a":"0123456789012345678901234567890123456789","b":12345678}');
    expect(walk('{"a":"01234', walker).end).toBe(-1);
    expect(walk('{"a":1', walker).end).toBe(-1);
  });

  it("leaves messages alone that are longer than its buffer", () => {
    const walker = new JsonWalker();
    expect(walker.load(new Uint8Array(65_536))).toBe(true);
    expect(walker.load(new Uint8Array(65_537))).toBe(false);
  });

  it.each([
    ["0", 0, 0],
    ["5", 5, 0],
    ["007.50", 7.5, 1],
    ["61837.63000000", 61837.63, 2],
    ["0.02000000", 0.02, 2],
    ["123456789", 123456789, 0],
    ["12345678.00000000", 12345678, 0],
    ["12345678.90000000", 12345678.9, 1],
    ["123456789.123456", 123456789.123456, 6],
    ["999999999.999999000", 999999999.999999, 6],
    ["0.000000000", 0, 0],
    ["0.000000001", 1e-9, 9],
  ])("reads the decimal %s exactly", (text, value, decimals) => {
    expect(decimalOf(text)).toEqual({ value, decimals });
    expect(value).toBe(Number(text));
  });

  it.each(["", "5.", ".5", "1.2.3", "1e5", "-1", "+1", "1 ", "x", "1x", "1234567890", "1.0123456789"])(
    "does not read %j as a short decimal",
    (text) => {
      expect(decimalOf(text).decimals).toBe(-1);
    },
  );

  it.each([0, 9, 10, 123456789, 1234567890, 1723161255343, 999_999_999_999_999])(
    "reads the integer %d",
    (value) => {
      const { walker, end, length } = walk(`{"a":${value}}`);
      const fields = new Float64Array(1);
      expect(end).toBe(length);
      expect(walker.copyInteger(key("a"), fields, 0)).toBe(true);
      expect(fields[0]).toBe(value);
    },
  );
});

describe("JsonWalker over words of bytes", () => {
  it("ends a plain string at its quote, whatever byte stands where", () => {
    const walker = new JsonWalker();
    for (let length = 1; length <= 9; length++) {
      for (let position = 0; position < length; position++) {
        for (let byte = 0; byte < 256; byte++) {
          const text = Buffer.alloc(length, "x");
          text[position] = byte;
          walker.load(Buffer.concat([text, Buffer.from('"}')]));
          const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
          const expected = byte === 0x22 ? position : isPlain ? length : -1;
          expect(walker.stringEnd(0), `byte ${byte} at ${position} of ${length}`).toBe(expected);
        }
      }
    }
  });

  it("compares every byte of a text, and none behind it", () => {
    const walker = new JsonWalker();
    for (const text of ["abcd", "abcde", "abcdefg", "abcdefgh", '{"stream":"']) {
      walker.load(Buffer.from(`--${text}--`));
      expect(walker.hasBytes(asciiText(text), 2)).toBe(true);
      for (let position = 0; position < text.length; position++) {
        const other = Buffer.from(text);
        other[position] ^= 1;
        walker.load(Buffer.concat([Buffer.from("--"), other]));
        expect(walker.hasBytes(asciiText(text), 2), `${other.toString()} is not ${text}`).toBe(false);
      }
      walker.load(Buffer.from(`--${text.slice(0, -1)}`));
      expect(walker.hasBytes(asciiText(text), 2)).toBe(false);
    }
    expect(() => asciiText("abc")).toThrow(RangeError);
  });
});
