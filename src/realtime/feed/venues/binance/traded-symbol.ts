import { isJsonObject, parseJson } from "../../json-text.ts";

/** A trade, wrapped, nests two deep. */
const MAX_DEPTH = 2;

/** Letters, digits and the underscore before the date of a dated contract; never in lower case. */
const SYMBOL = /^[\p{L}\p{N}_]{1,40}$/u;

/** The symbol of a message of the trade streams, raw or wrapped; `undefined` for every other message. */
export function tradedSymbol(message: Uint8Array): string | undefined {
  const parsed = parseJson(message, MAX_DEPTH);
  if (!isJsonObject(parsed)) return undefined;
  const payload = "stream" in parsed && isJsonObject(parsed.data) ? parsed.data : parsed;
  const { e: event, s: symbol } = payload;
  if ((event !== "trade" && event !== "aggTrade") || typeof symbol !== "string") return undefined;
  return SYMBOL.test(symbol) && symbol === symbol.toUpperCase() ? symbol : undefined;
}
