import { describe, expect, it } from "vitest";
import {
  ClosedError,
  LockTimeoutError,
  UnknownSymbolError,
  UnknownTimeframeError,
} from "../../../src/index.ts";
import { barRecords } from "../../support/bars.ts";
import { openLive, START, type LiveScene } from "../../support/live.ts";

/** Three one-minute bars: 100..101, 110..112 and a forming one at 120. */
async function threeMinutes(live: LiveScene): Promise<void> {
  await live.trade("100", "1");
  await live.trade("101", "2");
  await live.passTo(START + 60_000);
  await live.trade("110", "3");
  await live.trade("112", "4", "sell");
  await live.passTo(START + 120_000);
  await live.trade("120", "5");
}

describe("data access", () => {
  it("gives frames of all bars, the newest, those since a time, and of every timeframe", async () => {
    await using live = await openLive({ timeframes: ["1m", "5m"] });
    const { manager } = live;
    await threeMinutes(live);
    const closes = async (frame: Promise<Parameters<typeof barRecords>[0]>) =>
      barRecords(await frame).map(({ close }) => close);
    expect(await closes(manager.getData("BTCUSDT", "1m"))).toEqual([101, 112, 120]);
    expect(await closes(manager.getData("BTCUSDT", "1m", { bars: 2 }))).toEqual([112, 120]);
    expect(await closes(manager.getLatestBars("BTCUSDT", "1m"))).toEqual([120]);
    expect(await closes(manager.getLatestBars("BTCUSDT", "1min", 2))).toEqual([112, 120]);
    expect(await closes(manager.getBarsSince("BTCUSDT", "1m", new Date(START + 60_000)))).toEqual([112, 120]);
    expect(await closes(manager.getBarsSince("BTCUSDT", "1m", START + 60_001))).toEqual([120]);
    expect(await closes(manager.getBarsSince("BTCUSDT", "1m", START + 999_999))).toEqual([]);
    const frames = await manager.getMtfData("BTCUSDT");
    expect(Object.keys(frames)).toEqual(["1m", "5m"]);
    expect(barRecords(frames["5m"])).toMatchObject([
      { open: 100, high: 120, low: 100, close: 120, volume: 15, closed: false },
    ]);
    expect((await manager.getData("ETHUSDT", "1m")).height).toBe(0);
  });

  it("hands the same frame out until a trade changes it", async () => {
    await using live = await openLive({ timeframes: ["1m"] });
    await live.trade("100");
    const first = await live.manager.getData("BTCUSDT", "1m");
    expect(await live.manager.getData("BTCUSDT", "1m")).toBe(first);
    await live.trade("101");
    const second = await live.manager.getData("BTCUSDT", "1m");
    expect(second).not.toBe(first);
    expect(barRecords(first)[0].close).toBe(100);
    expect(() => second.extend(first)).toThrow(/clone\(\)/);
  });

  it("gives the figures of the newest bars", async () => {
    await using live = await openLive({ timeframes: ["1m"] });
    const { manager } = live;
    expect(manager.getOhlc("BTCUSDT", "1m")).toBeUndefined();
    expect(manager.getPriceRange("BTCUSDT", "1m")).toBeUndefined();
    expect(manager.getVolumeStats("BTCUSDT", "1m")).toBeUndefined();
    expect(manager.getCurrentPrice("BTCUSDT")).toBeUndefined();
    await threeMinutes(live);
    expect(manager.getOhlc("BTCUSDT", "1m")).toEqual({
      open: 120,
      high: 120,
      low: 120,
      close: 120,
      volume: 5,
    });
    expect(manager.getPriceRange("BTCUSDT", "1m")).toEqual({
      high: 120,
      low: 100,
      range: 20,
      averageRange: 1,
      bars: 3,
    });
    expect(manager.getPriceRange("BTCUSDT", "1m", { bars: 2 })).toMatchObject({
      high: 120,
      low: 110,
      bars: 2,
    });
    expect(manager.getVolumeStats("BTCUSDT", "1m")).toEqual({
      total: 15,
      average: 5,
      current: 5,
      relative: 1,
      bars: 3,
    });
    expect(manager.isDataReady("BTCUSDT", { minBars: 3 })).toBe(true);
    expect(manager.isDataReady("BTCUSDT")).toBe(false);
    expect(() => manager.getPriceRange("BTCUSDT", "1m", { bars: 0 })).toThrow(RangeError);
  });

  it("refuses symbols and timeframes it was not opened with, and bad counts", async () => {
    await using live = await openLive({ timeframes: ["1m"] });
    await expect(live.manager.getData("DOGEUSDT", "1m")).rejects.toThrow(UnknownSymbolError);
    await expect(live.manager.getData("BTCUSDT", "5m")).rejects.toThrow(UnknownTimeframeError);
    await expect(live.manager.getData("BTCUSDT", "5m")).rejects.toThrow(/"5m".*this manager has 1m/);
    await expect(live.manager.getData("BTCUSDT", "1m", { bars: 0 })).rejects.toThrow(RangeError);
    await expect(live.manager.getBarsSince("BTCUSDT", "1m", Number.NaN)).rejects.toThrow(RangeError);
    await expect(live.manager.withRead("DOGEUSDT", () => 1)).rejects.toThrow(UnknownSymbolError);
    expect(() => live.manager.getRecentTicks("BTCUSDT", -1)).toThrow(RangeError);
  });
});

