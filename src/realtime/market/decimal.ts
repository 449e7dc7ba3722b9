/** A decimal number as the wire wrote it: `mantissa / 10 ** decimals`, without trailing zeros after the point. */
export interface Decimal {
  /** All digits as one whole number. */
  readonly mantissa: bigint;
  /** How many of them lie after the point. */
  readonly decimals: number;
}

/** More digits than any venue sends; longer numbers are refused before they cost time. */
const MAX_DECIMAL_CHARS = 64;
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Reads a JSON-style decimal exactly; `undefined` where the text is not one, or is longer than 64 characters. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > MAX_DECIMAL_CHARS) return undefined;
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, "");
  return normalise(BigInt(sign + digits), fraction.length - Number(exponent));
}

/** The float64 nearest to the decimal. */
export function decimalToNumber({ mantissa, decimals }: Decimal): number {
  return Number(`${mantissa}e-${decimals}`);
}

function normalise(mantissa: bigint, decimals: number): Decimal {
  if (mantissa === 0n) return { mantissa, decimals: 0 };
  while (decimals > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n;
    decimals--;
  }
  return decimals >= 0
    ? { mantissa, decimals }
    : { mantissa: mantissa * 10n ** BigInt(-decimals), decimals: 0 };
}
