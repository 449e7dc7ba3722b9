import type { WideDigits } from "../feed/wire-record.ts";

/**
 * Digits of the rare trades that a float64 cannot carry, kept beside the columns until their bar has taken them.
 * The columns hold the nearest float64 and the WIDE_DIGITS bit.
 */
export class WideDigitsTable {
  readonly #digits = new Map<string, WideDigits>();

  put(symbol: number, tradeId: number, digits: WideDigits): void {
    this.#digits.set(`${symbol}/${tradeId}`, digits);
  }

  get(symbol: number, tradeId: number): WideDigits | undefined {
    return this.#digits.get(`${symbol}/${tradeId}`);
  }

  /** Forgets the digits of a trade that every bar has taken, or that was dropped. */
  forget(symbol: number, tradeId: number): void {
    this.#digits.delete(`${symbol}/${tradeId}`);
  }
}
