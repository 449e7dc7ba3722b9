import { describe, expect, it } from "vitest";
import { checkKlines } from "../../../src/cli/kline-check.ts";
import { RealtimeDataManager } from "../../../src/index.ts";
import { binance, tape, type Venue } from "../../../src/realtime/feed/venues/index.ts";
import { MINUTE, tradeLines, writeTape } from "../../support/trade-tapes.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

type HistorySource = NonNullable<Venue["history"]>;
type VenueBar = Awaited<ReturnType<HistorySource["bars"]>>[number];

const path = temporaryFolder();

const KLINES: readonly VenueBar[] = [0, 60_000].map((at) => ({
  openTime: MINUTE + at,
  open: "100.00",
  high: "101.50000000",
  low: "100.0",
  close: "101.5",
  volume: "3",
  quoteVolume: "303",
  takerBuyVolume: "2.00",
  trades: 2,
}));

/** A manager with the two closed bars of {@link KLINES}, and a partial one before. */
async function manager(): Promise<RealtimeDataManager> {
  const trades = [
    { id: 1, at: -10 },
    { id: 2, at: 0, price: "100", sold: true },
    { id: 3, at: 10, price: "101.5", size: "2" },
    { id: 4, at: 60_000, price: "100", sold: true },
    { id: 5, at: 60_010, price: "101.5", size: "2" },
    { id: 6, at: 120_000 },
  ];
  const file = await writeTape(await path("tape.txt"), tradeLines(trades));
  const opened = await RealtimeDataManager.open({
    venue: tape(file, { venue: binance() }),
    symbols: ["BTCUSDT"],
  });
  await opened.ended;
  await opened.close();
  return opened;
}

/** A venue that serves these klines. */
function historyOf(klines: readonly VenueBar[]): HistorySource {
  return {
    intervals: ["1m"],
    bars: async (_symbol, _interval, { startTime = 0, endTime = Infinity }) =>
      klines.filter(({ openTime }) => openTime >= startTime && openTime <= endTime),
    trades: async () => ({ trades: [], nextAggregateId: undefined }),
  };
}

describe("checkKlines", () => {
  it("finds whole bars equal to the venue's, however those write their numbers", async () => {
    expect(await checkKlines(await manager(), historyOf(KLINES))).toEqual({
      bars: 2,
      equal: 2,
      firstDifference: undefined,
    });
  });

  it("names the first field that differs", async () => {
    const [first, second] = KLINES;
    const check = await checkKlines(
      await manager(),
      historyOf([first, { ...second, takerBuyVolume: "2.01" }]),
    );
    expect(check).toEqual({
      bars: 2,
      equal: 1,
      firstDifference:
        "BTCUSDT 1m bar of 2024-08-08T12:01:00.000Z: taker buy volume is 2, the venue's is 2.01",
    });
  });

  it("counts a bar that the venue does not have as a difference", async () => {
    const check = await checkKlines(await manager(), historyOf(KLINES.slice(1)));
    expect(check).toMatchObject({ equal: 1, firstDifference: "BTCUSDT 1m bar of 2024-08-08T12:00:00.000Z: the venue has none" }); // prettier-ignore
  });
});
