import { FLAVOUR_RULES } from "./flavour-rules.ts";
import type { RestEndpoint } from "./rest-api.ts";
import type { VenueFlavour } from "./venue-options.ts";

/** REST of a venue that has no past: the time, and lists of nothing. */
export function emptyRestApi(
  flavour: VenueFlavour,
  now: () => number,
): (path: string) => RestEndpoint | undefined {
  const bodies = new Map<string, () => unknown>([
    ["ping", () => ({})],
    ["time", () => ({ serverTime: Math.floor(now()) })],
    ["exchangeInfo", () => ({ timezone: "UTC", serverTime: Math.floor(now()), symbols: [] })],
    ...["klines", "aggTrades", "historicalTrades", "trades"].map((list) => [list, () => []] as const),
  ]);
  const prefix = `${FLAVOUR_RULES[flavour].restPath}/`;
  return (path) => {
    const body = path.startsWith(prefix) ? bodies.get(path.slice(prefix.length)) : undefined;
    return body && { weight: () => 1, answer: body };
  };
}
