import { SideCode } from "../feed/wire-record.ts";
import { decimalToNumber, parseDecimal } from "../market/decimal.ts";
import { WIDE_DIGITS } from "./tick-columns.ts";
import { plainColumns, TickQueue } from "./tick-queue.ts";
import type { VenueTrade } from "../feed/history-source.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { WideDigitsTable } from "./wide-digits.ts";

/** Mantissas from here on are told beside the columns: the nearest float64 may not lead back to them. */
const WIDE_MANTISSA = 2n ** 51n;

/** Trades that REST served, as ticks that bars take like live ones. Raises the symbol's precision to their digits. */
export function ticksOfVenueTrades(
  trades: readonly VenueTrade[],
  symbolIndex: number,
  receivedAt: number,
  { symbols, wide }: { readonly symbols: SymbolTable; readonly wide: WideDigitsTable },
): TickQueue {
  const queue = new TickQueue();
  const one = plainColumns(1);
  for (const trade of trades) {
    const price = parseDecimal(trade.price);
    const size = parseDecimal(trade.size);
    if (!price || !size)
      throw new TypeError(`trade ${trade.lastTradeId} has price "${trade.price}", size "${trade.size}"`);
    const isWide = price.mantissa >= WIDE_MANTISSA || size.mantissa >= WIDE_MANTISSA;
    if (isWide) wide.put(symbolIndex, trade.lastTradeId, { price, size });
    symbols.raisePrecision(symbolIndex, price.decimals, size.decimals);
    one.time[0] = trade.time;
    one.receivedAt[0] = receivedAt;
    one.price[0] = decimalToNumber(price);
    one.size[0] = decimalToNumber(size);
    one.tradeId[0] = trade.lastTradeId;
    one.tradeCount[0] = trade.lastTradeId - trade.firstTradeId + 1;
    one.symbol[0] = symbolIndex;
    one.flags[0] = (trade.takerBought ? SideCode.buy : SideCode.sell) | (isWide ? WIDE_DIGITS : 0);
    queue.push(one, 0);
  }
  return queue;
}
