/**
 * How fast is a frame of bars? First, a frame of a version that nobody read yet, as the store makes it, against what
 * polars itself does with the same columns in typed arrays, and against its reading of a ready Arrow stream, below which
 * no encoder can get. Then, a repeated read of an unchanged frame, against reading a property that holds the frame.
 *
 * Each build is followed by a turn of the event loop, as polars frees frames only then; the turn is part of the time.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import pl from "nodejs-polars";
import { BarIpcEncoder } from "../../src/realtime/frames/arrow-ipc.ts";
import { BAR_FIELDS } from "../../src/realtime/frames/bar-schema.ts";
import { FrameStore } from "../../src/realtime/frames/frame-store.ts";
import { GrowingSeries } from "../../tests/support/growing-series.ts";
import {
  type Candidate,
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  pairedRatio,
} from "../harness.ts";

type TypedColumns = Record<string, Float64Array | BigInt64Array | Int32Array | Uint8Array>;

/** The columns of a frame as typed arrays, flags as bytes, since there is no typed array of booleans. */
function typedColumns(frame: pl.DataFrame): TypedColumns {
  const columnOf = ({ name, type }: (typeof BAR_FIELDS)[number]) => {
    const values = frame.getColumn(name);
    if (type === "timestamp" || type === "int64") {
      return BigInt64Array.from(values.cast(pl.Float64).toArray(), BigInt);
    }
    const numbers = values.cast(pl.Float64).toArray();
    if (type === "float64") return Float64Array.from(numbers);
    return type === "int32" ? Int32Array.from(numbers) : Uint8Array.from(numbers);
  };
  return Object.fromEntries(BAR_FIELDS.map((field) => [field.name, columnOf(field)]));
}

function builds(bars: number): Candidate[] {
  const { series, bench } = new GrowingSeries().grow(bars);
  const store = new FrameStore();
  const encoder = new BarIpcEncoder();
  const slice = {
    columns: series.closed,
    from: 0,
    to: series.closed.length,
    forming: series.formingRow(),
    completeFrom: series.completeFrom,
  };
  const ready = Buffer.from(encoder.encode(slice));
  const columns = typedColumns(store.frame(series));
  const zoned = pl.col("timestamp").cast(pl.Datetime("ms", "UTC"));
  return [
    {
      name: "frame of a new version",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          bench.bars.version++;
          store.frame(series);
          await nextTurn();
        }
      },
    },
    {
      name: "encode + readIPCStream",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          pl.readIPCStream(encoder.encode(slice));
          await nextTurn();
        }
      },
    },
    {
      name: "readIPCStream alone",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          pl.readIPCStream(ready);
          await nextTurn();
        }
      },
    },
    {
      name: "pl.DataFrame",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          pl.DataFrame(columns);
          await nextTurn();
        }
      },
    },
    {
      name: "pl.DataFrame + zone cast",
      async run(ops) {
        for (let i = 0; i < ops; i++) {
          pl.DataFrame(columns).withColumn(zoned);
          await nextTurn();
        }
      },
    },
  ];
}

const SERIES = 8;

/** Over several series in turn, so that no read can be moved out of the loop. */
function repeatedReads(): Candidate[] {
  const store = new FrameStore();
  const all = Array.from({ length: SERIES }, (_, i) => new GrowingSeries().grow(100 + i).series);
  const views = all.map((series) => store.view(series));
  const holders = views.map((view) => ({ frame: view.frame() }));
  // As in a program that runs for a while, nearly all reads find the frame; code that is compiled before that is slower.
  for (let i = 0; i < 1_000_000; i++) views[i % SERIES].frame();
  const read: unknown[] = holders.map(() => undefined);
  return [
    {
      name: "property that holds the frame",
      run(ops) {
        for (let i = 0; i < ops; i++) read[(i >>> 3) % SERIES] = holders[i % SERIES].frame;
      },
    },
    {
      name: "view.frame()",
      run(ops) {
        for (let i = 0; i < ops; i++) read[(i >>> 3) % SERIES] = views[i % SERIES].frame();
      },
    },
    {
      name: "view.frame(50)",
      run(ops) {
        for (let i = 0; i < ops; i++) read[(i >>> 3) % SERIES] = views[i % SERIES].frame(50);
      },
    },
    {
      name: "store.frame(series, { bars: 50 })",
      run(ops) {
        for (let i = 0; i < ops; i++) read[(i >>> 3) % SERIES] = store.frame(all[i % SERIES], { bars: 50 });
      },
    },
  ];
}

async function printBuilds(): Promise<void> {
  const rows: string[][] = [];
  for (const bars of [100, 1_000, 10_000, 100_000]) {
    const [ours, encodeAndRead, readAlone, typed, typedAndCast] = await measure(builds(bars));
    rows.push([
      bars.toLocaleString("en"),
      formatNs(ours.nsPerOp),
      formatNs(readAlone.nsPerOp),
      `${formatNs(encodeAndRead.nsPerOp)} (${formatRatio(pairedRatio(encodeAndRead, readAlone))} read alone)`,
      ...[typed, typedAndCast].map(
        (theirs) => `${formatNs(theirs.nsPerOp)} (${formatRatio(pairedRatio(theirs, ours))} ours)`,
      ),
    ]);
  }
  console.log(`\nCPU time of building a frame of bars, ${BAR_FIELDS.length} columns. ${environment()}\n`);
  console.log(
    markdownTable(
      [
        "bars",
        "ours",
        "readIPCStream alone",
        "encode + readIPCStream",
        "pl.DataFrame",
        "pl.DataFrame + zone cast",
      ],
      rows,
    ),
  );
}

async function printRepeatedReads(): Promise<void> {
  const measured = await measure(repeatedReads());
  console.log(`CPU time of reading an unchanged frame again, ${SERIES} series in turn. ${environment()}\n`);
  console.log(
    markdownTable(
      ["read", "time", "times the first"],
      measured.map((each) => [
        each.name,
        formatNs(each.nsPerOp),
        formatRatio(pairedRatio(each, measured[0])),
      ]),
    ),
  );
}

await printRepeatedReads();
await printBuilds();
