import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../src/clock.ts";
import { VenueClock } from "../../../../src/realtime/feed/venue-clock.ts";
import { SideCode, WireField, WireRecord } from "../../../../src/realtime/feed/wire-record.ts";
import { SymbolTable } from "../../../../src/realtime/market/symbol-table.ts";
import { QuoteBoard } from "../../../../src/realtime/ring/quote-board.ts";
import { WIDE_DIGITS } from "../../../../src/realtime/ring/tick-columns.ts";
import { TickIntake } from "../../../../src/realtime/ring/tick-intake.ts";
import { TickRing } from "../../../../src/realtime/ring/tick-ring.ts";
import { WideDigitsTable } from "../../../../src/realtime/ring/wide-digits.ts";
import type { Gap } from "../../../../src/realtime/market/gap.ts";

const NOW = Date.UTC(2026, 6, 18, 12);

function scene({ capacitySlots = 16 } = {}) {
  const symbols = new SymbolTable(["BTCUSDT", "ETHUSDT"]);
  const ring = new TickRing({ capacitySlots });
  const reader = ring.reader();
  const gaps: Gap[] = [];
  const quoted: number[] = [];
  const drained: number[] = [];
  const wide = new WideDigitsTable();
  const quotes = new QuoteBoard(symbols);
  const intake = new TickIntake({
    symbols,
    ring,
    wide,
    quotes,
    venueClock: new VenueClock(new VirtualClock(NOW)),
    listener: { onGap: (gap) => gaps.push(gap), onQuote: (symbol) => quoted.push(symbol), onKline() {} },
    drain: {
      get position() {
        return reader.position;
      },
      drainNow: () => void reader.drain((slot) => drained.push(ring.columns.tradeId[slot])),
    },
  });
  const record = new WireRecord();
  return {
    symbols,
    ring,
    intake,
    gaps,
    quoted,
    drained,
    wide,
    quotes,
    record,
    trade: (id: number, values: Partial<Record<keyof typeof WireField, number>> = {}): void => {
      const defaults = {
        symbol: 0,
        eventTime: NOW + id,
        tradeTime: NOW + id,
        receivedAt: NOW + id,
        price: 100,
        size: 1,
        firstTradeId: id,
        lastTradeId: id,
        side: SideCode.buy,
        priceDecimals: 2,
        sizeDecimals: 3,
      };
      for (const [name, value] of Object.entries({ ...defaults, ...values })) {
        record.fields[WireField[name as keyof typeof WireField]] = value;
      }
      intake.onTrade(record);
    },
  };
}

