import { inspect } from "node:util";
import { Writable } from "node:stream";
import pl from "nodejs-polars";
import { beforeEach, describe, expect, it } from "vitest";
import { FrameStore } from "../../../../src/realtime/frames/frame-store.ts";
import { BAR_FIELDS } from "../../../../src/realtime/frames/bar-schema.ts";
import { IN_PLACE_METHODS, SharedFrameError } from "../../../../src/realtime/frames/safe-frame.ts";
import { GrowingSeries } from "../../../support/growing-series.ts";

/** One call of a member, on a frame that others hold too. */
type Use = (frame: pl.DataFrame) => unknown;

const ones = (frame: pl.DataFrame) =>
  pl.Series(
    "ones",
    Array.from({ length: frame.height }, () => 1),
  );
const numbers = (frame: pl.DataFrame) => frame.select("open", "high", "low", "close");
const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Members that change the frame they are called on. */
const CHANGES: Readonly<Record<string, Use>> = {
  extend: (frame) => frame.extend(frame),
  insertAtIdx: (frame) => frame.insertAtIdx(0, ones(frame)),
  replaceAtIdx: (frame) => frame.replaceAtIdx(1, ones(frame)),
};

/** Members that only read, or that change their result. */
const READS: Readonly<Record<string, Use>> = {
  _df: (frame) => frame._df,
  inner: (frame) => (frame as unknown as { inner(): unknown }).inner(),
  dtypes: (frame) => frame.dtypes,
  height: (frame) => frame.height,
  width: (frame) => frame.width,
  shape: (frame) => frame.shape,
  columns: (frame) => frame.columns.push("mine"),
  schema: (frame) => frame.schema,
  clone: (frame) => frame.clone().extend(frame),
  describe: (frame) => numbers(frame).describe(),
  drop: (frame) => [frame.drop("open"), frame.drop("open", "high")],
  dropNulls: (frame) => [frame.dropNulls(), frame.dropNulls("open")],
  explode: (frame) => frame.groupBy("closed").agg(pl.col("open").implode()).explode("open"),
  filter: (frame) => frame.filter(pl.col("close").gt(110)),
  fillNull: (frame) => frame.fillNull("zero"),
  findIdxByName: (frame) => frame.findIdxByName("close"),
  fold: (frame) => numbers(frame).fold((a, b) => a.plus(b)),
  frameEqual: (frame) => frame.frameEqual(frame.clone()),
  getColumn: (frame) => frame.getColumn("close"),
  getColumns: (frame) => frame.getColumns(),
  groupBy: (frame) => frame.groupBy("closed").agg(pl.col("volume").sum()),
  groupByRolling: (frame) =>
    frame
      .groupByRolling({ indexColumn: "timestamp", period: "5s" })
      .agg(pl.col("close").mean().alias("mean")),
  groupByDynamic: (frame) =>
    frame.groupByDynamic({ indexColumn: "timestamp", every: "1m" }).agg(pl.col("close").last().alias("last")),
  upsample: (frame) => frame.upsample("timestamp", "1s", "closed", false),
  hashRows: (frame) => frame.hashRows(),
  head: (frame) => frame.head(3).extend(frame),
  hstack: (frame) => frame.hstack([ones(frame)]),
  interpolate: (frame) => numbers(frame).interpolate(),
  isDuplicated: (frame) => frame.isDuplicated(),
  isEmpty: (frame) => frame.isEmpty(),
  isUnique: (frame) => frame.isUnique(),
  join: (frame) => [
    frame.join(frame, { on: "timestamp" }),
    frame.head(3).join(frame.head(3), { how: "cross" }),
    frame.clone().join(frame, { on: "timestamp", how: "left" }),
  ],
  joinAsof: (frame) => frame.joinAsof(frame, { on: "timestamp" }),
  lazy: (frame) => frame.lazy().collectSync(),
  limit: (frame) => frame.limit(3),
  max: (frame) => [frame.max(), numbers(frame).max(1)],
  mean: (frame) => [frame.mean(), numbers(frame).mean(1)],
  median: (frame) => frame.median(),
  unpivot: (frame) => frame.unpivot("timestamp", ["open", "close"]),
  min: (frame) => [frame.min(), numbers(frame).min(1)],
  nChunks: (frame) => frame.nChunks(),
  nullCount: (frame) => frame.nullCount(),
  partitionBy: (frame) => frame.partitionBy("closed"),
  pivot: (frame) => frame.head(9).pivot("close", { index: "timestamp", on: "closed" }),
  quantile: (frame) => numbers(frame).quantile(0.5),
  rechunk: (frame) => frame.rechunk(),
  rename: (frame) => frame.rename({ open: "first" }),
  rows: (frame) => frame.rows(),
  sample: (frame) => [frame.sample(), frame.sample({ n: 2, seed: 1 }), frame.sample(undefined, 0.5)],
  select: (frame) => [frame.select("open"), frame.select(pl.col("open"))],
  shift: (frame) => frame.shift(1),
  shiftAndFill: (frame) => numbers(frame).shiftAndFill({ n: 1, fillValue: 0 }),
  shrinkToFit: (frame) => frame.shrinkToFit(),
  slice: (frame) => frame.slice(1, 4).extend(frame),
  sort: (frame) => [frame.sort("close"), frame.sort(pl.col("close"), true)],
  std: (frame) => numbers(frame).std(),
  sum: (frame) => [numbers(frame).sum(), numbers(frame).sum(1)],
  tail: (frame) => frame.tail(4).extend(frame),
  serialize: (frame) => pl.DataFrame.deserialize(frame.serialize("json"), "json"),
  writeCSV: (frame) => [frame.writeCSV(), frame.writeCSV(sink())],
  toRecords: (frame) => frame.toRecords().map((row) => Object.assign(row, { open: 0 })),
  toHTML: (frame) => frame.head(3).toHTML(),
  toDataResource: (frame) => frame.toDataResource(),
  toObject: (frame) => frame.toObject().open.fill(0),
  withRowIndex: (frame) => frame.withRowIndex(),
  writeJSON: (frame) => frame.writeJSON(),
  writeParquet: (frame) => frame.writeParquet(),
  writeAvro: (frame) => frame.select("open", "revision").writeAvro(),
  writeIPC: (frame) => frame.writeIPC(),
  writeIPCStream: (frame) => frame.writeIPCStream(),
  toSeries: (frame) => frame.toSeries(1),
  toStruct: (frame) => frame.toStruct("bar"),
  toString: (frame: pl.DataFrame) => frame.toString(),
  transpose: (frame) => numbers(frame).transpose(),
  unique: (frame) => [frame.unique(), frame.unique("open")],
  unnest: (frame) => frame.toStruct("bar").toFrame().unnest("bar"),
  var: (frame) => numbers(frame).var(),
  map: (frame) => frame.map((row: unknown[]) => row.fill(null)),
  row: (frame) => frame.row(0).fill(null),
  vstack: (frame) => [frame.vstack(frame), frame.clone().vstack(frame)],
  withColumn: (frame) => [frame.withColumn(ones(frame)), frame.withColumn(pl.lit(1).alias("one"))],
  withColumns: (frame) => [frame.withColumns(ones(frame)), frame.withColumns(pl.lit(0).alias("open"))],
  withColumnRenamed: (frame) => frame.withColumnRenamed("open", "first"),
  withRowCount: (frame) => (frame as unknown as { withRowCount(): unknown }).withRowCount(),
  where: (frame) => (frame as unknown as { where: typeof frame.filter }).where(pl.col("close").gt(110)),
  add: (frame) => numbers(frame).add(1),
  sub: (frame) => numbers(frame).sub(1),
  div: (frame) => numbers(frame).div(2),
  mul: (frame) => numbers(frame).mul(2),
  rem: (frame) => numbers(frame).rem(2),
  plus: (frame) => numbers(frame).plus(1),
  minus: (frame) => numbers(frame).minus(1),
  divideBy: (frame) => numbers(frame).divideBy(2),
  multiplyBy: (frame) => numbers(frame).multiplyBy(2),
  modulo: (frame) => numbers(frame).modulo(2),
  [String(Symbol.iterator)]: (frame) => [...frame],
  [String(Symbol.toStringTag)]: (frame) => pl.DataFrame.isDataFrame(frame),
  [String(inspect.custom)]: (frame) => inspect(frame),
  [String(Symbol.for("Jupyter.display"))]: (frame) =>
    (frame as unknown as Record<symbol, () => unknown>)[Symbol.for("Jupyter.display")](),
};

