import type pl from "nodejs-polars";
import type { BarSeries } from "../bars/bar-series.ts";
import type { BarIpcEncoder, BarSlice } from "./arrow-ipc.ts";
import { FrameMemo } from "./frame-memo.ts";
import { readBars } from "./read-bars.ts";
import { safeFrame } from "./safe-frame.ts";
import { SealedFrame } from "./sealed-frame.ts";

/** Frames of up to so many rows are built whole; of larger ones only the tail. */
const MOST_WHOLE_ROWS = 4_096;

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
  #frames: FrameMemo;
  #version = -1;
  /** The newest answers, each with the version it is of: reading one again costs two comparisons at most. */
  #allAt = -1;
  #all!: pl.DataFrame;
  #someAt = -1;
  #someBars = 0;
  #some!: pl.DataFrame;

  constructor(
    series: BarSeries,
    encoder: BarIpcEncoder,
    sealed: SealedFrame = new SealedFrame(encoder),
    frames: FrameMemo = new FrameMemo(),
  ) {
    this.#series = series;
    this.#versioned = series.versioned;
    this.#encoder = encoder;
    this.#sealed = sealed;
    this.#frames = frames;
  }

  /** The view of `frozen`, which is this series as it stands now: it begins with the frames that are there already. */
  handOver(frozen: BarSeries): FrameView {
    const view = new FrameView(frozen, this.#encoder, this.#sealed, this.#frames);
    view.#version = this.#version;
    this.#frames = new FrameMemo();
    this.#version = -1;
    return view;
  }

  /** The newest `bars` bars, the forming one counted, or all; fewer when the series is shorter. */
  frame(bars?: number): pl.DataFrame {
    const { version } = this.#versioned;
    if (bars === undefined) {
      if (version !== this.#allAt) {
        this.#all = this.#find(Infinity);
        this.#allAt = version;
      }
      return this.#all;
    }
    if (bars !== this.#someBars || version !== this.#someAt) {
      this.#some = this.#find(checked(bars));
      this.#someBars = bars;
      this.#someAt = version;
    }
    return this.#some;
  }

  #find(bars: number): pl.DataFrame {
    if (this.#versioned.version !== this.#version) {
      this.#frames.clear();
      this.#version = this.#versioned.version;
    }
    const { closed: columns, completeFrom } = this.#series;
    const forming = this.#series.formingRow();
    const kept = columns.length + (forming ? 1 : 0);
    const rows = Math.min(bars, kept);
    let frame = this.#frames.get(rows);
    if (frame === undefined) {
      frame = safeFrame(
        this.#build({ columns, from: kept - rows, to: columns.length, forming, completeFrom }, rows),
      );
      this.#frames.add(rows, frame);
    }
    return frame;
  }

  #build(slice: BarSlice, rows: number): pl.DataFrame {
    if (rows > MOST_WHOLE_ROWS) return this.#sealed.build(slice);
    return readBars(this.#encoder, slice);
  }
}

function checked(bars: number): number {
  if (!(Number.isInteger(bars) && bars > 0)) {
    throw new RangeError(`bars must be a whole number above 0, was ${bars}`);
  }
  return bars;
}
