import { describe, expect, it } from "vitest";
import { UnknownSymbolError } from "../../../../src/errors.ts";
import { SymbolTable } from "../../../../src/realtime/market/symbol-table.ts";

describe("SymbolTable", () => {
  it("numbers symbols in the order they were named, each once", () => {
    const table = new SymbolTable(["BTCUSDT", "ETHUSDT", "BTCUSDT"]);
    expect(table.names).toEqual(["BTCUSDT", "ETHUSDT"]);
    expect(table.size).toBe(2);
    expect(table.indexOf("ETHUSDT")).toBe(1);
    expect(table.has("ETHUSDT")).toBe(true);
    expect(table.has("constructor")).toBe(false);
  });

  it("refuses a symbol it does not have, and names those it has", () => {
    const table = new SymbolTable(["BTCUSDT", "ETHUSDT"]);
    expect(() => table.indexOf("XRPUSDT")).toThrow(UnknownSymbolError);
    expect(() => table.indexOf("XRPUSDT")).toThrow(/"XRPUSDT".*BTCUSDT, ETHUSDT/);
  });

  it("lets decimals only grow, and changes its version only then", () => {
    const table = new SymbolTable(["A", "B"]);
    const version = table.precisionVersion;
    table.raisePrecision(1, 2, 5);
    const raised = table.precisionVersion;
    expect(raised).not.toBe(version);
    table.raisePrecision(1, 1, 5);
    expect(table.precisionVersion).toBe(raised);
    table.raisePrecision(1, 3, 0);
    expect(table.precisionVersion).not.toBe(raised);
    expect([...table.priceDecimals]).toEqual([0, 3]);
    expect([...table.sizeDecimals]).toEqual([0, 5]);
  });
});
