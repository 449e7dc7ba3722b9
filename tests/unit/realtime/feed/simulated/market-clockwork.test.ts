import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MarketClockwork,
  type MarketObserver,
} from "../../../../../src/realtime/feed/simulated/market-clockwork.ts";
import {
  resolveVenueOptions,
  type SimulatedVenueOptions,
} from "../../../../../src/realtime/feed/simulated/venue-options.ts";

const START = Date.UTC(2025, 0, 15, 12);

/** A market that notes what it tells. */
function market(options: Partial<SimulatedVenueOptions> = {}) {
  const told: string[] = [];
  const observer: MarketObserver = {
    onTrade: ({ spec, log }, ordinal) =>
      told.push(`trade ${ordinal} ${spec.symbol} ${log.lastId} at ${log.timeOf(log.lastId)}`),
    onAggregate: ({ spec, firstFillId, log }) =>
      told.push(`aggregate ${spec.symbol} ${firstFillId} to ${log.lastId}`),
    onQuote: ({ spec, book }) => told.push(`quote ${spec.symbol} ${book.updateId}`),
    onTenth: (timeMs) => told.push(`tenth ${timeMs - START}`),
  };
  const resolved = resolveVenueOptions({
    symbols: ["BTCUSDT", "ETHUSDT"],
    tradesPerSecond: 1_000,
    ...options,
  });
  return { clockwork: new MarketClockwork(resolved, START, observer), told };
}

const tradesOf = (clockwork: MarketClockwork) => clockwork.markets.map(({ log }) => [...log]);

