import type { Decimal } from "../market/decimal.ts";

/** Where each field of a decoded message lies in {@link WireRecord.fields}. */
export const WireField = {
  /** Index into the symbol table. */
  symbol: 0,
  /** Venue's event or trade time in ms since the epoch; NaN where the message carries none. */
  eventTime: 1,
  /** Local receive time in ms; set by the feed before it decodes, not by the decoder. */
  receivedAt: 2,
  // Trades.
  tradeTime: 3,
  price: 4,
  size: 5,
  /** Ids of the first and last trade the message stands for; equal unless it is an aggregate. */
  firstTradeId: 6,
  lastTradeId: 7,
  /** A {@link SideCode}. */
  side: 8,
  /** Digits after the point on the wire, trailing zeros not counted. */
  priceDecimals: 9,
  sizeDecimals: 10,
  // Quotes.
  bid: 11,
  bidSize: 12,
  ask: 13,
  askSize: 14,
} as const;

/** Sides as the tick path carries them. */
export const SideCode = { sell: 0, buy: 1, unknown: 2 } as const;

/** Exact digits of a trade whose price or size a float64 cannot carry (a mantissa above 2^51). */
export interface WideDigits {
  readonly price: Decimal;
  readonly size: Decimal;
}

/**
 * What a decoder fills and a sink reads at once. One record serves a whole connection: numbers travel in a
 * Float64Array, because a float64 passed as an argument may be boxed on the heap, once per message.
 */
export class WireRecord {
  readonly fields = new Float64Array(16);
  /** Set only for a trade whose digits exceed float64, else `undefined`. */
  wide: WideDigits | undefined = undefined;
}
