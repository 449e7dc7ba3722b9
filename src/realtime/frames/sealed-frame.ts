import type pl from "nodejs-polars";
import { readBars } from "./read-bars.ts";
import type { BarIpcEncoder, BarSlice } from "./arrow-ipc.ts";

/** Most rows that are built for a frame on top of its sealed part. */
export const MOST_TAIL_ROWS = 512;
/** Newest closed bars that are left out of the sealed part, as late trades mostly amend these. */
const UNSEALED_BARS = 128;

/**
 * Large frames, made of a part that is built once and a tail that is built for each: the part holds for as long as its
 * rows are neither amended nor too old, whatever is appended. It is never handed out itself, only under a tail. Frozen
 * bars use it where it fits them, and leave it as it is.
 */
export class SealedFrame {
  readonly #encoder: BarIpcEncoder;
  #frame: pl.DataFrame | undefined;
  /** Rows `[#from, #to)`, counted from the first bar ever. */
  #from = 0;
  #to = 0;
  #sealedAt = 0;
  #completeFrom = 0;

  constructor(encoder: BarIpcEncoder) {
    this.#encoder = encoder;
  }

  /** @param slice of more than {@link MOST_TAIL_ROWS} rows. */
  build(slice: BarSlice): pl.DataFrame {
    const { columns } = slice;
    const from = columns.trimmed + slice.from;
    const isUsable = this.#isUsable(slice, from);
    if (!isUsable && columns.isFrozen) return this.#read(slice);
    const sealed = isUsable && this.#frame ? this.#frame : this.#seal(slice, from);
    const part = from === this.#from ? sealed : sealed.slice(from - this.#from, this.#to - from);
    return part.vstack(this.#read({ ...slice, from: this.#to - columns.trimmed }));
  }

  #isUsable({ columns, to, forming, completeFrom }: BarSlice, from: number): boolean {
    const tailRows = columns.trimmed + to - this.#to + (forming ? 1 : 0);
    return (
      from >= this.#from &&
      tailRows >= 0 &&
      tailRows <= MOST_TAIL_ROWS &&
      completeFrom === this.#completeFrom &&
      // Rows that were rewritten between the two moments, whichever came first, differ.
      columns.rewrites.lowestSince(Math.min(this.#sealedAt, columns.rewritesSeen)) >= this.#to
    );
  }

  #seal(slice: BarSlice, from: number): pl.DataFrame {
    const to = slice.to - UNSEALED_BARS;
    this.#from = from;
    this.#to = slice.columns.trimmed + to;
    this.#sealedAt = slice.columns.rewrites.now;
    this.#completeFrom = slice.completeFrom;
    this.#frame = this.#read({ ...slice, to, forming: undefined });
    return this.#frame;
  }

  #read(slice: BarSlice): pl.DataFrame {
    return readBars(this.#encoder, slice);
  }
}
