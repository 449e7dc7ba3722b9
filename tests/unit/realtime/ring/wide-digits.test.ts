import { describe, expect, it } from "vitest";
import { parseDecimal } from "../../../../src/realtime/market/decimal.ts";
import { WideDigitsTable } from "../../../../src/realtime/ring/wide-digits.ts";

describe("WideDigitsTable", () => {
  it("keeps the digits of a trade of a symbol until they are forgotten", () => {
    const table = new WideDigitsTable();
    const digits = { price: parseDecimal("0.12345678901234567890")!, size: parseDecimal("1")! };
    table.put(1, 23, digits);
    expect(table.get(1, 23)).toBe(digits);
    expect(table.get(12, 3)).toBeUndefined();
    expect(table.get(2, 23)).toBeUndefined();
    table.forget(1, 23);
    expect(table.get(1, 23)).toBeUndefined();
  });
});
