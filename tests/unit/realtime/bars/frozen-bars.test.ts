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

  it("makes rows change in place again once it is released", () => {
    const growing = new GrowingSeries().grow(20);
    const { closed } = growing.series;
    const frozen = frozenOf(growing);
    growing.late(3);
    const copied = closed.arrays;
    expect(copied).not.toBe(frozen.closed.arrays);
    const again = frozenOf(growing);
    frozen.closed.release();
    again.closed.release();
    growing.late(4);
    expect(closed.arrays).toBe(copied);
  });

  it("keeps sums exact in rows that were copied", () => {
    const kept = new GrowingSeries().grow(20);
    const copied = new GrowingSeries().grow(20);
    frozenOf(copied);
    for (const growing of [kept, copied]) growing.late(3).late(3).late(7);
    expect(closedRows(copied.series)).toEqual(closedRows(kept.series));
  });
});