describe("MarketClockwork", () => {
  it("tells the same, whatever the steps that time passes in", () => {
    const whole = market();
    whole.clockwork.runTo(START + 2_000);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 300_000 }), { maxLength: 40 }), (cuts) => {
        const stepped = market();
        for (const micros of [...cuts].sort((a, b) => a - b)) stepped.clockwork.runTo(START + micros / 1_000);
        stepped.clockwork.runTo(START + 2_000);
        expect(stepped.told).toEqual(whole.told);
      }),
      { numRuns: 20 },
    );
  });

  it("makes the same trades when it is cut after any number of them; only aggregates are split", () => {
    const whole = market();
    whole.clockwork.runTo(START + 1_000);
    const cut = market();
    for (let n = 0; n < 1_000; n++) expect(cut.clockwork.runTo(Infinity, 1)).toBe(1);
    const bare = (clockwork: MarketClockwork) =>
      tradesOf(clockwork).map((trades) => trades.map(({ aggregateId: _, ...trade }) => trade));
    expect(bare(cut.clockwork)).toEqual(bare(whole.clockwork));
    expect(cut.told.filter((line) => line.startsWith("aggregate")).length).toBeGreaterThan(
      whole.told.filter((line) => line.startsWith("aggregate")).length,
    );
  });

  it("gives every symbol contiguous ids, times that never go back, and prices near where it began", () => {
    const { clockwork } = market({ tradesPerSecond: 20_000 });
    clockwork.runTo(START + 5_000);
    expect(clockwork.trades).toBe(100_000);
    for (const { log } of clockwork.markets) {
      let [id, time, aggregate] = [log.firstId - 1, 0, 0];
      for (const trade of log) {
        expect(trade.id).toBe(id + 1);
        if (trade.time < time || trade.aggregateId - aggregate > 1 || trade.aggregateId < aggregate) {
          expect.unreachable(`trade ${trade.id} follows ${id} out of order`);
        }
        [id, time, aggregate] = [trade.id, trade.time, trade.aggregateId];
      }
      expect(log.length).toBeGreaterThan(40_000);
    }
  });

  it("fills an aggregate at one price, one time and one side, and some of several trades", () => {
    const { clockwork } = market({ history: { minutes: 0 } });
    clockwork.runTo(START + 3_000);
    const trades = [...clockwork.markets[0].log];
    const sizes = [...new Set(trades.map(({ aggregateId }) => aggregateId))].map((wanted) => {
      const fills = trades.filter(({ aggregateId }) => aggregateId === wanted);
      expect(
        new Set(fills.map(({ price, time, takerBought }) => `${price} ${time} ${takerBought}`)).size,
      ).toBe(1);
      return fills.length;
    });
    expect(Math.max(...sizes)).toBeGreaterThan(2);
    expect(sizes.filter((count) => count === 1).length).toBeGreaterThan(sizes.length / 2);
  });

  it("has a sparse past with empty minutes, before the start and no longer than asked", () => {
    const { clockwork } = market({ history: { minutes: 600, tradesPerMinute: 2 } });
    const past = [...clockwork.markets[0].log];
    const minutes = new Set(past.map(({ time }) => Math.floor(time / 60_000)));
    expect(past[0].time).toBeGreaterThanOrEqual(START - 600 * 60_000);
    expect(past.at(-1)!.time).toBeLessThan(START);
    expect(minutes.size).toBeGreaterThan(300);
    expect(minutes.size).toBeLessThan(590);
    expect(past.length).toBeGreaterThan(800);
  });

  it("has no past before the epoch, where a virtual clock may begin", () => {
    const options = resolveVenueOptions({ symbols: ["BTCUSDT"] });
    const silent: MarketObserver = { onTrade() {}, onAggregate() {}, onQuote() {}, onTenth() {} };
    const clockwork = new MarketClockwork(options, 60_000, silent);
    expect(clockwork.markets[0].log.timeOf(1)).toBeGreaterThanOrEqual(0);
    expect(clockwork.markets[0].log.length).toBeLessThan(50);
  });

  it("makes other trades from another seed, and the same from the same", () => {
    const run = (seed: number) => {
      const { clockwork } = market({ seed });
      clockwork.runTo(START + 500);
      return tradesOf(clockwork);
    };
    expect(run(4)).toEqual(run(4));
    expect(run(4)).not.toEqual(run(5));
  });

  it("lets a tenth of a second pass before the trades that belong behind it, and after those before it", () => {
    const { clockwork, told } = market({ tradesPerSecond: 70, quotesPerTrade: 0 });
    clockwork.runTo(START + 2_050);
    let tenth = 0;
    for (const line of told) {
      if (line.startsWith("tenth")) {
        expect(Number(line.slice(6))).toBe(tenth + 100);
        tenth += 100;
      } else if (line.startsWith("trade")) {
        const time = Number(line.slice(line.lastIndexOf(" "))) - START;
        expect(time - (time % 100)).toBe(tenth);
      }
    }
    expect(tenth).toBe(2_000);
  });

  it("makes trades to order, after what was due before, at the time of the venue", () => {
    const { clockwork } = market({ tradesPerSecond: 0, history: { minutes: 0 } });
    clockwork.runTo(START + 10_000);
    expect(clockwork.trades).toBe(0);
    clockwork.tradeAt(clockwork.markets[0], START + 10_500.7, 6_000_000, 123, false);
    expect([...clockwork.markets[0].log]).toEqual([
      {
        id: 1,
        aggregateId: 1,
        price: "60000.00000000",
        size: "0.00123000",
        time: START + 10_500,
        takerBought: false,
      },
    ]);
  });

  it("forgets trades beyond the log's bound, and says how many", () => {
    const { clockwork } = market({ symbols: ["BTCUSDT"], logTrades: 1_000, history: { minutes: 0 } });
    clockwork.runTo(START + 3_000);
    const { log } = clockwork.markets[0];
    expect([log.length, log.firstId, log.lastId, log.forgotten]).toEqual([1_000, 2_001, 3_000, 2_000]);
    expect(log.at(2_001).id).toBe(2_001);
    expect(() => log.at(2_000)).toThrow(
      new RangeError("the log of BTCUSDT holds trades 2001 to 3000, not 2000"),
    );
    expect(() => log.at(3_001)).toThrow(RangeError);
  });
});