describe.each(["rwlock", "snapshot", "adaptive"] as const)("withRead (%s)", (guard) => {
  it("holds all timeframes at one commit across awaits, and loses no tick", async () => {
    await using live = await openLive({ timeframes: ["1m", "5m"], guard });
    const { manager } = live;
    await live.trade("100");
    await manager.withRead("BTCUSDT", async (frames) => {
      const before = frames.commit;
      const first = frames.get("1m");
      await live.trade("101");
      await live.passTo(START + 60_000);
      await live.trade("102");
      expect(frames.commit).toBe(before);
      expect(frames.get("1m")).toBe(first);
      for (const timeframe of manager.timeframes)
        expect(barRecords(frames.get(timeframe))).toMatchObject([{ close: 100, trades: 1, closed: false }]);
      expect(manager.getCurrentPrice("BTCUSDT")).toBe(102);
    });
    await expect.poll(() => manager.getOhlc("BTCUSDT", "5m")?.close).toBe(102);
    expect(barRecords(await manager.getData("BTCUSDT", "1m"))).toMatchObject([
      { close: 101, trades: 2, closed: true },
      { close: 102, trades: 1, closed: false },
    ]);
  });

  it("gives no frame once the read is over", async () => {
    await using live = await openLive({ timeframes: ["1m"], guard });
    await live.trade("100");
    const kept = await live.manager.withRead("BTCUSDT", (frames) => frames);
    expect(() => kept.get("1m")).toThrow(ClosedError);
    expect(() => kept.commit).toThrow("the read of BTCUSDT is closed");
  });

  it("does not hold up other symbols", async () => {
    await using live = await openLive({ timeframes: ["1m"], guard });
    await live.manager.withRead("ETHUSDT", async () => {
      await live.trade("100");
      expect(barRecords(await live.manager.getData("BTCUSDT", "1m"))).toHaveLength(1);
    });
  });
});

describe("withRead by snapshot, as a manager has it by default", () => {
  it("commits trades and closes bars while somebody reads, and lets reads be nested", async () => {
    await using live = await openLive({ timeframes: ["1m"] });
    const { manager } = live;
    const closed: number[] = [];
    manager.on("barClosed", ({ close }) => closed.push(close));
    await live.trade("100");
    await manager.withRead("BTCUSDT", async (outer) => {
      await live.trade("101");
      await live.passTo(START + 60_000);
      await live.trade("110");
      expect(closed).toEqual([101]);
      expect(manager.health().symbols[0].backlogTicks).toBe(0);
      await manager.withRead("BTCUSDT", async (inner) => {
        await live.trade("111");
        expect(barRecords(inner.get("1m")).map(({ close }) => close)).toEqual([101, 110]);
        expect(barRecords(outer.get("1m")).map(({ close }) => close)).toEqual([100]);
        // A single read sees the newest.
        expect(barRecords(await manager.getData("BTCUSDT", "1m")).at(-1)?.close).toBe(111);
      });
    });
    expect(manager.stats().symbols[0].guard).toMatchObject({ serves: "snapshot", reads: 2, lockedReads: 0 });
    expect(manager.stats().symbols[0].guard.frozenViews).toBeGreaterThan(0);
    expect(manager.lockStats().find(({ name }) => name === "frames:BTCUSDT")!.write.contended).toBe(0);
  });
});

