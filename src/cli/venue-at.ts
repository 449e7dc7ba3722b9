import { venueById, type Venue } from "../realtime/feed/venues/index.ts";
import { withUserOptions } from "./failure.ts";

/** The venue of an id, at other addresses than its own where they are given. */
export function venueAt({
  venue,
  wsUrl,
  restUrl,
}: {
  readonly venue: string;
  readonly wsUrl?: string;
  readonly restUrl?: string;
}): Venue {
  return withUserOptions(() => venueById(venue, { endpoints: { ws: wsUrl, rest: restUrl } }));
}
