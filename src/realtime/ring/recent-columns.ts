import type { TickColumns } from "./tick-columns.ts";

/** Columns that a caller keeps to have the newest ticks copied into: those it reads, and no others. */
export type RecentColumns = Partial<TickColumns>;

/** @throws RangeError when a column of `into` is shorter than `count`. */
export function checkRoom(into: RecentColumns, count: number): void {
  const { time, receivedAt, price, size, tradeId, tradeCount, symbol, flags } = into;
  if (time !== undefined && time.length < count) refuse("time", time, count);
  if (receivedAt !== undefined && receivedAt.length < count) refuse("receivedAt", receivedAt, count);
  if (price !== undefined && price.length < count) refuse("price", price, count);
  if (size !== undefined && size.length < count) refuse("size", size, count);
  if (tradeId !== undefined && tradeId.length < count) refuse("tradeId", tradeId, count);
  if (tradeCount !== undefined && tradeCount.length < count) refuse("tradeCount", tradeCount, count);
  if (symbol !== undefined && symbol.length < count) refuse("symbol", symbol, count);
  if (flags !== undefined && flags.length < count) refuse("flags", flags, count);
}

/**
 * Copies `count` ticks from slot `from` on, and from slot 0 after the last one, to the beginning of the columns that `into`
 * has.
 */
export function copyTicks(into: RecentColumns, columns: TickColumns, from: number, count: number): void {
  const { time, receivedAt, price, size, tradeId, tradeCount, symbol, flags } = into;
  if (time !== undefined) copyColumn(time, columns.time, from, count);
  if (receivedAt !== undefined) copyColumn(receivedAt, columns.receivedAt, from, count);
  if (price !== undefined) copyColumn(price, columns.price, from, count);
  if (size !== undefined) copyColumn(size, columns.size, from, count);
  if (tradeId !== undefined) copyColumn(tradeId, columns.tradeId, from, count);
  if (tradeCount !== undefined) copyColumn(tradeCount, columns.tradeCount, from, count);
  if (symbol !== undefined) copyColumn(symbol, columns.symbol, from, count);
  if (flags !== undefined) copyColumn(flags, columns.flags, from, count);
}

/** In one piece, or two where the ring wraps. For 100 ticks that costs what a loop does, for 1,000 half of it. */
function copyColumn<Column extends TickColumns[keyof TickColumns]>(
  target: Column,
  source: Column,
  from: number,
  count: number,
): void {
  const beforeWrap = Math.min(count, source.length - from);
  target.set(source.subarray(from, from + beforeWrap));
  if (beforeWrap < count) target.set(source.subarray(0, count - beforeWrap), beforeWrap);
}

function refuse(name: string, { length }: { readonly length: number }, count: number): never {
  throw new RangeError(`column "${name}" must have room for the ${count} ticks asked for, has ${length}`);
}
