const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 1970-01-05, a Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** Kline intervals of the venue with their lengths; months have none. */
const LENGTH_MS: Readonly<Record<string, number>> = {
  "1s": 1_000,
  "1m": MINUTE_MS,
  "3m": 3 * MINUTE_MS,
  "5m": 5 * MINUTE_MS,
  "15m": 15 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": 60 * MINUTE_MS,
  "2h": 120 * MINUTE_MS,
  "4h": 240 * MINUTE_MS,
  "6h": 360 * MINUTE_MS,
  "8h": 480 * MINUTE_MS,
  "12h": 720 * MINUTE_MS,
  "1d": DAY_MS,
  "3d": 3 * DAY_MS,
  "1w": 7 * DAY_MS,
  "1M": NaN,
};

/** Where the klines of an interval begin and end. */
export interface KlineInterval {
  readonly name: string;
  openOf(timeMs: number): number;
  /** First millisecond of the next kline. */
  nextOpen(openMs: number): number;
}

/** `undefined` where the venue has no such interval: seconds exist on spot only. */
export function klineInterval(name: string, hasSeconds: boolean): KlineInterval | undefined {
  if (!Object.hasOwn(LENGTH_MS, name) || (name === "1s" && !hasSeconds)) return undefined;
  if (name === "1M") return MONTH;
  const lengthMs = LENGTH_MS[name];
  const originMs = name === "1w" ? MONDAY_MS : 0;
  return {
    name,
    openOf: (timeMs) => originMs + Math.floor((timeMs - originMs) / lengthMs) * lengthMs,
    nextOpen: (openMs) => openMs + lengthMs,
  };
}

const MONTH: KlineInterval = {
  name: "1M",
  openOf(timeMs) {
    const date = new Date(timeMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
  },
  nextOpen(openMs) {
    const date = new Date(openMs);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
  },
};
