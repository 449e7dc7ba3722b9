import { VenueConnectionError } from "../index.ts";
import { tell } from "./output.ts";
import type { Venue } from "../realtime/feed/venues/index.ts";

/**
 * Asks the venue for each symbol: some take a subscription to a symbol that they do not have, and then send nothing.
 * Where the venue cannot be asked, that is told, and nothing more.
 *
 * @throws UnknownSymbolError for the first that the venue does not have.
 */
export async function mustKnowSymbols(
  venue: Venue,
  symbols: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const names = symbols.map((symbol) => venue.normalizeSymbol(symbol));
  const { history } = venue;
  if (!history) return;
  try {
    await Promise.all(names.map((symbol) => history.bars(symbol, "1m", { limit: 1 }, signal)));
  } catch (error) {
    if (!(error instanceof VenueConnectionError)) throw error;
    tell(`symbols are not checked: ${error.message}`);
  }
}
