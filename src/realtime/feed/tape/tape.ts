import { VirtualClock } from "../../../clock.ts";
import type { FeedContext } from "../feed.ts";
import type { Venue } from "../venue.ts";
import { TapeFeed } from "./tape-feed.ts";
import { TapePace } from "./tape-pace.ts";
import { TapeReader } from "./tape-reader.ts";

/** How a tape is played. */
export interface TapeOptions {
  /** The venue whose messages were recorded. */
  readonly venue: Venue;
  /** How many recorded seconds pass in a second; `Infinity` is as fast as it can be read. @defaultValue Infinity */
  readonly speed?: number;
}

/**
 * A recorded session in the place of its venue: the same id, symbols and decoder, no history, and a clock of its own
 * that stands at the line being played, so that it is played once. Its feed ends with the tape; a tape that is cut or
 * damaged rejects `ended` with a TapeError after everything before the fault was decoded.
 *
 * @throws RangeError when there is no file, or `speed` is not above 0.
 */
export function tape(files: string | readonly string[], { venue, speed = Infinity }: TapeOptions): Venue {
  const reader = new TapeReader(files);
  if (!(speed > 0)) throw new RangeError(`speed must be above 0, was ${speed}`);
  return {
    id: venue.id,
    history: undefined,
    clock: new VirtualClock(),
    normalizeSymbol: (symbol) => venue.normalizeSymbol(symbol),
    createDecoder: (symbols, sink) => venue.createDecoder(symbols, sink),
    createFeed: (context: FeedContext) => {
      const decoder = venue.createDecoder(context.symbols, context.sink);
      const wrap = context.wrapDecoder ?? ((bare: typeof decoder) => bare);
      return new TapeFeed(reader, new TapePace(speed, context.clock), wrap(decoder), context);
    },
  };
}

/**
 * Arrival time of the first line, in milliseconds since the epoch: where a virtual clock should start. `undefined` for
 * a tape without lines.
 *
 * @throws TapeError when the first line cannot be read.
 */
export async function tapeStartTime(files: string | readonly string[]): Promise<number | undefined> {
  for await (const batch of new TapeReader(files).batches()) {
    if (batch.next()) return batch.receivedAt;
  }
  return undefined;
}
