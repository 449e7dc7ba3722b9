import { describe, expect, it } from "vitest";
import { resolveVenueOptions } from "../../../../../src/realtime/feed/simulated/venue-options.ts";

describe("resolveVenueOptions", () => {
  it("pads prices and sizes to 8 decimals on spot, and not on futures", () => {
    const symbols = [{ symbol: "XRPETH", price: "0.0023", priceDecimals: 6, sizeDecimals: 0 }];
    expect(resolveVenueOptions({ symbols }).symbols[0]).toMatchObject({
      priceMantissa: 2_300,
      shownPriceDecimals: 8,
      shownSizeDecimals: 8,
    });
    expect(resolveVenueOptions({ symbols, flavour: "binance-usdm" }).symbols[0]).toMatchObject({
      shownPriceDecimals: 6,
      shownSizeDecimals: 0,
    });
  });

  it.each([
    ["no symbol", { symbols: [] }, "at least one symbol"],
    ["a symbol twice", { symbols: ["A1", "A1"] }, "twice"],
    ["a symbol in lower case", { symbols: ["btcusdt"] }, 'was "btcusdt"'],
    [
      "a rate that is too high",
      { symbols: ["A1"], tradesPerSecond: 500_001 },
      "tradesPerSecond must be 0 to 500000, was 500001",
    ],
    ["a rate that is no number", { symbols: ["A1"], tradesPerSecond: NaN }, "was NaN"],
    ["a port that is none", { symbols: ["A1"], port: 70_000 }, "port must be 0 to 65535"],
    [
      "a price with more decimals than it has",
      { symbols: [{ symbol: "A1", price: "1.234" }] },
      "at most 2 decimals",
    ],
    ["a price too near 0 for a book", { symbols: [{ symbol: "A1", price: "0.05" }] }, "was 5"],
    ["a flavour that is none", { symbols: ["A1"], flavour: "kraken" as never }, 'was "kraken"'],
    ["a log that is too short", { symbols: ["A1"], logTrades: 10 }, "logTrades must be 1000"],
    [
      "a past of too many trades",
      { symbols: ["A1"], history: { minutes: 100_000, tradesPerMinute: 100 } },
      "was 10000000",
    ],
    [
      "half a minute of history",
      { symbols: ["A1"], history: { minutes: 0.5 } },
      "history.minutes must be a whole number",
    ],
  ])("refuses %s", (_, options, words) => {
    expect(() => resolveVenueOptions(options)).toThrow(RangeError);
    expect(() => resolveVenueOptions(options)).toThrow(words);
  });
});
