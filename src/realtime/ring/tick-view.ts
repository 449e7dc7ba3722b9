import { SIDE_BITS, type TickColumns } from "./tick-columns.ts";
import type { TickRing } from "./tick-ring.ts";
import type { Side, Tick } from "../market/tick.ts";

const SIDES: readonly Side[] = ["sell", "buy", "unknown"];

/** The tick in slot `i` as an object of its own. */
export function tickAt(columns: TickColumns, i: number, symbols: readonly string[]): Tick {
  return {
    symbol: symbols[columns.symbol[i]],
    tradeId: columns.tradeId[i],
    tradeCount: columns.tradeCount[i],
    price: columns.price[i],
    size: columns.size[i],
    side: SIDES[columns.flags[i] & SIDE_BITS],
    time: columns.time[i],
    receivedAt: columns.receivedAt[i],
  };
}

/**
 * The newest `count` ticks of a symbol that the ring still holds, oldest first.
 *
 * @throws RangeError when `count` is no whole number of at least 0.
 */
export function recentTicks(
  ring: TickRing,
  symbolIndex: number,
  count: number,
  symbols: readonly string[],
): Tick[] {
  if (!(Number.isInteger(count) && count >= 0)) {
    throw new RangeError(`count must be a whole number of at least 0, was ${count}`);
  }
  const found: Tick[] = [];
  const oldest = ring.published - ring.length;
  for (let n = ring.published - 1; n >= oldest && found.length < count; n--) {
    const slot = ring.slotOf(n);
    if (ring.columns.symbol[slot] === symbolIndex) found.push(tickAt(ring.columns, slot, symbols));
  }
  return found.reverse();
}
