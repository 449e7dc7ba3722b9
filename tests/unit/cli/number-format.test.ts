import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { counted, duration, plainDecimal } from "../../../src/cli/number-format.ts";

describe("plainDecimal", () => {
  it.each([
    [0, "0"],
    [1.5, "1.5"],
    [-2, "-2"],
    [1e-7, "0.0000001"],
    [-1.25e-9, "-0.00000000125"],
    [1e21, "1000000000000000000000"],
    [1.7e22, "17000000000000000000000"],
  ])("writes %d without an exponent", (value, text) => {
    expect(plainDecimal(value)).toBe(text);
  });

  it("reads back as the same float64, whatever it is", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = plainDecimal(value);
        expect(text).toMatch(/^-?\d+(\.\d+)?$/);
        // There is one zero on paper.
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe("duration", () => {
  it.each([
    [0, "0"],
    [0.000_84, "840 ns"],
    [0.012_34, "12.3 µs"],
    [1.049, "1.05 ms"],
    [250.4, "250 ms"],
    [2_400, "2.40 s"],
  ])("writes %d ms in the unit that suits it", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe("counted", () => {
  it("keeps thousands apart, and knows one from many", () => {
    expect([counted(1, "gap"), counted(0, "gap"), counted(12_345, "gap")]).toEqual([
      "1 gap",
      "0 gaps",
      "12,345 gaps",
    ]);
  });
});
