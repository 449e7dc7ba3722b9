import { decimalToNumber, parseDecimal, type Decimal } from "../market/decimal.ts";
import { WireField, type WireRecord } from "./wire-record.ts";

/** Larger mantissas are carried beside the float64; see `WideDigits`. */
const MAX_NARROW_MANTISSA = 2n ** 51n;
/** No price or size comes near; a larger number is a broken or hostile message. */
const MAX_VALUE = 1e15;
/** The same for a bar's volumes, which add up to more. */
export const MAX_SUM = 1e21;
/** More decimals than any asset has; without a bound one hostile trade would make every later sum slow. */
const MAX_DECIMALS = 30;

/** A price or size as the wire wrote it. */
export interface WireDecimal {
  /** The float64 nearest to the digits. */
  readonly value: number;
  /** The digits themselves. */
  readonly exact: Decimal;
  /** Whether the mantissa exceeds 2^51, so that scaling `value` back need not give the digits. */
  readonly isWide: boolean;
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
