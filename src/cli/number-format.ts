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

/** A duration of at least three digits in the unit that suits it: `840 ns`, `12.3 µs`, `1.05 ms`, `2.4 s`. */
export function duration(ms: number): string {
  if (ms === 0) return "0";
  if (ms < 0.001) return `${(ms * 1e6).toFixed(0)} ns`;
  if (ms < 1) return `${threeDigits(ms * 1e3)} µs`;
  if (ms < 1_000) return `${threeDigits(ms)} ms`;
  return `${threeDigits(ms / 1_000)} s`;
}

/** Mebibytes with one decimal. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

function threeDigits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
