import { venueById, type Venue } from "../realtime/feed/venues/index.ts";
import { withUserOptions } from "./failure.ts";

/** The options of a command that connects to a venue. */
export interface VenueOptions {
  readonly venue: string;
  /** Address of the streams, instead of the venue's own. */
  readonly wsUrl?: string;
  /** Address of the REST interface, instead of the venue's own. */
  readonly restUrl?: string;
}

/** The venue of an id, at other addresses than its own where they are given. */
export function venueAt(options: VenueOptions): Venue {
  const { wsUrl: ws, restUrl: rest } = options;
  const venue = withUserOptions(() => venueById(options.venue, { endpoints: { ws, rest } }));
  return hasOwnHistory(options) ? venue : { ...venue, history: undefined };
}

/** Whether the REST interface speaks of the same market as the streams: those may come from elsewhere. */
export function hasOwnHistory({ wsUrl, restUrl }: VenueOptions): boolean {
  return wsUrl === undefined || restUrl !== undefined;
}
