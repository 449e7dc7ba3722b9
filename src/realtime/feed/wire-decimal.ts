import { decimalToNumber, parseDecimal, type Decimal } from "../market/decimal.ts";
import { WireField, type WireRecord } from "./wire-record.ts";

const ZERO = 0x30;
const POINT = 0x2e;

/** So many digits always fit a mantissa of 2^51. */
const MAX_SHORT_DIGITS = 15;
/** Digits that fit an int32. */
const MAX_INT32_DIGITS = 9;
/** Larger mantissas are carried beside the float64; see `WideDigits`. */
const MAX_NARROW_MANTISSA = 2n ** 51n;
/** No price or size comes near; a larger number is a broken or hostile message. */
const MAX_VALUE = 1e15;
/** The same for a bar's volumes, which add up to more. */
export const MAX_SUM = 1e21;
/** More decimals than any asset has; without a bound one hostile trade would make every later sum slow. */
const MAX_DECIMALS = 30;

/** Powers of ten that a float64 holds exactly. */
const POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** A price or size as the wire wrote it. */
export interface WireDecimal {
  /** The float64 nearest to the digits. */
  readonly value: number;
  readonly exact: Decimal;
  /** Whether the mantissa exceeds 2^51, so that scaling `value` back need not give the digits. */
  readonly isWide: boolean;
}

/**
 * Reads a plain unsigned decimal of at most 15 digits straight from the bytes into `fields[at]`, as the float64 nearest
 * to it: an integer below 2^53 divided by a power of ten below 10^23 is rounded once, so the result equals
 * `Number(text)`. Returns the number of decimals, trailing zeros not counted, or -1 where the digits are of another
 * form and {@link readDecimalText} decides. The value goes into the array because a returned float64 may be boxed.
 */
export function readShortDecimal(
  bytes: Uint8Array,
  start: number,
  end: number,
  fields: Float64Array,
  at: number,
): number {
  let high = 0;
  let i = start;
  const highEnd = Math.min(end, start + MAX_INT32_DIGITS);
  let digit = 0;
  while (i < highEnd && (digit = bytes[i] - ZERO) >>> 0 <= 9) {
    high = (Math.imul(high, 10) + digit) | 0;
    i++;
  }
  if (i === end) {
    if (i === start) return -1;
    fields[at] = high;
    return 0;
  }
  if (bytes[i] !== POINT || i === start) return -1;

  const point = i;
  const wholeDigits = point - start;
  let last = end;
  while (bytes[last - 1] === ZERO) last--;
  const decimals = last - point - 1;
  if (decimals === 0) {
    // "5." has no digit after its point: not a number; "5.00" has.
    if (end === last) return -1;
    fields[at] = high;
    return 0;
  }
  if (wholeDigits + decimals > MAX_SHORT_DIGITS) return -1;

  const roomInHigh = point + 1 + MAX_INT32_DIGITS - wholeDigits;
  const split = last < roomInHigh ? last : roomInHigh;
  for (i = point + 1; i < split; i++) {
    digit = bytes[i] - ZERO;
    if (digit >>> 0 > 9) return -1;
    high = (Math.imul(high, 10) + digit) | 0;
  }
  let low = 0;
  for (; i < last; i++) {
    digit = bytes[i] - ZERO;
    if (digit >>> 0 > 9) return -1;
    low = (Math.imul(low, 10) + digit) | 0;
  }
  fields[at] = (high * POWERS_OF_TEN[last - split] + low) / POWERS_OF_TEN[decimals];
  return decimals;
}

/**
 * Reads an integer of at most 15 digits into `fields[at]`; false where the digits are of another form, such as a
 * negative or longer one.
 */
export function readShortInteger(
  bytes: Uint8Array,
  start: number,
  end: number,
  fields: Float64Array,
  at: number,
): boolean {
  if (end - start > MAX_SHORT_DIGITS) return false;
  const split = Math.min(end, start + MAX_INT32_DIGITS);
  let high = 0;
  let low = 0;
  let i = start;
  for (; i < split; i++) {
    const digit = bytes[i] - ZERO;
    if (digit >>> 0 > 9) return false;
    high = (Math.imul(high, 10) + digit) | 0;
  }
  for (; i < end; i++) {
    const digit = bytes[i] - ZERO;
    if (digit >>> 0 > 9) return false;
    low = (Math.imul(low, 10) + digit) | 0;
  }
  fields[at] = high * POWERS_OF_TEN[end - split] + low;
  return i > start;
}

/**
 * Reads a decimal of any number of digits. `undefined` where the text is no decimal, is negative, exceeds `max` or has
 * more than 30 decimals.
 */
export function readDecimalText(text: string, max = MAX_VALUE): WireDecimal | undefined {
  const exact = parseDecimal(text);
  if (exact === undefined || exact.mantissa < 0n || exact.decimals > MAX_DECIMALS) return undefined;
  const value = decimalToNumber(exact);
  if (value > max) return undefined;
  return { value, exact, isWide: exact.mantissa > MAX_NARROW_MANTISSA };
}

/** Writes price and size of a trade, their decimals and, where one of them is wide, their digits. False where one is bad. */
export function writeTradeDigits(record: WireRecord, priceText: string, sizeText: string): boolean {
  const price = readDecimalText(priceText);
  const size = readDecimalText(sizeText);
  if (price === undefined || size === undefined) return false;
  const fields = record.fields;
  fields[WireField.price] = price.value;
  fields[WireField.size] = size.value;
  fields[WireField.priceDecimals] = price.exact.decimals;
  fields[WireField.sizeDecimals] = size.exact.decimals;
  record.wide = price.isWide || size.isWide ? { price: price.exact, size: size.exact } : undefined;
  return true;
}