/** What else changes a frame in place, besides the methods of {@link CHANGES}. */
const ASSIGNMENTS: Readonly<Record<string, Use>> = {
  "the names of the columns": (frame) => (frame.columns = frame.columns.map((name) => `my_${name}`)),
  "a column by its name": (frame) => Object.assign(frame, { close: frame.getColumn("open") }),
  "a method": (frame) => Object.assign(frame, { filter: () => frame }),
  "the native frame": (frame) => (frame._df = frame.clone()._df),
  "a row": (frame) => Object.assign(frame, { 0: [] }),
  "a symbol": (frame) => Object.assign(frame, { [Symbol.iterator]: () => [] }),
  "a property by definition": (frame) => Object.defineProperty(frame, "close", { value: 1 }),
  "a deletion": (frame) => delete (frame as unknown as Record<string, unknown>).close,
  "the prototype": (frame) => Object.setPrototypeOf(frame, null),
  "by freezing": (frame) => Object.freeze(frame),
  "by stacking columns in place": (frame) => frame.hstack([ones(frame)], true),
  "by shrinking in place": (frame) => frame.shrinkToFit(true),
  "by shrinking in place by option": (frame) => frame.shrinkToFit({ inPlace: true }),
  "the native names of the columns": (frame) => (frame._df.columns = frame.columns.toReversed()),
};

