import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RealtimeDataManager } from "../../../src/index.ts";
import { binance, tape } from "../../../src/realtime/feed/venues/index.ts";
import { barRecords } from "../../support/bars.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const START = Date.UTC(2025, 2, 3, 11, 59, 20);
const TIMEFRAMES = ["1s", "1m", "5m"];

interface Line {
  readonly id: number;
  readonly time: number;
  readonly price: string;
  readonly size: string;
  readonly maker: boolean;
}

const session = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: 0, max: 4_000 }),
      cents: fc.integer({ min: 5_900_000, max: 6_100_000 }),
      lots: fc.integer({ min: 1, max: 500_000 }),
      maker: fc.boolean(),
    }),
    { minLength: 2, maxLength: 60 },
  )
  .map((steps) => {
    let time = START;
    return steps.map(({ stepMs, cents, lots, maker }, i): Line => {
      time += stepMs;
      return { id: 100 + i, time, price: (cents / 100).toFixed(8), size: (lots / 1e5).toFixed(8), maker };
    });
  });

/** The session as it might arrive: in any order, with some lines twice or thrice. */
const disordered = session.chain((lines) =>
  fc.record({
    lines: fc.constant(lines),
    arrived: fc.array(fc.nat(lines.length - 1), { maxLength: 20 }).chain((again) => {
      const all = [...lines, ...again.map((i) => lines[i])];
      return fc.shuffledSubarray(all, { minLength: all.length });
    }),
  }),
);

describe("a tape in disorder", () => {
  const inFolder = temporaryFolder();

  async function barsOf(lines: readonly Line[]) {
    const file = await inFolder("session.txt");
    writeFileSync(file, lines.map((line, i) => `${START + i}000000 ${tradeMessage(line)}\n`).join(""));
    await using manager = await RealtimeDataManager.open({
      venue: tape(file, { venue: binance() }),
      symbols: ["BTCUSDT"],
      timeframes: TIMEFRAMES,
      keepBars: Infinity,
    });
    await manager.ended;
    return { rows: await rowsOf(manager), stats: manager.stats().symbols[0] };
  }

  it("gives the bars of the sorted tape without its duplicates, and counts what it saw", async () => {
    await fc.assert(
      fc.asyncProperty(disordered, async ({ lines, arrived }) => {
        const sorted = await barsOf(lines);
        const actual = await barsOf(arrived);
        expect(actual.rows).toEqual(sorted.rows);
        expect(actual.stats).toMatchObject({
          trades: lines.length,
          duplicates: arrived.length - lines.length,
          outOfOrder: countOutOfOrder(arrived),
          tooLate: 0,
        });
        expect(sorted.stats).toMatchObject({ duplicates: 0, outOfOrder: 0, late: 0, gaps: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it("drops nothing and makes no bar of messages that are damaged", async () => {
    const [lines] = fc.sample(session, { numRuns: 1, seed: 7 });
    const expected = await barsOf(lines);
    const file = await inFolder("damaged.txt");
    const damaged = lines.flatMap((line, i) => [
      `${START + i}000000 ${tradeMessage(line)}`,
      `${START + i}000000 ${tradeMessage(line).slice(0, 40 + i)}`,
      `${START + i}000000 ${tradeMessage({ ...line, id: 100_000 + i }).replace('"p":"', '"p":"x')}`,
    ]);
    writeFileSync(file, `${damaged.join("\n")}\n`);
    await using manager = await RealtimeDataManager.open({
      venue: tape(file, { venue: binance() }),
      symbols: ["BTCUSDT"],
      timeframes: TIMEFRAMES,
      keepBars: Infinity,
    });
    await manager.ended;
    expect(await rowsOf(manager)).toEqual(expected.rows);
    const { malformed, badNumber } = manager.stats().messages.rejected;
    expect([malformed, badNumber]).toEqual([lines.length, lines.length]);
  });
});

/** The bars of every timeframe, without what depends on the order of arrival. */
async function rowsOf(manager: RealtimeDataManager) {
  const frames = await manager.getMtfData("BTCUSDT");
  return TIMEFRAMES.map((name) => barRecords(frames[name]).map(({ revision: _, closed: __, ...row }) => row));
}

function tradeMessage({ id, time, price, size, maker }: Line): string {
  const data = `{"e":"trade","E":${time + 1},"s":"BTCUSDT","t":${id},"p":"${price}","q":"${size}","T":${time},"m":${maker},"M":true}`;
  return `{"stream":"btcusdt@trade","data":${data}}`;
}

/** Lines that came, for the first time, after one with a higher id. */
function countOutOfOrder(arrived: readonly Line[]): number {
  const seen = new Set<number>();
  let newest = -1;
  let count = 0;
  for (const { id } of arrived) {
    if (!seen.has(id) && id < newest) count++;
    seen.add(id);
    newest = Math.max(newest, id);
  }
  return count;
}
