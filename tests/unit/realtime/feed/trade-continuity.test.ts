import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  Arrival,
  TradeContinuity,
  type ArrivalCode,
} from "../../../../src/realtime/feed/trade-continuity.ts";
import { WireField, WireRecord } from "../../../../src/realtime/feed/wire-record.ts";

const { fields } = new WireRecord();

function judge(continuity: TradeContinuity, firstId: number, lastId = firstId): ArrivalCode {
  fields[WireField.firstTradeId] = firstId;
  fields[WireField.lastTradeId] = lastId;
  return continuity.judge(fields);
}

function judgeAll(continuity: TradeContinuity, ...ids: number[]): ArrivalCode[] {
  return ids.map((id) => judge(continuity, id));
}

const { inOrder, afterGap, outOfOrder, duplicate, overlap, forgotten } = Arrival;

describe("TradeContinuity", () => {
  it("takes contiguous ids as in order, whatever the first is", () => {
    expect(judgeAll(new TradeContinuity(), 3_735_683_259, 3_735_683_260)).toEqual([inOrder, inOrder]);
    expect(judgeAll(new TradeContinuity(), 0, 1, 2)).toEqual([inOrder, inOrder, inOrder]);
  });

  it("says after which trade there is a hole, and what is missing until it is filled", () => {
    const continuity = new TradeContinuity();
    expect(judgeAll(continuity, 10, 14)).toEqual([inOrder, afterGap]);
    expect([continuity.gaps, continuity.missingTrades, continuity.lastId]).toEqual([1, 3, 14]);
    expect([new TradeContinuity().gapFrom, continuity.gapFrom]).toEqual([-1, 11]);
    expect(judgeAll(continuity, 12, 11)).toEqual([outOfOrder, outOfOrder]);
    expect(continuity.missingTrades).toBe(1);
    expect(judgeAll(continuity, 13, 15)).toEqual([outOfOrder, inOrder]);
    expect([continuity.gaps, continuity.missingTrades]).toEqual([1, 0]);
  });

  it("tells a duplicate from a late trade, also inside a filled hole", () => {
    const continuity = new TradeContinuity();
    judgeAll(continuity, 10, 14, 12);
    expect(judgeAll(continuity, 10, 12, 14, 13)).toEqual([duplicate, duplicate, duplicate, outOfOrder]);
  });

  it("takes trades from before the first one it saw, once, and does not miss them", () => {
    const continuity = new TradeContinuity();
    expect(judgeAll(continuity, 10, 8, 8, 9)).toEqual([inOrder, outOfOrder, duplicate, outOfOrder]);
    expect(continuity.missingTrades).toBe(0);
  });

  it("judges aggregates by all their ids", () => {
    const continuity = new TradeContinuity();
    expect(judge(continuity, 10, 12)).toBe(inOrder);
    expect(judge(continuity, 13, 13)).toBe(inOrder);
    expect(judge(continuity, 20, 25)).toBe(afterGap);
    expect(judge(continuity, 14, 19)).toBe(outOfOrder);
    expect(judge(continuity, 20, 25)).toBe(duplicate);
    expect(judge(continuity, 22, 24)).toBe(duplicate);
    expect(judge(continuity, 24, 27)).toBe(overlap);
    expect(judge(continuity, 26, 30)).toBe(inOrder);
  });

  it("is not blinded by an absurd id: the real trades below it are still taken, once", () => {
    const continuity = new TradeContinuity();
    expect(judgeAll(continuity, 10, Number.MAX_SAFE_INTEGER, 11, 12, 11)).toEqual([
      inOrder,
      afterGap,
      outOfOrder,
      outOfOrder,
      duplicate,
    ]);
  });

  it("calls everything that history covers a duplicate, and goes on behind it", () => {
    const fresh = new TradeContinuity();
    fresh.cover(20);
    expect(judgeAll(fresh, 20, 5, 21, 23)).toEqual([duplicate, duplicate, inOrder, afterGap]);
    const running = new TradeContinuity();
    judgeAll(running, 18, 22, 30);
    running.cover(25);
    expect(judgeAll(running, 19, 25, 26, 31)).toEqual([duplicate, duplicate, outOfOrder, inOrder]);
    expect(running.missingTrades).toBe(3);
  });

  it("bounds its memory: the oldest of too many holes is forgotten, and what would fill it counted apart", () => {
    const continuity = new TradeContinuity();
    for (let id = 1_000; id <= 1_000 + 2 * 5_000; id += 2) judge(continuity, id);
    expect(judge(continuity, 1_001)).toBe(forgotten);
    expect(judge(continuity, 1_000 + 2 * 5_000 - 1)).toBe(outOfOrder);
    expect(judge(continuity, 500)).toBe(outOfOrder);
  });

  it("agrees with a set of ids for any order of arrival", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 100, max: 160 }), { maxLength: 200 }), (ids) => {
        const continuity = new TradeContinuity();
        const seen = new Set<number>();
        for (const id of ids) {
          const newest = Math.max(-1, ...seen);
          const expected = seen.has(id)
            ? duplicate
            : seen.size === 0 || id === newest + 1
              ? inOrder
              : id > newest
                ? afterGap
                : outOfOrder;
          expect(judge(continuity, id)).toBe(expected);
          seen.add(id);
        }
        const missing = Array.from({ length: 61 }, (_, i) => 100 + i).filter(
          (id) => ids.length > 0 && id > ids[0] && id < Math.max(...ids) && !seen.has(id),
        );
        expect(continuity.missingTrades).toBe(missing.length);
      }),
    );
  });
});
