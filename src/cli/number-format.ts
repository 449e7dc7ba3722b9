export { durationText as duration } from "../profiling/index.ts";

const grouping = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** The shortest decimal that reads back as the same float64, without an exponent. */
export function plainDecimal(value: number): string {
  const text = String(value);
  const at = text.indexOf("e");
  if (at < 0) return text;
  const sign = text.startsWith("-") ? "-" : "";
  const [whole, fraction = ""] = text.slice(sign.length, at).split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(text.slice(at + 1));
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return sign + digits.padEnd(point, "0");
}

/** A whole number with its thousands apart: `12,345`. */
export function grouped(value: number): string {
  return grouping.format(value);
}

/** `1 gap`, `12,345 gaps`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${count === 1 ? noun : plural}`;
}

/** Mebibytes with one decimal. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
