import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalToNumber, parseDecimal } from "../../../../src/realtime/market/decimal.ts";

describe("parseDecimal", () => {
  it.each([
    ["0", 0n, 0],
    ["0.000", 0n, 0],
    ["-0", 0n, 0],
    ["1", 1n, 0],
    ["61250.10", 612501n, 1],
    ["100", 100n, 0],
    ["0.00000001", 1n, 8],
    ["-12.5", -125n, 1],
    ["1e3", 1000n, 0],
    ["1.5E+2", 150n, 0],
    ["12e-4", 12n, 4],
    ["1200e-4", 12n, 2],
    ["9007199254740993", 9007199254740993n, 0],
    ["007.5", 75n, 1],
  ])("reads %s exactly", (text, mantissa, decimals) =>
    expect(parseDecimal(text)).toEqual({ mantissa, decimals }),
  );

  it.each([
    "",
    ".",
    "5.",
    ".5",
    "+1",
    "1,5",
    "1_000",
    "0x10",
    "NaN",
    "Infinity",
    "1e",
    "1e100",
    "1e-100",
    " 1",
    "1 ",
    "１",
  ])('takes "%s" for no decimal', (text) => expect(parseDecimal(text)).toBeUndefined());

  it("refuses more than 64 characters", () => {
    expect(parseDecimal("1".repeat(64))?.mantissa).toBe(BigInt("1".repeat(64)));
    expect(parseDecimal("1".repeat(65))).toBeUndefined();
  });

  it("gives back the float64 that each shortest text stands for", () => {
    const magnitude = fc.double({ min: 1e-90, max: 1e90, noNaN: true });
    fc.assert(
      fc.property(
        fc.oneof(
          magnitude,
          fc.double({ min: 0, max: 1e9, noNaN: true }).filter((x) => x === 0 || x > 1e-90),
        ),
        (x) => {
          expect(decimalToNumber(parseDecimal(String(x))!)).toBe(x);
        },
      ),
    );
  });

  it("rounds to the nearest float64 what exceeds one", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 40n }),
        fc.integer({ min: 0, max: 30 }),
        (digits, decimals) => {
          const whole = digits.toString().padStart(decimals + 1, "0");
          const text = decimals === 0 ? whole : `${whole.slice(0, -decimals)}.${whole.slice(-decimals)}`;
          expect(decimalToNumber(parseDecimal(text)!)).toBe(Number(text));
        },
      ),
    );
  });
});
