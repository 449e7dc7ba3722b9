import { ExactSums } from "./exact-sums.ts";
import { Int64Column } from "./int64-column.ts";
import type { FrozenBars } from "./frozen-bars.ts";

/** Ten columns of float64, three of int64, two of int32. */
const ROW_BYTES = 10 * 8 + 3 * 8 + 2 * 4;

/**
 * The arrays behind a series' closed bars; replaced as a whole when they are full, or when rows would move that somebody
 * still reads as they were.
 */
export class BarStorage {
  readonly capacity: number;
  /** Who reads rows in here as they were: told of each before it is written again, and none of them ever moves. */
  readonly frozen = new Set<FrozenBars>();
  readonly openTime: Int64Column;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly quoteVolume: Float64Array;
  readonly trades: Int32Array;
  readonly takerBuyVolume: Float64Array;
  readonly firstTradeId: Int64Column;
  readonly lastTradeId: Int64Column;
  readonly revision: Int32Array;
  /** What `volume`, `quoteVolume` and `takerBuyVolume` are rounded from; amendments need the exact sums. */
  readonly exact: readonly [volume: ExactSums, quoteVolume: ExactSums, takerBuyVolume: ExactSums];

  constructor(capacity: number) {
    // One allocation, widest columns first so that each begins at a multiple of its element size.
    const buffer = new ArrayBuffer(capacity * ROW_BYTES);
    let offset = 0;
    const float64 = () => {
      const column = new Float64Array(buffer, offset, capacity);
      offset += column.byteLength;
      return column;
    };
    const int32 = (perRow: number) => {
      const column = new Int32Array(buffer, offset, capacity * perRow);
      offset += column.byteLength;
      return column;
    };
    this.capacity = capacity;
    this.open = float64();
    this.high = float64();
    this.low = float64();
    this.close = float64();
    this.volume = float64();
    this.quoteVolume = float64();
    this.takerBuyVolume = float64();
    this.exact = [new ExactSums(float64()), new ExactSums(float64()), new ExactSums(float64())];
    this.openTime = new Int64Column(int32(2));
    this.firstTradeId = new Int64Column(int32(2));
    this.lastTradeId = new Int64Column(int32(2));
    this.trades = int32(1);
    this.revision = int32(1);
  }

  /** Moves rows `[from, from + count)` of `source`, which may be this, so that they begin at `to`. */
  moveFrom(source: BarStorage, from: number, count: number, to: number): void {
    for (const name of ["open", "high", "low", "close", "volume", "quoteVolume", "takerBuyVolume"] as const) {
      this[name].set(source[name].subarray(from, from + count), to);
    }
    for (const name of ["trades", "revision"] as const) {
      this[name].set(source[name].subarray(from, from + count), to);
    }
    for (const name of ["openTime", "firstTradeId", "lastTradeId"] as const) {
      this[name].words.set(source[name].words.subarray(2 * from, 2 * (from + count)), 2 * to);
    }
    this.exact.forEach((sums, i) => sums.moveFrom(source.exact[i], from, count, to));
  }
}
