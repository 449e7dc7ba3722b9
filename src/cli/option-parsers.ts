import { InvalidArgumentError } from "commander";

/** `A,B` as a list; blanks around the names do not count. */
export function list(text: string): readonly string[] {
  const items = text.split(",").map((item) => item.trim());
  if (items.includes("")) throw new InvalidArgumentError("write names with commas between them.");
  return items;
}

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`write a whole number from ${least} to ${most}.`);
  };
}

/** Seconds above 0, up to 30 days. */
export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0 && value <= 2_592_000) return value;
  throw new InvalidArgumentError("write a number of seconds above 0, at most 2592000.");
}

/** Milliseconds from 0 to 10 s. */
export function milliseconds(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value <= 10_000) return value;
  throw new InvalidArgumentError("write a number of milliseconds from 0 to 10000.");
}

/** Recorded seconds a second; `max` is as fast as possible. */
export function speed(text: string): number {
  if (text === "max") return Infinity;
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError('write a number above 0, or "max".');
}
