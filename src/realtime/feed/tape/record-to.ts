import type { Decoder } from "../feed.ts";
import type { Venue } from "../venue.ts";
import { WireField } from "../wire-record.ts";
import type { TapeWriter } from "./tape-writer.ts";

/**
 * A decoder that writes each raw message to the tape, with its receive time, before `decoder` sees it. A full disk does
 * not disturb decoding: it shows in the writer's `failure` and `drops`.
 */
export function recordTo(writer: TapeWriter, decoder: Decoder): Decoder {
  return {
    record: decoder.record,
    decode(message) {
      writer.write(decoder.record.fields[WireField.receivedAt], message);
      decoder.decode(message);
    },
  };
}

/** The same venue, with everything its feeds receive written to the tape. The caller closes the writer after the feed. */
export function recording(venue: Venue, writer: TapeWriter): Venue {
  return {
    id: venue.id,
    history: venue.history,
    clock: venue.clock,
    normalizeSymbol: (symbol) => venue.normalizeSymbol(symbol),
    createDecoder: (symbols, sink) => venue.createDecoder(symbols, sink),
    createFeed: (context) => {
      const wrap = context.wrapDecoder ?? ((decoder: Decoder) => decoder);
      return venue.createFeed({ ...context, wrapDecoder: (decoder) => recordTo(writer, wrap(decoder)) });
    },
  };
}
