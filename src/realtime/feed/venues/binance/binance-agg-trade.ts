import { isJsonObject } from "../../json-text.ts";
import { readDecimalText } from "../../wire-decimal.ts";
import type { VenueTrade } from "../../history-source.ts";

/** A row of `aggTrades`. */
export interface BinanceAggTrade {
  readonly aggregateId: number;
  readonly time: number;
  /** `undefined` where the venue keeps the id of an aggregate that it took back: it stands for no trade. */
  readonly trade: VenueTrade | undefined;
}

/** Reads a row; says what is wrong with it where something is. */
export function readAggTradeRow(row: unknown): BinanceAggTrade | string {
  if (!isJsonObject(row)) return "is no object";
  const {
    a: aggregateId,
    p: price,
    q: size,
    f: firstTradeId,
    l: lastTradeId,
    T: time,
    m: buyerIsMaker,
  } = row;
  if (!isCount(aggregateId)) return `has the aggregate id ${String(aggregateId)}`;
  if (!isCount(time)) return `has the time ${String(time)}`;
  if (firstTradeId === -1 && lastTradeId === -1) return { aggregateId, time, trade: undefined };
  if (!isCount(firstTradeId) || !isCount(lastTradeId) || lastTradeId < firstTradeId) {
    return `has the trade ids ${String(firstTradeId)} to ${String(lastTradeId)}`;
  }
  if (typeof price !== "string" || !((readDecimalText(price)?.value ?? 0) > 0))
    return `has the price ${String(price)}`;
  if (typeof size !== "string" || readDecimalText(size) === undefined) return `has the size ${String(size)}`;
  if (typeof buyerIsMaker !== "boolean") return "has no side";
  // The taker bought when the buyer was not the maker.
  return {
    aggregateId,
    time,
    trade: { firstTradeId, lastTradeId, price, size, time, takerBought: !buyerIsMaker },
  };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
