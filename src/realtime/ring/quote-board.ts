import { WireField } from "../feed/wire-record.ts";
import type { Quote } from "../market/quote.ts";
import type { SymbolTable } from "../market/symbol-table.ts";

const FIELDS = [
  WireField.bid,
  WireField.bidSize,
  WireField.ask,
  WireField.askSize,
  WireField.eventTime,
  WireField.receivedAt,
] as const;

/** The newest best bid and ask of each symbol. */
export class QuoteBoard {
  readonly #symbols: SymbolTable;
  readonly #values: Float64Array;

  constructor(symbols: SymbolTable) {
    this.#symbols = symbols;
    this.#values = new Float64Array(symbols.size * FIELDS.length).fill(NaN);
  }

  set(fields: Float64Array): void {
    let at = fields[WireField.symbol] * FIELDS.length;
    for (let i = 0; i < FIELDS.length; i++) this.#values[at++] = fields[FIELDS[i]];
  }

  /** `undefined` before the first quote of the symbol. */
  get(symbolIndex: number): Quote | undefined {
    const at = symbolIndex * FIELDS.length;
    const [bid, bidSize, ask, askSize, time, receivedAt] = this.#values.subarray(at, at + FIELDS.length);
    if (Number.isNaN(bid)) return undefined;
    return { symbol: this.#symbols.names[symbolIndex], bid, bidSize, ask, askSize, time, receivedAt };
  }
}
