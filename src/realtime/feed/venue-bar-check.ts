import { MAX_SUM, readDecimalText } from "./wire-decimal.ts";
import type { VenueBar } from "./history-source.ts";

const PRICES = ["open", "high", "low", "close"] as const;
const SUMS = ["volume", "quoteVolume", "takerBuyVolume"] as const;

/** What is wrong with a bar that a venue sent, as `high is "abc"`; `undefined` where nothing is. */
export function venueBarComplaint(bar: VenueBar): string | undefined {
  if (!(Number.isSafeInteger(bar.openTime) && bar.openTime >= 0)) return `open time is ${bar.openTime}`;
  if (!(Number.isSafeInteger(bar.trades) && bar.trades >= 0)) return `trade count is ${bar.trades}`;
  const values = {} as Record<(typeof PRICES)[number], number>;
  for (const field of PRICES) {
    const value = readDecimalText(bar[field])?.value ?? NaN;
    if (!(value > 0)) return `${field} is "${bar[field]}"`;
    values[field] = value;
  }
  const { open, high, low, close } = values;
  if (high < Math.max(open, close))
    return `high ${bar.high} is below its open ${bar.open} or close ${bar.close}`;
  if (low > Math.min(open, close))
    return `low ${bar.low} is above its open ${bar.open} or close ${bar.close}`;
  for (const field of SUMS) {
    if (readDecimalText(bar[field], MAX_SUM) === undefined) return `${field} is "${bar[field]}"`;
  }
  return undefined;
}
