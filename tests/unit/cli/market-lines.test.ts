import { describe, expect, it } from "vitest";
import { pictureLines, plainLine } from "../../../src/cli/market-lines.ts";
import type { MarketSample, SymbolSample } from "../../../src/cli/market-sample.ts";

const BTC: SymbolSample = {
  symbol: "BTCUSDT",
  price: 60_001.5,
  bid: undefined,
  ask: undefined,
  forming: { open: 60_000, high: 60_002, low: 59_999.5, close: 60_001.5, volume: 12.25 },
  closedBars: 1_234,
};

const SAMPLE: MarketSample = {
  elapsedMs: 12_345,
  feed: "open",
  messages: 20_000,
  messagesPerSecond: 2_001,
  tradesPerSecond: 2_000,
  reads: 9_000,
  readsPerSecond: 990,
  tornReads: 0,
  closedBars: 1_234,
  backlogTicks: 3,
  counts: {
    trades: 19_999,
    duplicates: 0,
    outOfOrder: 0,
    overlapping: 0,
    forgotten: 0,
    late: 0,
    tooLate: 0,
    gaps: 0,
    missingTrades: 0,
    dropped: 0,
    rejected: {},
  },
  timeframe: "1m",
  symbols: [BTC],
};

describe("plainLine", () => {
  it("shows rates and prices", () => {
    expect(plainLine(SAMPLE)).toBe(
      " 12 s    2,000 trades/s  1,234 bars closed     990 reads/s  BTCUSDT 60001.5",
    );
  });

  it("shows what is wrong only when it is", () => {
    const bad = { ...SAMPLE, feed: "waiting", tornReads: 2, counts: { ...SAMPLE.counts, gaps: 1 } };
    expect(plainLine(bad)).toContain("12 s  feed waiting  ");
    expect(plainLine(bad)).toMatch(/reads\/s {2}2 torn {2}1 gap$/);
  });

  it("leaves out prices that do not fit, and never cuts one", () => {
    const symbols = Array.from({ length: 9 }, () => BTC);
    const line = plainLine({ ...SAMPLE, symbols });
    expect(line.length).toBeLessThanOrEqual(100);
    expect(line).toMatch(/( {2}BTCUSDT 60001\.5){2}$/);
  });
});

describe("pictureLines", () => {
  it("shows the forming bar of each symbol in a table", () => {
    expect(pictureLines(SAMPLE, { title: "demo", seconds: 20 })).toEqual([
      "demo   12.3 s of 20 s",
      "",
      "feed open   2,000 trades/s   2,001 messages/s   0 gaps   0 missing   3 waiting",
      "1,234 bars closed   9,000 reads   990 reads/s   0 torn",
      "",
      "symbol     price  1m open   high      low    close  volume  bars closed",
      "BTCUSDT  60001.5    60000  60002  59999.5  60001.5   12.25        1,234",
    ]);
  });

  it("shows quotes where there are some, and a dash for what is not known yet", () => {
    const quoted = { ...BTC, bid: 60_001, ask: 60_002 };
    const fresh = { ...BTC, symbol: "ETHUSDT", price: undefined, forming: undefined };
    const lines = pictureLines(
      { ...SAMPLE, symbols: [quoted, fresh] },
      { title: "live", seconds: undefined },
    );
    expect(lines[0]).toBe("live   12.3 s");
    expect(lines.slice(-3).map((line) => line.split(/\s+/).slice(0, 5))).toEqual([
      ["symbol", "price", "bid", "ask", "1m"],
      ["BTCUSDT", "60001.5", "60001", "60002", "60000"],
      ["ETHUSDT", "-", "-", "-", "-"],
    ]);
  });
});
