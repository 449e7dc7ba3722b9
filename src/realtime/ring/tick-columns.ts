/**
 * Ticks as a struct of arrays: slot `i` of every column is one tick. The ring, the backlog of a locked symbol and
 * tests all hold ticks in this shape, so that the bar builder reads them in place.
 */
export interface TickColumns {
  /** Exchange trade time, ms since the epoch. */
  readonly time: Float64Array;
  /** Local receive time, ms since the epoch. */
  readonly receivedAt: Float64Array;
  /** The float64 nearest to the wire's digits, as is `size`. */
  readonly price: Float64Array;
  readonly size: Float64Array;
  /** Id of the (last) trade. */
  readonly tradeId: Float64Array;
  /** How many trades the tick stands for; their ids end at `tradeId`. */
  readonly tradeCount: Int32Array;
  /** Index into the symbol table. */
  readonly symbol: Int32Array;
  /** A SideCode, plus {@link WIDE_DIGITS} where the exact digits lie beside the columns. */
  readonly flags: Uint8Array;
}

/** The tick's digits exceed float64; {@link TickColumns.flags} carries this bit beside the side. */
export const WIDE_DIGITS = 0x80;
/** The bits of {@link TickColumns.flags} that hold the side. */
export const SIDE_BITS = 0x03;