/** Native methods that leave the frame as it is; together with the in-place ones they are all that polars has. */
const NATIVE_READS =
  `add addDf clone column columns constructor div divDf drop dropNulls dtypes estimatedSize fillNull
  filter findIdxByName frameEqual getColumns groupby hashRows head height hmax hmean hmin hstack hsum isDuplicated
  isUnique join lazy mul mulDf nChunks nullCount partitionBy pivot rechunk rem remDf sampleFrac sampleN schema select
  selectAtIdx serialize shape shift slice sort sub subDf tail take takeWithSeries toDummies toJs toObjects toRow
  toRowObj toRows toString toStruct transpose unique unnest unpivot upsample vstack width withColumn withRowCount
  withRowIndex writeAvro writeCsv writeIpc writeIpcStream writeJson writeParquet`.split(/\s+/);

/** Everything a DataFrame of the pinned polars has, methods or not. Its own keys are its columns, so look behind its proxy. */
function membersOfDataFrame(): string[] {
  const bytes = pl.DataFrame({ a: [1] }).writeIPCStream();
  const { Proxy: Original } = globalThis;
  let behind: object = {};
  globalThis.Proxy = new Original(Original, {
    construct(_, [target, handler]: [object, ProxyHandler<object>]) {
      behind = target;
      return new Original(target, handler);
    },
  });
  try {
    pl.readIPCStream(bytes);
  } finally {
    globalThis.Proxy = Original;
  }
  return Reflect.ownKeys(behind).map(String);
}

const sizes = [
  ["built whole", 40],
  ["with a sealed part", 4_200],
] as const;

