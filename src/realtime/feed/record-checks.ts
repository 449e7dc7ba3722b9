import { WireField, type WireRecord } from "./wire-record.ts";
import type { RejectReason } from "./feed.ts";

/** 2009-01-03: nothing that is traded here is older. */
const FIRST_TIME_MS = 1_230_940_800_000;
const DAY_MS = 86_400_000;
/** A tick counts its trades in an int32. */
const MAX_TRADES_PER_TICK = 2 ** 31 - 1;

/**
 * Whether a trade of integer ids and times passes {@link tradeComplaint}, in a form that costs the tick path little. The
 * complaint is asked for only where this says no.
 */
export function isPlausibleTrade(fields: Float64Array): boolean {
  const first = fields[WireField.firstTradeId];
  const last = fields[WireField.lastTradeId];
  return (
    fields[WireField.price] > 0 &&
    fields[WireField.size] >= 0 &&
    first >= 0 &&
    last >= first &&
    last - first < MAX_TRADES_PER_TICK &&
    last <= Number.MAX_SAFE_INTEGER &&
    isPlausibleTime(fields, WireField.tradeTime) &&
    isPlausibleTime(fields, WireField.eventTime)
  );
}

/** The same for a quote, whose event time may be NaN. */
export function isPlausibleQuote(fields: Float64Array): boolean {
  const eventTime = fields[WireField.eventTime];
  return (
    fields[WireField.bid] > 0 &&
    fields[WireField.bidSize] >= 0 &&
    fields[WireField.ask] > 0 &&
    fields[WireField.askSize] >= 0 &&
    (Number.isNaN(eventTime) || isPlausibleTime(fields, WireField.eventTime))
  );
}

/** The same for an integer time. */
export function isPlausibleTime(fields: Float64Array, field: number): boolean {
  const time = fields[field];
  const receivedAt = fields[WireField.receivedAt];
  // A tape's arrival times may count from its own beginning: then they say nothing of the venue's time.
  return time >= FIRST_TIME_MS && (!(receivedAt >= FIRST_TIME_MS) || time <= receivedAt + DAY_MS);
}

/** What is wrong with the numbers of a trade in `record`, or `undefined`. Prices and sizes are finite here already. */
export function tradeComplaint(record: WireRecord): RejectReason | undefined {
  const fields = record.fields;
  if (!(fields[WireField.price] > 0 && fields[WireField.size] >= 0)) return "badNumber";
  return (
    idComplaint(record) ??
    timeComplaint(record, WireField.tradeTime) ??
    timeComplaint(record, WireField.eventTime)
  );
}

/** What is wrong with the trade ids in `record`, or `undefined`. */
export function idComplaint({ fields }: WireRecord): RejectReason | undefined {
  const first = fields[WireField.firstTradeId];
  const last = fields[WireField.lastTradeId];
  if (!(isId(first) && isId(last))) return "badTradeId";
  const count = last - first + 1;
  return count >= 1 && count <= MAX_TRADES_PER_TICK ? undefined : "badTradeId";
}

/** What is wrong with the time at `field` of `record`, or `undefined`; NaN means that the message carries none. */
export function timeComplaint({ fields }: WireRecord, field: number): RejectReason | undefined {
  const time = fields[field];
  if (Number.isNaN(time)) return undefined;
  return Number.isInteger(time) && isPlausibleTime(fields, field) ? undefined : "badTime";
}

/** What is wrong with the numbers of a quote in `record`, or `undefined`. An empty side is a price of 0 with a size of 0. */
export function quoteComplaint(record: WireRecord): RejectReason | undefined {
  const fields = record.fields;
  const isBook =
    isBookSide(fields[WireField.bid], fields[WireField.bidSize]) &&
    isBookSide(fields[WireField.ask], fields[WireField.askSize]);
  return isBook ? timeComplaint(record, WireField.eventTime) : "badNumber";
}

function isId(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isBookSide(price: number, size: number): boolean {
  return size >= 0 && (price > 0 || (price === 0 && size === 0));
}