describe("withRead by rwlock", () => {
  it("holds all timeframes at one commit across awaits, loses no tick, and commits them afterwards", async () => {
    await using live = await openLive({ timeframes: ["1m", "5m"], guard: "rwlock" });
    const { manager } = live;
    await live.trade("100");
    const told: string[] = [];
    manager.on("tick", ({ price }) => told.push(`tick ${price}`));
    manager.on("barUpdated", ({ timeframe, close }) => told.push(`${timeframe} ${close}`));
    await manager.withRead("BTCUSDT", async (frames) => {
      const before = frames.commit;
      await live.trade("101");
      await live.trade("102");
      expect(manager.health().symbols[0].backlogTicks).toBe(2);
      expect(frames.commit).toBe(before);
      for (const timeframe of manager.timeframes)
        expect(barRecords(frames.get(timeframe))[0].close).toBe(100);
      // A single read sees the same: the writer waits for this reader.
      expect(barRecords(await manager.getData("BTCUSDT", "1m"))[0].close).toBe(100);
      expect(manager.getCurrentPrice("BTCUSDT")).toBe(102);
    });
    await expect.poll(() => manager.health().symbols[0].backlogTicks).toBe(0);
    expect(barRecords(await manager.getData("BTCUSDT", "5m"))).toMatchObject([{ close: 102, trades: 3 }]);
    expect(told).toEqual(["tick 101", "tick 102", "1m 102", "5m 102"]);
  });

  it("closes bars that ended meanwhile when the reader has left, in order", async () => {
    await using live = await openLive({ timeframes: ["1m"], guard: "rwlock" });
    const closed: number[] = [];
    live.manager.on("barClosed", ({ close }) => closed.push(close));
    await live.trade("100");
    await live.manager.withRead("BTCUSDT", async () => {
      live.clock.advanceTo(START + 60_000);
      await live.trade("110");
      live.clock.advanceTo(START + 180_000);
      expect(closed).toEqual([]);
    });
    await expect.poll(() => closed).toEqual([100, 110]);
  });

  it("drops and counts ticks when a reader holds on for too long, and says so once", async () => {
    const errors: string[] = [];
    await using live = await openLive({ timeframes: ["1m"], maxBacklogTicks: 2, guard: "rwlock" });
    live.manager.on("error", ({ message }) => errors.push(message));
    await live.trade("100");
    await live.manager.withRead("BTCUSDT", async () => {
      for (const price of ["101", "102", "103", "104"]) await live.trade(price);
    });
    await expect.poll(() => live.manager.health().symbols[0].backlogTicks).toBe(0);
    expect(live.manager.getOhlc("BTCUSDT", "1m")).toMatchObject({ close: 102, volume: 3 });
    expect(live.manager.stats().symbols[0].backlogDropped).toBe(2);
    expect(live.manager.health().isHealthy).toBe(false);
    expect(errors).toEqual([expect.stringMatching(/frames of BTCUSDT.* 2 ticks wait/)]);
  });

  it("gives up waiting by timeout, and reports waits and holds by mode", async () => {
    await using live = await openLive({ timeframes: ["1m"], guard: "rwlock" });
    await live.trade("100");
    await live.manager.withRead("BTCUSDT", async () => {
      // A writer that waits goes before later readers.
      await live.trade("101");
      const second = live.manager.withRead("BTCUSDT", () => 1, { timeoutMs: 0 });
      await expect(second).rejects.toThrow(LockTimeoutError);
    });
    const report = live.manager.lockStats().find(({ name }) => name === "frames:BTCUSDT")!;
    expect(report.read).toMatchObject({ acquisitions: 1, timeouts: 1 });
    expect(report.write.contended).toBe(1);
    expect(report.write.wait.maxMs).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(live.manager.lockStats()))).toEqual(live.manager.lockStats());
    const profile = live.manager.lockProfile();
    expect(profile.locks).toEqual(live.manager.lockStats());
    expect(profile.spanMs).toBeGreaterThan(0);
  });
});

describe("withRead by an adaptive guard", () => {
  it("tells when it serves a symbol's readers in another way", async () => {
    await using live = await openLive({ timeframes: ["1m"], guard: { windowAccesses: 4 } });
    const { manager } = live;
    const told: unknown[] = [];
    manager.on("guardSwitched", (notice) => told.push(notice));
    for (const price of ["100", "101", "102", "103"]) await live.trade(price);
    await expect
      .poll(() => told)
      .toEqual([{ symbol: "BTCUSDT", from: "snapshot", to: "rwlock", readShare: 0 }]);
    expect(manager.stats().symbols[0].guard).toMatchObject({ serves: "rwlock", switches: 1 });
  });

  it("is refused before anything is connected when its settings are none", async () => {
    await expect(openLive({ guard: { snapshotFrom: 2 } })).rejects.toThrow(
      "snapshotFrom must be from 0 to 1, was 2",
    );
    await expect(openLive({ guard: "mutex" as "rwlock" })).rejects.toThrow('was "mutex"');
  });
});
