import { describe, expect, it } from "vitest";
import { readDecimalText, writeTradeDigits } from "../../../../src/realtime/feed/wire-decimal.ts";
import { WireField, WireRecord } from "../../../../src/realtime/feed/wire-record.ts";

describe("readDecimalText", () => {
  it.each([
    ["61837.63000000", 61837.63, 2, false],
    ["1e3", 1_000, 0, false],
    ["25e-4", 0.0025, 4, false],
    ["225179981368524.8", 2 ** 51 / 10, 1, false],
    ["225179981368524.9", (2 ** 51 + 1) / 10, 1, true],
    ["0.1234567890123456789", Number("0.1234567890123456789"), 19, true],
  ])("reads %s", (text, value, decimals, isWide) => {
    expect(readDecimalText(text)).toMatchObject({ value, isWide, exact: { decimals } });
    expect(value).toBe(Number(text));
  });

  it.each(["", "-1", "NaN", "Infinity", "0x10", "1e99", "1000000000000001", "1e-31", " 1", "9".repeat(65)])(
    "refuses %j",
    (text) => expect(readDecimalText(text)).toBeUndefined(),
  );

  it("takes larger sums where it is told so", () => {
    expect(readDecimalText("1000000000000001", 1e21)?.value).toBe(1_000_000_000_000_001);
  });
});

describe("writeTradeDigits", () => {
  it("keeps the digits beside the numbers only where one of them is wide", () => {
    const record = new WireRecord();
    expect(writeTradeDigits(record, "0.12345678901234567", "2.50")).toBe(true);
    expect(record.wide).toEqual({
      price: { mantissa: 12345678901234567n, decimals: 17 },
      size: { mantissa: 25n, decimals: 1 },
    });
    expect(writeTradeDigits(record, "1.5", "2")).toBe(true);
    expect(record.wide).toBeUndefined();
    expect(record.fields[WireField.priceDecimals]).toBe(1);
  });

  it("changes nothing where one of them is bad", () => {
    const record = new WireRecord();
    writeTradeDigits(record, "1.5", "2");
    expect(writeTradeDigits(record, "9.5", "two")).toBe(false);
    expect(record.fields[WireField.price]).toBe(1.5);
  });
});
