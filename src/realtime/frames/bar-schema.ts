import type { BarRow } from "../bars/bar-row.ts";
import { scalar, table, text, type Part } from "./flatbuffer-writer.ts";

export type ColumnType = "timestamp" | "float64" | "int64" | "int32" | "boolean";

export interface BarField {
  /** The column's name in a frame. */
  readonly name: string;
  readonly type: ColumnType;
  /** Where it comes from in the bars; `undefined` for what is computed. */
  readonly source: keyof BarRow | undefined;
}

/** The columns of a bar frame, in order. No name may be one of a DataFrame's methods, or it would shadow that method. */
export const BAR_FIELDS = [
  { name: "timestamp", type: "timestamp", source: "openTime" },
  { name: "open", type: "float64", source: "open" },
  { name: "high", type: "float64", source: "high" },
  { name: "low", type: "float64", source: "low" },
  { name: "close", type: "float64", source: "close" },
  { name: "volume", type: "float64", source: "volume" },
  { name: "quote_volume", type: "float64", source: "quoteVolume" },
  { name: "trades", type: "int32", source: "trades" },
  { name: "taker_buy_volume", type: "float64", source: "takerBuyVolume" },
  { name: "first_trade_id", type: "int64", source: "firstTradeId" },
  { name: "last_trade_id", type: "int64", source: "lastTradeId" },
  { name: "revision", type: "int32", source: "revision" },
  { name: "closed", type: "boolean", source: undefined },
  { name: "partial", type: "boolean", source: undefined },
] as const satisfies readonly BarField[];

/** Bytes that `rows` values of a column fill, padding left out. */
export function columnBytes(type: ColumnType, rows: number): number {
  if (type === "boolean") return (rows + 7) >>> 3;
  return rows * (type === "int32" ? 4 : 8);
}

/** A member of Arrow's `Type` union, and the table that goes with it. */
export interface ArrowType {
  readonly id: number;
  readonly description: Part;
}

const MILLISECOND = 1;
const DOUBLE = 2;

const integer = (bits: number): ArrowType => ({
  id: 2,
  description: table(scalar(4, bits), scalar(1, 1)),
});

/** Column types in the words of Arrow's `Schema.fbs`. */
export const ARROW_TYPES: Readonly<Record<ColumnType, ArrowType>> = {
  timestamp: { id: 10, description: table(scalar(2, MILLISECOND), text("UTC")) },
  float64: { id: 3, description: table(scalar(2, DOUBLE)) },
  int64: integer(64),
  int32: integer(32),
  boolean: { id: 6, description: table() },
};
