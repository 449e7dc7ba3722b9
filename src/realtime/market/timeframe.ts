import { UnknownTimeframeError } from "../../errors.ts";

export type TimeframeUnit = "s" | "m" | "h" | "d" | "w" | "M";

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** 1970-01-05, the first Monday of the epoch: weeks are counted from it. */
const FIRST_MONDAY_MS = 4 * DAY_MS;

const UNIT_MS: Record<Exclude<TimeframeUnit, "M">, number> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3_600 * SECOND_MS,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** Names of other SDKs for the same units, so that `5min` or `1hour` mean what they say. */
const UNIT_NAMES: ReadonlyMap<string, TimeframeUnit> = new Map([
  ...namesOf("s", "sec", "second"),
  ...namesOf("m", "min", "minute"),
  ...namesOf("h", "hr", "hour"),
  ...namesOf("d", "day"),
  ...namesOf("w", "week"),
  ...namesOf("M", "mo", "month"),
]);

function namesOf(unit: TimeframeUnit, ...others: string[]): [string, TimeframeUnit][] {
  return [unit, ...others].map((name) => [name, unit]);
}

/**
 * The length of a bar and where bars of that length begin, in UTC: seconds to days are counted from the epoch,
 * weeks from a Monday, months from January 1970. This is how Binance aligns its klines.
 */
export class Timeframe {
  /** The canonical name: `1m`, `4h`, `1w`, `1M` (month, upper case). */
  readonly name: string;
  /** `m` is a minute, `M` a month. */
  readonly unit: TimeframeUnit;
  /** Units in a bar. */
  readonly count: number;
  /** Length in milliseconds; of months, which differ, that of 30 days times the count, for ordering only. */
  readonly sizeMs: number;
  readonly #originMs: number;

  private constructor(count: number, unit: TimeframeUnit) {
    this.name = `${count}${unit}`;
    this.unit = unit;
    this.count = count;
    this.sizeMs = count * (unit === "M" ? 30 * DAY_MS : UNIT_MS[unit]);
    this.#originMs = unit === "w" ? FIRST_MONDAY_MS : 0;
  }

  /** @throws UnknownTimeframeError when `name` is not a whole count above 0 with a unit of s, m, h, d, w or M. */
  static parse(name: string): Timeframe {
    const match = /^([1-9]\d{0,5})([A-Za-z]+)$/.exec(name);
    const unit = UNIT_NAMES.get(match?.[2] ?? "");
    if (!match || !unit) {
      throw new UnknownTimeframeError(
        name,
        "write a count and a unit of s, m, h, d, w or M, such as 1s, 5m, 1h, 1M",
      );
    }
    return new Timeframe(Number(match[1]), unit);
  }

  /** The first millisecond of the bar that `timeMs` falls into. */
  openOf(timeMs: number): number {
    if (this.unit === "M") return monthStart(Math.floor(monthIndex(timeMs) / this.count) * this.count);
    // Right for every float64: the quotient of a time just before a bar never rounds up to a whole number.
    return this.#originMs + Math.floor((timeMs - this.#originMs) / this.sizeMs) * this.sizeMs;
  }

  /** The first millisecond after the bar that opens at `openMs`. */
  closeOf(openMs: number): number {
    return this.unit === "M" ? monthStart(monthIndex(openMs) + this.count) : openMs + this.sizeMs;
  }

  /** The first millisecond of the bar that comes `bars` bars before the one that opens at `openMs`. */
  openBefore(openMs: number, bars: number): number {
    return this.unit === "M"
      ? monthStart(monthIndex(openMs) - bars * this.count)
      : openMs - bars * this.sizeMs;
  }

  /** Whether every bar of this timeframe lies within one bar of `larger`, so that `larger` can be rolled up from it. */
  nestsIn(larger: Timeframe): boolean {
    if (this.unit === "M") return larger.unit === "M" && larger.count % this.count === 0;
    if (larger.unit === "M") return DAY_MS % this.sizeMs === 0 && this.#originMs === 0;
    // A week starts on a Monday; days and smaller divide it only where they also divide the days before that Monday.
    const sharesOrigin = (larger.#originMs - this.#originMs) % this.sizeMs === 0;
    return larger.sizeMs % this.sizeMs === 0 && sharesOrigin;
  }

  toString(): string {
    return this.name;
  }
}

function monthIndex(timeMs: number): number {
  const date = new Date(Math.floor(timeMs));
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

function monthStart(index: number): number {
  return Date.UTC(1970, index, 1);
}
