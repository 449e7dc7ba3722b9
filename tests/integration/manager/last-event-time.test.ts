import { describe, expect, it } from "vitest";
import { RealtimeDataManager } from "../../../src/index.ts";
import { binance, tape } from "../../../src/realtime/feed/venues/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { lineAt, MINUTE, tradeLines, tradeMessage, writeTape } from "../../support/trade-tapes.ts";

const path = temporaryFolder();

async function played(text: string): Promise<RealtimeDataManager> {
  const file = await writeTape(await path("tape.txt"), text);
  const manager = await RealtimeDataManager.open({
    venue: tape(file, { venue: binance() }),
    symbols: ["BTCUSDT"],
  });
  await manager.ended;
  await manager.close();
  return manager;
}

describe("health().lastEventTime", () => {
  it("is the latest time a message told, in whatever order they came", async () => {
    const manager = await played(tradeLines([5, 9, 7].map((id) => ({ id, at: id * 1_000 }))));
    expect(manager.health().lastEventTime).toBe(MINUTE + 9_000);
  });

  it("counts messages that are no trades", async () => {
    const depth = `{"e":"depthUpdate","E":${MINUTE + 60_000},"s":"BTCUSDT","U":1,"u":2,"b":[],"a":[]}`;
    const manager = await played(tradeLines([{ id: 1, at: 0 }]) + lineAt(60_000, depth));
    expect(manager.health().lastEventTime).toBe(MINUTE + 60_000);
  });

  it("is not known before the first message that tells one", async () => {
    expect((await played("")).health().lastEventTime).toBeUndefined();
  });
});

describe("a tape that ends", () => {
  it("closes the bars that its messages say have ended, where the clock lags behind them", async () => {
    // A clock takes no single message's word, so the last one, which came faster, does not move it.
    const slow = [1, 2].map((id) => lineAt(id * 20_000 + 5_000, tradeMessage({ id, at: id * 20_000 })));
    const manager = await played(slow.join("") + lineAt(60_001, tradeMessage({ id: 3, at: 60_000 })));
    const frame = await manager.getData("BTCUSDT", "1m");
    expect(frame.getColumn("closed").toArray()).toEqual([true, false]);
    const quiet = `{"e":"depthUpdate","E":${MINUTE + 60_000},"s":"BTCUSDT","U":1,"u":2,"b":[],"a":[]}`;
    const alone = await played(slow.join("") + lineAt(60_001, quiet));
    expect((await alone.getData("BTCUSDT", "1m")).getColumn("closed").toArray()).toEqual([true]);
  });
});
