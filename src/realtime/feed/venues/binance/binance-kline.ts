import { isJsonObject } from "../../json-text.ts";
import { venueBarComplaint } from "../../venue-bar-check.ts";
import type { KlineUpdate, RejectReason } from "../../feed.ts";
import type { VenueBar } from "../../history-source.ts";

/** A kline of the stream without its symbol's index, which the caller knows. */
export type BinanceKline = Omit<KlineUpdate, "symbolIndex">;

/** Reads the `k` of a kline event. */
export function readKlineEvent(k: unknown): BinanceKline | RejectReason {
  if (!isJsonObject(k)) return "badField";
  const { i: interval, f: firstTradeId, L: lastTradeId, x: isClosed } = k;
  const bar = readBar([k.t, k.o, k.h, k.l, k.c, k.v, k.q, k.V, k.n]);
  if (
    bar === undefined ||
    typeof interval !== "string" ||
    typeof firstTradeId !== "number" ||
    typeof lastTradeId !== "number" ||
    typeof isClosed !== "boolean"
  ) {
    return "badField";
  }
  if (venueBarComplaint(bar) !== undefined) return "badNumber";
  if (!isIdRange(firstTradeId, lastTradeId)) return "badTradeId";
  return { interval, bar, firstTradeId, lastTradeId, isClosed };
}

/** Reads a row of the REST interface; says what is wrong with it where something is. */
export function readKlineRow(row: unknown): VenueBar | string {
  if (!Array.isArray(row)) return "is no array";
  const bar = readBar([row[0], row[1], row[2], row[3], row[4], row[5], row[7], row[9], row[8]]);
  return bar === undefined ? "has a field of another type" : (venueBarComplaint(bar) ?? bar);
}

/** In the order of {@link VenueBar}: open time, open, high, low, close, volume, quote volume, taker-buy volume, trades. */
function readBar([
  openTime,
  open,
  high,
  low,
  close,
  volume,
  quoteVolume,
  takerBuyVolume,
  trades,
]: readonly unknown[]): VenueBar | undefined {
  if (
    typeof openTime !== "number" ||
    typeof open !== "string" ||
    typeof high !== "string" ||
    typeof low !== "string" ||
    typeof close !== "string" ||
    typeof volume !== "string" ||
    typeof quoteVolume !== "string" ||
    typeof takerBuyVolume !== "string" ||
    typeof trades !== "number"
  ) {
    return undefined;
  }
  return { openTime, open, high, low, close, volume, quoteVolume, takerBuyVolume, trades };
}

/** A kline without a trade carries -1 for both. */
function isIdRange(first: number, last: number): boolean {
  if (first === -1 && last === -1) return true;
  return Number.isSafeInteger(first) && Number.isSafeInteger(last) && first >= 0 && last >= first;
}
