import pl from "nodejs-polars";
import type { BarSeries } from "../bars/bar-series.ts";
import type { BarIpcEncoder, BarSlice } from "./arrow-ipc.ts";
import { FrameMemo } from "./frame-memo.ts";
import { safeFrame } from "./safe-frame.ts";
import { SealedFrame } from "./sealed-frame.ts";

/** Frames of up to so many rows are built whole; of larger ones only the tail. */
const MOST_WHOLE_ROWS = 4_096;
/** What was asked for: a number of bars, or one of these. Small integers throughout keep a repeated read cheap. */
const ALL = 0;
const NOTHING = -1;

/**
 * One series as polars frames: a row a bar, oldest first, the forming bar last. A frame is built when a version of the
 * series is first read; later reads of that version get the same one. No reader can change it.
 */
export class FrameView {
  readonly #series: BarSeries;
  readonly #versioned: BarSeries["versioned"];
  readonly #encoder: BarIpcEncoder;
  readonly #sealed: SealedFrame;
  /** Frames of {@link #version}. */
  readonly #frames = new FrameMemo();
  #version = -1;
  /** What was asked for last at {@link #version}, and the answer to it. */
  #lastWanted = NOTHING;
  #last!: pl.DataFrame;

  constructor(series: BarSeries, encoder: BarIpcEncoder) {
    this.#series = series;
    this.#versioned = series.versioned;
    this.#encoder = encoder;
    this.#sealed = new SealedFrame(encoder);
  }

  /** The newest `bars` bars, the forming one counted, or all; fewer when the series is shorter. */
  frame(bars?: number): pl.DataFrame {
    const wanted = bars === undefined ? ALL : checked(bars);
    if (wanted === this.#lastWanted && this.#versioned.version === this.#version) return this.#last;
    return this.#find(wanted);
  }

  #find(wanted: number): pl.DataFrame {
    const { version } = this.#versioned;
    const { closed, completeFrom } = this.#series;
    if (version !== this.#version) {
      this.#frames.clear();
      this.#lastWanted = NOTHING;
      this.#version = version;
    }
    const forming = this.#series.formingRow();
    const kept = closed.length + (forming ? 1 : 0);
    const rows = wanted === ALL ? kept : Math.min(wanted, kept);
    let frame = this.#frames.get(rows);
    if (frame === undefined) {
      const slice = { columns: closed, from: kept - rows, to: closed.length, forming, completeFrom };
      frame = safeFrame(this.#build(slice, rows));
      this.#frames.add(rows, frame);
    }
    this.#lastWanted = wanted;
    this.#last = frame;
    return frame;
  }

  #build(slice: BarSlice, rows: number): pl.DataFrame {
    if (rows > MOST_WHOLE_ROWS) return this.#sealed.build(slice);
    return pl.readIPCStream(this.#encoder.encode(slice));
  }
}

function checked(bars: number): number {
  if (!(Number.isInteger(bars) && bars > 0)) {
    throw new RangeError(`bars must be a whole number above 0, was ${bars}`);
  }
  return bars;
}
