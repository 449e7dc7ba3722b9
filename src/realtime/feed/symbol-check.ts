import type { HistorySource } from "./history-source.ts";

/**
 * Asks the venue for one bar of each symbol: some venues acknowledge a subscription to a symbol they do not have, and
 * then send nothing.
 *
 * @throws UnknownSymbolError for the first symbol the venue does not have; VenueConnectionError, VenueRequestError.
 */
export async function checkSymbols(
  history: HistorySource,
  symbols: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const [interval] = history.intervals;
  await Promise.all(symbols.map((symbol) => history.bars(symbol, interval, { limit: 1 }, signal)));
}
