import { UnknownVenueError } from "../../../errors.ts";
import { binance, binanceUsdm, type BinanceOptions } from "./binance/binance.ts";
import type { Venue } from "../venue.ts";

const VENUES: ReadonlyMap<string, (options?: BinanceOptions) => Venue> = new Map([
  ["binance", binance],
  ["binance-usdm", binanceUsdm],
]);

/** The ids that {@link venueById} knows. */
export const VENUE_IDS: readonly string[] = [...VENUES.keys()];

/** The venue of an id as the command line writes it. @throws UnknownVenueError when there is none. */
export function venueById(id: string, options: BinanceOptions = {}): Venue {
  const create = VENUES.get(id);
  if (create === undefined) throw new UnknownVenueError(id, VENUE_IDS);
  return create(options);
}
