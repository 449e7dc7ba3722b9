import pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { FrameReaders, type ReadableManager } from "../../../src/cli/frame-readers.ts";

interface World {
  commit: number;
  /** Id of the newest trade in each timeframe. */
  ids: Record<string, number>;
}

/** A manager whose lock keeps nothing still: `disturb` runs while a reader looks. */
function managerOf(world: World, disturb: () => void): ReadableManager {
  const frames = {
    get commit() {
      return world.commit;
    },
    get: (timeframe: string) => pl.DataFrame({ close: [1], last_trade_id: [world.ids[timeframe]] }),
  };
  return {
    symbols: ["X"],
    timeframes: ["1s", "1m"],
    withRead: async (_symbol: string, read: (given: typeof frames) => unknown) => {
      const reading = read(frames);
      disturb();
      return reading;
    },
  } as unknown as ReadableManager;
}

/** How many of the first five reads were torn. */
async function tornOfFive(world: World, disturb: () => void = () => {}): Promise<number> {
  let reads = 0;
  await new Promise<void>((resolve, reject) => {
    const readers = new FrameReaders(
      managerOf(world, () => {
        disturb();
        if (++reads === 5) readers.stop().then(() => resolve(), reject);
      }),
      { readers: 1 },
    );
    torn = () => readers.tornReads;
  });
  return torn();
}

let torn: () => number;

describe("FrameReaders", () => {
  it("finds reads whole while nothing changes", async () => {
    expect(await tornOfFive({ commit: 1, ids: { "1s": 7, "1m": 7 } })).toBe(0);
  });

  it("takes bars of the past, which have no ids, for no difference", async () => {
    expect(await tornOfFive({ commit: 1, ids: { "1s": -1, "1m": 7 } })).toBe(0);
  });

  it("finds timeframes that end with different trades", async () => {
    expect(await tornOfFive({ commit: 1, ids: { "1s": 8, "1m": 7 } })).toBe(5);
  });

  it("finds frames that change while it awaits", async () => {
    const world = { commit: 1, ids: { "1s": 7, "1m": 7 } };
    expect(await tornOfFive(world, () => world.ids = { "1s": world.ids["1s"] + 1, "1m": world.ids["1m"] + 1 })).toBe(5); // prettier-ignore
  });

  it("finds a commit while it awaits", async () => {
    const world = { commit: 1, ids: { "1s": 7, "1m": 7 } };
    expect(await tornOfFive(world, () => world.commit++)).toBe(5);
  });
});
