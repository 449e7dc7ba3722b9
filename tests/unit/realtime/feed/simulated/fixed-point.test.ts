import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedPoint, parseFixedPoint } from "../../../../../src/realtime/feed/simulated/fixed-point.ts";

describe("fixedPoint", () => {
  it.each([
    [0, 0, 0, "0"],
    [5, 2, 2, "0.05"],
    [12_345, 2, 8, "123.45000000"],
    [7, 0, 8, "7.00000000"],
    [123n, 3, 3, "0.123"],
    [2n ** 70n, 4, 4, "118059162071741130.3424"],
  ])("writes %s with %i decimals, %i shown, as %s", (mantissa, decimals, shown, text) => {
    expect(fixedPoint(mantissa, decimals, shown)).toBe(text);
  });
});

describe("parseFixedPoint", () => {
  it("reads back what fixedPoint wrote", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 2 ** 31 - 1 }),
        fc.nat({ max: 5 }),
        fc.nat({ max: 3 }),
        (value, decimals, more) => {
          expect(parseFixedPoint(fixedPoint(value, decimals, decimals + more), decimals, "it")).toBe(value);
        },
      ),
    );
  });

  it.each(["", "-1", "1.234", "1e3", "0x10", ".5", "1."])("refuses %j with two decimals", (text) => {
    expect(() => parseFixedPoint(text, 2, "price of X")).toThrow(
      /^price of X must be a decimal from 0 with at most 2/,
    );
  });
});
