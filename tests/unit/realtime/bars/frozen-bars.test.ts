import { describe, expect, it } from "vitest";
import { closedRows } from "../../../support/trades.ts";
import { GrowingSeries } from "../../../support/growing-series.ts";
import { FrozenSeries } from "../../../../src/realtime/frames/frozen-series.ts";

const frozenOf = ({ bench }: GrowingSeries) => new FrozenSeries(bench.bars.series[0]);

describe("FrozenBars", () => {
  it("copies no row, and stays as it is while bars are appended", () => {
    const growing = new GrowingSeries({ keepBars: 50 }).grow(40);
    const before = closedRows(growing.series);
    const frozen = frozenOf(growing);
    expect(frozen.closed.arrays).toBe(growing.series.closed.arrays);
    growing.grow(15);
    expect(frozen.closed.arrays).toBe(growing.series.closed.arrays);
    expect(closedRows(frozen)).toEqual(before);
  });

  it("stays as it is while the window slides over its arrays", () => {
    const growing = new GrowingSeries({ keepBars: 8 }).grow(100);
    const before = closedRows(growing.series);
    const frozen = frozenOf(growing);
    growing.grow(100);
    expect(closedRows(frozen)).toEqual(before);
    frozen.closed.release();
  });

  it("stays as it is while late trades amend, make and move bars", () => {
    const growing = new GrowingSeries({ keepBars: 20, emptyIntervals: "flat" })
      .grow(5)
      .skip()
      .skip()
      .grow(10);
    const before = closedRows(growing.series);
    const forming = growing.series.formingRow();
    const frozen = frozenOf(growing);
    growing.late(3).late(5).late(14);
    expect(closedRows(frozen)).toEqual(before);
    expect(frozen.formingRow()).toEqual(forming);
    expect(closedRows(growing.series)).not.toEqual(before);
  });

  it("copies amended rows only, and all of them where a bar is made between others", () => {
    const growing = new GrowingSeries().grow(10).skip().grow(10);
    const { closed } = growing.series;
    const frozen = frozenOf(growing);
    growing.late(3).late(3).late(7);
    expect(closed.arrays).toBe(frozen.closed.arrays);
    expect([...frozen.closed.before!.keys()]).toEqual([3, 7]);
    growing.late(10);
    expect(closed.arrays).not.toBe(frozen.closed.arrays);
    growing.late(4);
    expect([...frozen.closed.before!.keys()]).toEqual([3, 7]);
  });

  it("is told of nothing once it is released", () => {
    const growing = new GrowingSeries().grow(10).skip().grow(10);
    const { closed } = growing.series;
    const { arrays } = closed;
    const [frozen, other] = [frozenOf(growing), frozenOf(growing)];
    frozen.closed.release();
    growing.late(3);
    expect(frozen.closed.before).toBeUndefined();
    other.closed.release();
    growing.late(10);
    expect(closed.arrays).toBe(arrays);
  });

  it("keeps sums exact in rows that were copied", () => {
    const kept = new GrowingSeries().grow(20);
    const copied = new GrowingSeries().grow(20);
    for (const growing of [kept, copied]) growing.skip().grow(5);
    frozenOf(copied);
    for (const growing of [kept, copied]) growing.late(3).late(20).late(3).late(7);
    expect(closedRows(copied.series)).toEqual(closedRows(kept.series));
  });
});