describe("TickIntake", () => {
  it("writes a trade into the ring once, with the symbol's precision raised", () => {
    const { trade, ring, intake, symbols } = scene();
    trade(5, { firstTradeId: 3, price: 101.25, size: 0.5, side: SideCode.sell });
    trade(5, { firstTradeId: 3 });
    expect(ring.published).toBe(1);
    const { columns } = ring;
    expect([columns.price[0], columns.size[0], columns.tradeId[0], columns.tradeCount[0]]).toEqual([
      101.25, 0.5, 5, 3,
    ]);
    expect([columns.symbol[0], columns.flags[0], columns.time[0]]).toEqual([0, SideCode.sell, NOW + 5]);
    expect([symbols.priceDecimals[0], symbols.sizeDecimals[0]]).toEqual([2, 3]);
    expect(intake.trades[0]).toMatchObject({ trades: 3, duplicates: 1 });
  });

  it("keeps symbols apart", () => {
    const { trade, intake, gaps } = scene();
    trade(5);
    trade(900, { symbol: 1, price: 7 });
    trade(6);
    expect(gaps).toEqual([]);
    expect([intake.lastPrice(0), intake.lastPrice(1)]).toEqual([100, 7]);
    expect(intake.trades.map(({ trades }) => trades)).toEqual([2, 1]);
  });

  it("tells a gap with the ids and times around it", () => {
    const { trade, gaps } = scene();
    trade(5);
    trade(9);
    expect(gaps).toEqual([
      { symbol: "BTCUSDT", fromTradeId: 6, toTradeId: 8, fromTime: NOW + 5, toTime: NOW + 9 },
    ]);
  });

  it("counts every trade it does not take by its reason", () => {
    const { trade, intake, ring } = scene();
    intake.coverByHistory(0, 10);
    trade(8);
    trade(11);
    trade(11);
    trade(13);
    trade(12);
    trade(14, { firstTradeId: 13 });
    expect(intake.trades[0]).toEqual({
      trades: 3,
      duplicates: 1,
      outOfOrder: 1,
      coveredByHistory: 1,
      overlapping: 1,
      forgotten: 0,
      ringDropped: 0,
    });
    expect(ring.published).toBe(3);
  });

  it("keeps the price of the trade with the highest id", () => {
    const { trade, intake } = scene();
    trade(5, { price: 100 });
    trade(7, { price: 102 });
    trade(6, { price: 101 });
    expect([intake.lastPrice(0), intake.lastTradeTime(0)]).toEqual([102, NOW + 7]);
    expect([intake.lastPrice(1), intake.lastTradeTime(1)]).toEqual([undefined, undefined]);
  });

  it("has the ring drained before a tick would overwrite one that nobody took", () => {
    const { trade, ring, drained } = scene({ capacitySlots: 4 });
    for (let id = 1; id <= 10; id++) trade(id);
    expect(drained).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(ring.published).toBe(10);
  });

  it("keeps digits that a float64 cannot carry beside the ring", () => {
    const { trade, ring, wide, record } = scene();
    const digits = { price: { mantissa: 10n ** 18n + 1n, decimals: 8 }, size: { mantissa: 3n, decimals: 0 } };
    record.wide = digits;
    trade(5);
    expect(ring.columns.flags[0]).toBe(SideCode.buy | WIDE_DIGITS);
    expect(wide.get(0, 5)).toBe(digits);
  });

  it("misses no trade where the venue used ids up without one", () => {
    const { trade, ring, intake, gaps, record } = scene();
    trade(5);
    record.fields[WireField.firstTradeId] = record.fields[WireField.lastTradeId] = 6;
    intake.onOther(record);
    trade(7);
    expect(gaps).toEqual([]);
    expect([ring.published, intake.continuity[0].missingTrades]).toEqual([2, 0]);
    record.fields[WireField.firstTradeId] = record.fields[WireField.lastTradeId] = 9;
    intake.onOther(record);
    expect(gaps).toMatchObject([{ fromTradeId: 8, toTradeId: 8 }]);
  });

  it("knows the earliest time of any message, whatever comes first", () => {
    const { trade, intake, record } = scene();
    expect(intake.feedStart).toBe(Infinity);
    trade(50);
    trade(40);
    record.fields[WireField.eventTime] = Number.NaN;
    record.fields[WireField.lastTradeId] = Number.NaN;
    intake.onOther(record);
    expect(intake.feedStart).toBe(NOW + 40);
    record.fields[WireField.eventTime] = NOW + 10;
    intake.onOther(record);
    expect(intake.feedStart).toBe(NOW + 10);
  });

  it("puts quotes on the board and counts rejected messages by reason", () => {
    const { intake, quotes, quoted, record } = scene();
    record.fields.set([1, Number.NaN, NOW], 0);
    record.fields.set([10, 1, 11, 2], WireField.bid);
    intake.onQuote(record);
    intake.onRejected("badNumber");
    expect(quoted).toEqual([1]);
    expect(quotes.get(0)).toBeUndefined();
    expect(quotes.get(1)).toEqual({
      symbol: "ETHUSDT",
      bid: 10,
      bidSize: 1,
      ask: 11,
      askSize: 2,
      time: Number.NaN,
      receivedAt: NOW,
    });
    expect(intake.messages).toMatchObject({ quotes: 1, rejected: { badNumber: 1, malformed: 0 } });
  });
});