describe.each(sizes)("a shared frame, %s", (_, bars) => {
  const { series } = new GrowingSeries().grow(bars);
  const expected = new FrameStore().frame(series).clone();
  let frame: pl.DataFrame;

  beforeEach(() => {
    frame = new FrameStore().frame(series);
  });

  function expectUnchanged(): void {
    expect(frame.columns).toEqual(BAR_FIELDS.map(({ name }) => name));
    expect(frame.shape).toEqual({ height: bars, width: BAR_FIELDS.length });
    expect(frame.frameEqual(expected)).toBe(true);
    expect(expected.frameEqual(frame)).toBe(true);
    expect(frame.filter(pl.col("close").gt(0)).height).toBe(bars);
  }

  it.each(Object.entries(READS))("keeps what it holds when %s is used", (_name, use) => {
    expect(use(frame)).not.toBe(frame);
    expectUnchanged();
  });

  it.each([...Object.entries(CHANGES), ...Object.entries(ASSIGNMENTS)])("refuses %s", (_name, use) => {
    expect(() => use(frame)).toThrow(SharedFrameError);
    expect(() => use(frame)).toThrow(/clone\(\) it first$/);
    expectUnchanged();
  });

  it.each(IN_PLACE_METHODS)("refuses %s of the native frame", (method) => {
    expect(() => frame._df[method]()).toThrow(new SharedFrameError(`${method}()`));
    expectUnchanged();
  });

  it("gives a clone that can be changed like any other frame", () => {
    const mine = frame.clone();
    mine.columns = mine.columns.map((name) => name.toUpperCase());
    mine.columns = [...frame.columns];
    mine.extend(frame);
    mine.replaceAtIdx(1, ones(mine).alias("open"));
    Object.assign(mine, { close: ones(mine) });
    mine.insertAtIdx(0, ones(mine));
    mine.shrinkToFit(true);
    expect(mine.shape).toEqual({ height: 2 * bars, width: BAR_FIELDS.length + 1 });
    expect(mine.getColumn("close").sum()).toBe(2 * bars);
    expectUnchanged();
  });

  it("gives columns whose changes stay with their holder", () => {
    const column = () => frame.getColumn("close");
    const changes: ((mine: pl.Series) => unknown)[] = [
      (mine) => Object.assign(mine, { 0: -1 }),
      (mine) => mine.scatter([0, 1], -1),
      (mine) => mine.append(column()),
      (mine) => mine.extend(column()),
      (mine) => mine.rename("mine", true),
      (mine) => mine.shrinkToFit(true),
      (mine) => mine.rechunk(true),
      (mine) => mine.toTypedArray().fill(-1),
      (mine) => mine.toArray().fill(-1),
    ];
    for (const change of changes) {
      const columns = [
        column(),
        frame.toSeries(4),
        frame.getColumns()[4],
        [...frame][4],
        (frame as unknown as { close: pl.Series }).close,
      ];
      for (const mine of columns) change(mine);
      expectUnchanged();
    }
  });

  it("looks like any other frame", () => {
    const plain = frame.clone();
    expect(inspect(frame)).toBe(inspect(plain));
    expect(frame.toString()).toBe(plain.toString());
    expect(JSON.stringify(frame)).toBe(JSON.stringify(plain));
    expect(Object.keys(frame)).toEqual(Object.keys(plain));
    expect(Object.getOwnPropertyDescriptor(frame, "open")).toMatchObject({ enumerable: true });
    expect(["open" in frame, "toString" in frame]).toEqual(["open" in plain, "toString" in plain]);
  });

  it("takes part in what other frames do", async () => {
    const plain = frame.clone();
    expect(pl.concat([frame, plain, frame]).height).toBe(3 * bars);
    expect(pl.concat([frame, frame.select("open").rename({ open: "o" })], { how: "horizontal" }).width).toBe(
      15,
    );
    expect(plain.extend(frame).height).toBe(2 * bars);
    expect(frame.clone().hstack(frame.select("open").rename({ open: "o" })).width).toBe(15);
    expect((await frame.lazy().join(frame.lazy(), { on: "timestamp" }).collect()).height).toBe(bars);
    expectUnchanged();
  });
});

describe("what a frame of the pinned polars can do", () => {
  it("is known, member by member", () => {
    expect([...Object.keys(CHANGES), ...Object.keys(READS)].sort()).toEqual(membersOfDataFrame().sort());
  });

  it("is known, native method by native method", () => {
    const native = Object.getOwnPropertyNames(Object.getPrototypeOf(pl.DataFrame({ a: [1] })._df));
    expect([...NATIVE_READS, ...IN_PLACE_METHODS].sort()).toEqual(native.sort());
  });

  it("has no name that a column of bars bears", () => {
    const members = new Set(membersOfDataFrame());
    expect(BAR_FIELDS.filter(({ name }) => members.has(name))).toEqual([]);
  });
});
