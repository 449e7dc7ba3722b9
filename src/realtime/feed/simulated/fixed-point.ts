/**
 * Writes `mantissa / 10 ** decimals` with exactly `shownDecimals` digits behind the point, which must not be fewer.
 */
export function fixedPoint(mantissa: number | bigint, decimals: number, shownDecimals: number): string {
  const digits = String(mantissa).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).padEnd(shownDecimals, "0");
  return shownDecimals === 0 ? whole : `${whole}.${fraction}`;
}

/**
 * The whole number of `10 ** -decimals` that a decimal text stands for.
 *
 * @throws RangeError when it has more decimals, is negative, or is no decimal number.
 */
export function parseFixedPoint(text: string, decimals: number, what: string): number {
  const match = /^(\d{1,15})(?:\.(?=\d)(\d{0,15}?)0*)?$/.exec(text);
  const fraction = match?.[2] ?? "";
  if (!match || fraction.length > decimals) {
    throw new RangeError(`${what} must be a decimal from 0 with at most ${decimals} decimals, was "${text}"`);
  }
  return Number(match[1] + fraction.padEnd(decimals, "0"));
}
