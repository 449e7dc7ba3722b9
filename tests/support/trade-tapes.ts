import { writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** A minute that the made tapes begin in. */
export const MINUTE = Date.UTC(2024, 7, 8, 12, 0);

export interface TapeTrade {
  readonly id: number;
  /** Milliseconds after {@link MINUTE}. */
  readonly at: number;
  readonly symbol?: string;
  readonly price?: string;
  readonly size?: string;
  /** Whether the taker sold. */
  readonly sold?: boolean;
}

/** A trade message as Binance sends it. */
export function tradeMessage(trade: TapeTrade): string {
  const { id, at, symbol = "BTCUSDT", price = "100.00", size = "1.000", sold = false } = trade;
  const time = MINUTE + at;
  return JSON.stringify({
    e: "trade",
    E: time,
    s: symbol,
    t: id,
    p: price,
    q: size,
    T: time,
    m: sold,
    M: true,
  });
}

/** The line of a message that arrived `at` ms after {@link MINUTE}. */
export function lineAt(at: number, message: string): string {
  return `${MINUTE + at}000000 ${message}\n`;
}

/** Lines of trades that each arrive as they happen. */
export function tradeLines(trades: readonly TapeTrade[]): string {
  return trades.map((trade) => lineAt(trade.at, tradeMessage(trade))).join("");
}

export async function writeTape(file: string, text: string): Promise<string> {
  await writeFile(file, file.endsWith(".gz") ? gzipSync(text) : text);
  return file;
}
