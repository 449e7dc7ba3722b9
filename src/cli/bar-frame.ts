import pl from "nodejs-polars";
import { BAR_COLUMNS, firstUnended, type BarRowsOptions } from "./bar-rows.ts";
import type { RealtimeDataManager } from "../index.ts";

/** All bars of a manager in one frame with the columns of the CSV, for a Parquet file; `open_time` is a UTC time there. */
export async function barFrame(
  manager: RealtimeDataManager,
  { includePartial, completeUntil = Infinity }: BarRowsOptions,
): Promise<pl.DataFrame> {
  const parts: pl.DataFrame[] = [];
  for (const symbol of manager.symbols) {
    for (const timeframe of manager.timeframes) {
      const frame = await manager.getData(symbol, timeframe);
      parts.push(
        frame.select(
          ...columnsOf({ venue: manager.venue, symbol, timeframe }, firstUnended(timeframe, completeUntil)),
        ),
      );
    }
  }
  const all = pl.concat(parts);
  return includePartial ? all : all.filter(pl.col("status").eq(pl.lit("closed")));
}

function columnsOf(
  place: { readonly venue: string; readonly symbol: string; readonly timeframe: string },
  openBefore: number,
): pl.Expr[] {
  const isWhole = pl
    .col("closed")
    .and(pl.col("partial").not())
    .and(pl.col("timestamp").cast(pl.Int64).lt(pl.lit(openBefore)));
  return BAR_COLUMNS.map((name) => {
    if (name === "venue" || name === "symbol" || name === "timeframe") return pl.lit(place[name]).alias(name);
    if (name === "open_time") return pl.col("timestamp").alias(name);
    if (name === "status") {
      return pl.when(isWhole).then(pl.lit("closed")).otherwise(pl.lit("partial")).alias(name);
    }
    return pl.col(name);
  });
}
