import { describe, expect, it } from "vitest";
import { SymbolTable } from "../../../../src/realtime/market/symbol-table.ts";
import { SymbolLookup } from "../../../../src/realtime/feed/symbol-lookup.ts";

const find = (lookup: SymbolLookup, name: string) => {
  const bytes = Buffer.from(`<${name}>`);
  return lookup.find(bytes, 1, bytes.length - 1);
};

describe("SymbolLookup", () => {
  it("finds each of a thousand symbols, and none that only looks alike", () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `${i}COIN${i % 7}USDT`);
    const lookup = new SymbolLookup(new SymbolTable(names));
    names.forEach((name, index) => expect(find(lookup, name)).toBe(index));
    for (const other of ["", "0", "COIN", "0COIN0USDC", "0COIN0USDTX", "1000COIN0USDT", "0coin0usdt"]) {
      expect(find(lookup, other)).toBe(-1);
    }
  });

  it("leaves names beyond ASCII to a look-up by text", () => {
    const lookup = new SymbolLookup(new SymbolTable(["币安人生USDT", "BTCUSDT"]));
    expect(find(lookup, "币安人生USDT")).toBe(-1);
    expect(find(lookup, "BTCUSDT")).toBe(1);
  });
});
