import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RealtimeDataManager, type Bar } from "../../../src/index.ts";
import { binance, binanceUsdm, SimulatedVenue, tape } from "../../../src/realtime/feed/venues/index.ts";
import { barRecords, klineFields, recordFields } from "../../support/bars.ts";
import { hasSharedData, sharedData, sharedKlines, sharedLines } from "../../support/shared-data.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const USDM_TAPE = "binance-usdm-btcusdt/usdm_btcusdt_20240808.ws.txt.gz";
const SPOT_TAPES = ["08", "09"].map((day) => `binance-spot-btcusdt/spot_btcusdt_202408${day}.ws.txt.gz`);
const MINUTE = 60_000;
const FIRST_FULL_MINUTE = Date.UTC(2024, 7, 8, 23, 55);

describe.skipIf(!hasSharedData)("recorded sessions", () => {
  const inFolder = temporaryFolder();
  const klines = hasSharedData ? sharedKlines("binance-usdm-btcusdt/klines-1m.csv.gz") : new Map();
  const fullMinutes = Array.from({ length: 5 }, (_, i) => FIRST_FULL_MINUTE + i * MINUTE);

  it("give the futures venue's own klines, and a partial first minute", async () => {
    const closed: Bar[] = [];
    await using manager = await RealtimeDataManager.open({
      venue: tape(sharedData(USDM_TAPE), { venue: binanceUsdm() }),
      symbols: ["BTCUSDT"],
      timeframes: ["1m"],
      quotes: true,
    });
    manager.on("barClosed", (bar) => closed.push(bar));
    await manager.ended;
    expect(closed.map(({ openTime }) => openTime)).toEqual([FIRST_FULL_MINUTE - MINUTE, ...fullMinutes]);
    expect(closed.map(({ isPartial }) => isPartial)).toEqual([true, false, false, false, false, false]);
    for (const bar of closed.slice(1)) expect(klineFields(bar)).toEqual(klines.get(bar.openTime));
    // Of the minute that began before the tape only the end can match.
    expect([closed[0].high, closed[0].close]).toEqual([61839.8, 61807.8]);
    const [symbol] = manager.stats().symbols;
    expect(symbol).toMatchObject({ trades: 21_313, gaps: 0, duplicates: 0, outOfOrder: 0, late: 0 });
    expect(manager.stats().messages).toMatchObject({ quotes: 66_089, other: 6_552 });
  });

  it("give the same through a real socket: tape, served venue, WebSocket, manager, frame", async () => {
    await using served = await SimulatedVenue.serveTape({
      files: sharedData(USDM_TAPE),
      flavour: "binance-usdm",
    });
    await using manager = await RealtimeDataManager.open({
      venue: binanceUsdm({ endpoints: served.endpoints }),
      symbols: ["BTCUSDT"],
      timeframes: ["1m"],
    });
    await served.play();
    await expect.poll(() => manager.stats().symbols[0].trades).toBe(21_313);
    const frame = await manager.getData("BTCUSDT", "1m");
    const records = barRecords(frame).filter(({ timestamp }) => fullMinutes.includes(timestamp.getTime()));
    expect(records).toHaveLength(5);
    for (const record of records)
      expect(recordFields(record)).toEqual(klines.get(record.timestamp.getTime()));
    expect(manager.stats().symbols[0]).toMatchObject({ gaps: 0, duplicates: 0, outOfOrder: 0 });
  });

  it("put the trades after midnight that the old file still holds into their own bar", async () => {
    await using manager = await RealtimeDataManager.open({
      venue: tape(SPOT_TAPES.map(sharedData), { venue: binance() }),
      symbols: ["BTCUSDT"],
      timeframes: ["1m", "1d"],
    });
    await manager.ended;
    const [stats] = manager.stats().symbols;
    expect(stats).toMatchObject({ trades: 19_904, gaps: 0, duplicates: 0 });
    const days = barRecords(await manager.getData("BTCUSDT", "1d"));
    const oldFile = sharedLines(SPOT_TAPES[0]).filter((line) => line.includes('"e":"trade"'));
    const midnight = Date.UTC(2024, 7, 9);
    const early = oldFile.filter((line) => Number(/"T":(\d+)/.exec(line)![1]) >= midnight);
    expect(early).toHaveLength(19);
    const firstOfDay = Number(/"t":(\d+)/.exec(early[0])![1]);
    expect(
      days.map(({ first_trade_id, last_trade_id }) => [first_trade_id, last_trade_id].map(Number)),
    ).toEqual([
      [3_735_683_259, firstOfDay - 1],
      [firstOfDay, 3_735_703_162],
    ]);
    expect(days[0].trades + days[1].trades).toBe(19_904);
  });

  it("roll a sparse session of aggregates up to the minutes that had a trade", async () => {
    const rows = sharedLines("binance-spot-xrpeth-sparse/aggtrades.csv.gz").slice(1);
    const lines = rows.map((row) => {
      const [a, p, q, f, l, T, maker] = row.split(",");
      return `${T}000000 {"e":"aggTrade","E":${T},"s":"XRPETH","a":${a},"p":"${p}","q":"${q}","f":${f},"l":${l},"T":${T},"m":${maker},"M":true}`;
    });
    const file = await inFolder("xrpeth.txt");
    writeFileSync(file, `${lines.join("\n")}\n`);
    await using manager = await RealtimeDataManager.open({
      venue: tape(file, { venue: binance() }),
      symbols: ["XRPETH"],
      timeframes: ["1m"],
      keepBars: Infinity,
    });
    await manager.ended;
    const bars = barRecords(await manager.getData("XRPETH", "1m"));
    expect(bars).toHaveLength(2_469);
    expect(bars.reduce((sum, { trades }) => sum + trades, 0)).toBe(14_672);
    expect(manager.stats().symbols[0]).toMatchObject({
      trades: 14_672,
      gaps: 0,
      outOfOrder: 0,
      duplicates: 0,
    });
  });
});
