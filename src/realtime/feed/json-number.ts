const QUOTE = 0x22;
const POINT = 0x2e;
const ZERO = 0x30;

/** Digits that fit an int32, in which they are gathered. */
const MAX_INT32_DIGITS = 9;
/** So many digits always fit a mantissa of 2^51, and a float64 exactly. */
const MAX_SHORT_DIGITS = 15;

/** Powers of ten up to the digits that are gathered in one int32. */
const POWERS_OF_TEN = Float64Array.from({ length: MAX_INT32_DIGITS + 1 }, (_, exponent) =>
  Number(`1e${exponent}`),
);

// Both functions are as small as they are so that the compiler puts them into the loop of the walker, and both write
// their result into an array because a returned float64 may be boxed. The bytes must end with one that is no digit.

/**
 * Reads the integer whose first digit is at `at` into `values[slot]`. Returns the position after it, or -1 where it has a
 * leading zero or more than 15 digits.
 */
export function readInteger(bytes: Uint8Array, at: number, values: Float64Array, slot: number): number {
  let i = at;
  let digit = 0;
  let high = 0;
  const split = at + MAX_INT32_DIGITS;
  while (i < split && (digit = bytes[i] ^ ZERO) <= 9) {
    high = (Math.imul(high, 10) + digit) | 0;
    i++;
  }
  if (i < split) {
    values[slot] = high;
  } else {
    let low = 0;
    while ((digit = bytes[i] ^ ZERO) <= 9) {
      low = (Math.imul(low, 10) + digit) | 0;
      i++;
    }
    if (i - at > MAX_SHORT_DIGITS) return -1;
    values[slot] = high * POWERS_OF_TEN[i - split] + low;
  }
  return bytes[at] === ZERO && i > at + 1 ? -1 : i;
}

/**
 * Reads the decimal whose first digit is at `at` and that ends at a quote, such as `61837.63000000"`. Writes the float64
 * nearest to it into `values[slot]` and the number of its decimals, trailing zeros not counted, into
 * `decimals[decimalsSlot]`: an integer below 2^53 divided by a power of ten below 10^23 is rounded once, so the result
 * equals `Number(text)`. Returns the position of the quote. Where the digits are of another form, more than 9 before or
 * after the point, or more than 15 without trailing zeros, it writes -1 decimals and returns a position up to which the
 * bytes are digits and at most one point.
 */
export function readDecimal(
  bytes: Uint8Array,
  at: number,
  values: Float64Array,
  slot: number,
  decimals: Int32Array,
  decimalsSlot: number,
): number {
  decimals[decimalsSlot] = -1;
  let i = at;
  let digit = 0;
  let whole = 0;
  while ((digit = bytes[i] ^ ZERO) <= 9) {
    whole = (Math.imul(whole, 10) + digit) | 0;
    i++;
  }
  const wholeDigits = i - at;
  if (bytes[i] !== POINT || wholeDigits > MAX_INT32_DIGITS) {
    if (bytes[i] === QUOTE && wholeDigits <= MAX_INT32_DIGITS) {
      values[slot] = whole;
      decimals[decimalsSlot] = 0;
    }
    return i;
  }

  const start = ++i;
  let fraction = 0;
  let last = i;
  while ((digit = bytes[i] ^ ZERO) <= 9) {
    fraction = (Math.imul(fraction, 10) + digit) | 0;
    i++;
    if (digit !== 0) last = i;
  }
  let scale = i - start;
  // Without a digit after its point it is no number.
  if (bytes[i] !== QUOTE || scale === 0 || scale > MAX_INT32_DIGITS) return i;
  let part: number = fraction;
  if (wholeDigits + scale > MAX_SHORT_DIGITS) {
    // Take off the zeros that make it long.
    part /= POWERS_OF_TEN[i - last];
    scale = last - start;
    if (wholeDigits + scale > MAX_SHORT_DIGITS) return i;
  }
  values[slot] = (whole * POWERS_OF_TEN[scale] + part) / POWERS_OF_TEN[scale];
  decimals[decimalsSlot] = last - start;
  return i;
}
