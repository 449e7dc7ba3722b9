import type pl from "nodejs-polars";
import { describe, expect, it } from "vitest";
import { FrozenSeries } from "../../../../src/realtime/frames/frozen-series.ts";
import { FrameStore } from "../../../../src/realtime/frames/frame-store.ts";
import { expectedFrame, GrowingSeries } from "../../../support/growing-series.ts";

function expectFrame(actual: pl.DataFrame, expected: pl.DataFrame): void {
  if (!actual.frameEqual(expected)) expect(actual.toRecords()).toEqual(expected.toRecords());
  expect(actual.height).toBe(expected.height);
}

describe("FrameStore", () => {
  it("gives the closed bars, oldest first, and the forming one last", () => {
    const { series } = new GrowingSeries().grow(10);
    expectFrame(new FrameStore().frame(series), expectedFrame(series));
  });

  it("gives a frame without rows before the first trade", () => {
    const { series } = new GrowingSeries();
    expect(new FrameStore().frame(series).shape).toEqual({ height: 0, width: 14 });
    expect(new FrameStore().frame(series, { bars: 5 }).height).toBe(0);
  });

  it("gives the newest bars when asked for a number of them, the forming one counted", () => {
    const { series } = new GrowingSeries().grow(10);
    const store = new FrameStore();
    for (const bars of [1, 2, 9, 10]) {
      expectFrame(store.frame(series, { bars }), expectedFrame(series, bars));
    }
  });

  it("gives all bars when asked for more than there are", () => {
    const { series } = new GrowingSeries().grow(10);
    const store = new FrameStore();
    expect(store.frame(series, { bars: 11 })).toBe(store.frame(series));
  });

  it.each([0, -1, 1.5, NaN, Infinity])("refuses %d bars", (bars) => {
    const { series } = new GrowingSeries().grow(3);
    const store = new FrameStore();
    store.frame(series);
    expect(() => store.frame(series, { bars })).toThrow(
      new RangeError(`bars must be a whole number above 0, was ${bars}`),
    );
  });

  it("gives the same frame until the series changes", () => {
    const growing = new GrowingSeries().grow(10);
    const store = new FrameStore();
    const all = store.frame(growing.series);
    const three = store.frame(growing.series, { bars: 3 });
    expect(store.frame(growing.series)).toBe(all);
    expect(store.frame(growing.series, { bars: 3 })).toBe(three);
    growing.grow(1);
    expect(store.frame(growing.series)).not.toBe(all);
    expectFrame(store.frame(growing.series), expectedFrame(growing.series));
    expectFrame(store.frame(growing.series, { bars: 3 }), expectedFrame(growing.series, 3));
  });

  it("leaves a frame as it was when the series goes on", () => {
    const growing = new GrowingSeries({ keepBars: 30 }).grow(30);
    const expected = expectedFrame(growing.series);
    const held = new FrameStore().frame(growing.series);
    growing.grow(100).late(125);
    expectFrame(held, expected);
  });

  it("shows an amended bar with its revision", () => {
    const growing = new GrowingSeries().grow(10);
    const store = new FrameStore();
    expect(store.frame(growing.series).getColumn("revision").toArray()[4]).toBe(0);
    growing.late(4);
    expect(store.frame(growing.series).getColumn("revision").toArray()[4]).toBe(1);
    expectFrame(store.frame(growing.series), expectedFrame(growing.series));
  });

  it("keeps at most eight frames of a version", () => {
    const { series } = new GrowingSeries().grow(20);
    const view = new FrameStore().view(series);
    const frames = [1, 2, 3, 4, 5, 6, 7, 8].map((bars) => view.frame(bars));
    expect(view.frame(1)).toBe(frames[0]);
    view.frame(9);
    expect(view.frame(2)).toBe(frames[1]);
    expect(view.frame(1)).not.toBe(frames[0]);
  });

  it("keeps the frames of two series apart", () => {
    const [long, short] = [new GrowingSeries().grow(10), new GrowingSeries().grow(4)];
    const store = new FrameStore();
    expectFrame(store.frame(long.series), expectedFrame(long.series));
    expectFrame(store.frame(short.series), expectedFrame(short.series));
    expect(store.view(long.series)).toBe(store.view(long.series));
    expect(store.view(long.series)).not.toBe(store.view(short.series));
  });

  describe("of more bars than are built whole", () => {
    const MANY = 6_000;

    it("gives what a whole build gives while bars close one by one", () => {
      const growing = new GrowingSeries().grow(MANY);
      const view = new FrameStore().view(growing.series);
      for (let round = 0; round < 16; round++) {
        expectFrame(view.frame(), expectedFrame(growing.series));
        expectFrame(view.frame(4_500), expectedFrame(growing.series, 4_500));
        growing.grow(97);
      }
    });

    it("gives more bars than the sealed part was built for", () => {
      const { series } = new GrowingSeries().grow(MANY);
      const view = new FrameStore().view(series);
      for (const bars of [4_200, 5_000, 4_100, MANY]) {
        expectFrame(view.frame(bars), expectedFrame(series, bars));
      }
    });

    it("never grows beyond two chunks a column", () => {
      const growing = new GrowingSeries().grow(MANY);
      const view = new FrameStore().view(growing.series);
      for (let round = 0; round < 10; round++) {
        expect(view.frame().nChunks()).toBe(2);
        growing.grow(150);
      }
    });

    it("follows retention", () => {
      const growing = new GrowingSeries({ keepBars: MANY }).grow(MANY);
      const view = new FrameStore().view(growing.series);
      for (let round = 0; round < 8; round++) {
        expectFrame(view.frame(), expectedFrame(growing.series));
        growing.grow(211);
      }
      growing.grow(2 * MANY);
      expectFrame(view.frame(), expectedFrame(growing.series));
    });

    it("shows an amendment of an old bar and of a new one", () => {
      const growing = new GrowingSeries().grow(MANY);
      const view = new FrameStore().view(growing.series);
      view.frame();
      for (const second of [MANY - 3, 0, MANY - 400, 1_234, MANY - 129, MANY - 130]) {
        growing.late(second);
        expectFrame(view.frame(), expectedFrame(growing.series));
        growing.grow(1);
        expectFrame(view.frame(), expectedFrame(growing.series));
      }
    });

    it("shows a bar that a late trade makes between others", () => {
      const growing = new GrowingSeries({ keepBars: MANY }).grow(2_000).skip().grow(3_000).skip().grow(990);
      const view = new FrameStore().view(growing.series);
      expectFrame(view.frame(), expectedFrame(growing.series));
      growing.late(2_000);
      expectFrame(view.frame(), expectedFrame(growing.series));
      growing.grow(5).late(5_001);
      expectFrame(view.frame(), expectedFrame(growing.series));
    });

    it("shows bars as whole when history before them arrives", () => {
      const growing = new GrowingSeries().grow(MANY).completeFrom(3_000);
      const view = new FrameStore().view(growing.series);
      expectFrame(view.frame(), expectedFrame(growing.series));
      growing.completeFrom(10);
      expectFrame(view.frame(), expectedFrame(growing.series));
    });

    describe("that are frozen", () => {
      /** A store with the live series and, in it, that series as it is now. */
      function frozenIn(
        store: FrameStore,
        growing: GrowingSeries,
      ): { series: FrozenSeries; expected: pl.DataFrame } {
        const expected = expectedFrame(growing.series);
        const series = new FrozenSeries(growing.bench.bars.series[0]);
        store.handOver(growing.series, series);
        return { series, expected };
      }

      it("gives the frames that were made of the live bars before, and leaves those of the live ones alone", () => {
        const growing = new GrowingSeries().grow(MANY);
        const store = new FrameStore();
        const [all, some] = [store.frame(growing.series), store.frame(growing.series, { bars: 10 })];
        const { series } = frozenIn(store, growing);
        growing.grow(3);
        expectFrame(store.frame(growing.series), expectedFrame(growing.series));
        expect(store.frame(series)).toBe(all);
        expect(store.frame(series, { bars: 10 })).toBe(some);
      });

      it("are as they were, whatever the live ones did before and after they were frozen", () => {
        const changes: readonly ((growing: GrowingSeries) => void)[] = [
          (growing) => growing.grow(50),
          (growing) => growing.grow(700),
          (growing) => growing.late(1_500),
          (growing) => growing.late(MANY - 1).grow(300),
          (growing) => growing.completeFrom(7),
        ];
        for (const before of changes) {
          for (const after of changes) {
            const growing = new GrowingSeries({ keepBars: MANY }).grow(MANY).completeFrom(90);
            const store = new FrameStore();
            store.frame(growing.series);
            before(growing);
            const { series, expected } = frozenIn(store, growing);
            after(growing);
            // The live bars may be sealed anew in between.
            expectFrame(store.frame(growing.series), expectedFrame(growing.series));
            expectFrame(store.frame(series), expected);
            expectFrame(store.frame(series, { bars: 4_500 }), expected.tail(4_500));
            expectFrame(store.frame(growing.series), expectedFrame(growing.series));
          }
        }
      });

      it("are as they were when all that was sealed after them has left since", () => {
        const growing = new GrowingSeries({ keepBars: MANY }).grow(MANY);
        const store = new FrameStore();
        const { series, expected } = frozenIn(store, growing);
        growing.late(1_000);
        store.frame(growing.series);
        growing.grow(MANY + 1_000).late(2 * MANY);
        expectFrame(store.frame(series), expected);
      });

      it("use the sealed part of the live ones where it fits, and build nothing whole then", () => {
        const growing = new GrowingSeries().grow(MANY);
        const store = new FrameStore();
        store.frame(growing.series);
        growing.grow(20);
        const { series } = frozenIn(store, growing);
        growing.grow(5);
        expect(store.frame(series).nChunks()).toBe(2);
        growing.late(10);
        store.frame(growing.series);
        const { series: later } = frozenIn(store, growing);
        growing.late(10);
        store.frame(growing.series);
        expect(store.frame(later, { bars: MANY }).nChunks()).toBe(1);
      });
    });
  });
});
