import pl from "nodejs-polars";
import type { BarRow } from "../bars/bar-row.ts";
import type { BarSeries } from "../bars/bar-series.ts";
import type { BarIpcEncoder, BarSlice } from "./arrow-ipc.ts";
import { FrameMemo } from "./frame-memo.ts";
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
  #version = -1;
  /** The forming bar, all rows and the frames of {@link #version}. */
  #forming: BarRow | undefined;
  #rows = 0;
  readonly #frames = new FrameMemo();
  /** The newest answers, each with the version it is of: reading one again costs two comparisons at most. */
  #allAt = -1;
  #all!: pl.DataFrame;
  #someAt = -1;
  #someBars = 0;
  #some!: pl.DataFrame;

  constructor(series: BarSeries, encoder: BarIpcEncoder) {
    this.#series = series;
    this.#versioned = series.versioned;
    this.#encoder = encoder;
    this.#sealed = new SealedFrame(encoder);
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
    if (this.#versioned.version !== this.#version) this.#renew();
    const rows = Math.min(bars, this.#rows);
    let frame = this.#frames.get(rows);
    if (frame === undefined) {
      frame = safeFrame(this.#build(rows));
      this.#frames.add(rows, frame);
    }
    return frame;
  }

  /** Goes to the newest version. */
  #renew(): void {
    this.#frames.clear();
    this.#version = this.#versioned.version;
    this.#forming = this.#series.formingRow();
    this.#rows = this.#series.closed.length + (this.#forming ? 1 : 0);
  }

  #build(rows: number): pl.DataFrame {
    const { closed, completeFrom } = this.#series;
    const slice: BarSlice = {
      columns: closed,
      from: this.#rows - rows,
      to: closed.length,
      forming: this.#forming,
      completeFrom,
    };
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
