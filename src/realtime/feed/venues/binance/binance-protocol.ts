import { VenueRequestError } from "../../../../errors.ts";
import type { Channel } from "../../feed.ts";
import type { ControlFrame, StreamProtocol, StreamRequest } from "../../stream-protocol.ts";
import type { BinanceProduct } from "./binance-product.ts";

const MAX_STREAMS_PER_CONNECTION = 1_024;
const MAX_STREAMS_PER_FRAME = 100;
/** Names of streams that an error message spells out. */
const MAX_NAMES_IN_PURPOSE = 3;
/** The venue closes a connection after 24 hours. */
const MAX_CONNECTION_AGE_MS = 24 * 3_600_000;

export interface BinanceProtocolOptions {
  /** Scheme, host and path before `/stream`. */
  readonly baseUrl: string;
  /** Answer a request for trades with aggregates. */
  readonly aggregateTrades: boolean;
}

/** Combined streams of one address: connect to `/stream`, then subscribe by control frames. Times stay milliseconds. */
export class BinanceProtocol implements StreamProtocol {
  readonly controlFramesPerSecond: number;
  readonly deadAfterMs: number;
  readonly maxConnectionAgeMs = MAX_CONNECTION_AGE_MS;
  readonly #venueId: string;
  readonly #options: BinanceProtocolOptions;

  constructor(product: BinanceProduct, options: BinanceProtocolOptions) {
    this.controlFramesPerSecond = product.controlFramesPerSecond;
    this.deadAfterMs = product.deadAfterMs;
    this.#venueId = product.id;
    this.#options = options;
  }

  url(): string {
    return `${this.#options.baseUrl}/stream`;
  }

  /** @throws VenueRequestError when the request needs more streams than one connection may carry. */
  subscribeFrames(request: StreamRequest, firstId: number): readonly ControlFrame[] {
    const streams = this.#streamNames(request);
    if (streams.length > MAX_STREAMS_PER_CONNECTION) {
      throw new VenueRequestError(
        `${this.#venueId} carries at most ${MAX_STREAMS_PER_CONNECTION} streams on a connection, ` +
          `${streams.length} were asked for (${request.symbols.length} symbols)`,
      );
    }
    const frames: ControlFrame[] = [];
    for (let i = 0; i < streams.length; i += MAX_STREAMS_PER_FRAME) {
      frames.push(subscribeFrame(streams.slice(i, i + MAX_STREAMS_PER_FRAME), firstId + frames.length));
    }
    return frames;
  }

  #streamNames({ symbols, channels, klineIntervals }: StreamRequest): string[] {
    const suffixes = channels.flatMap((channel) => this.#suffixes(channel, klineIntervals));
    const names = symbols.flatMap((symbol) => suffixes.map((suffix) => symbol.toLowerCase() + suffix));
    return [...new Set(names)];
  }

  #suffixes(channel: Channel, klineIntervals: readonly string[]): string[] {
    switch (channel) {
      case "trades":
        return [this.#options.aggregateTrades ? "@aggTrade" : "@trade"];
      case "aggTrades":
        return ["@aggTrade"];
      case "quotes":
        return ["@bookTicker"];
      case "klines":
        return klineIntervals.map((interval) => `@kline_${interval}`);
    }
  }
}

function subscribeFrame(streams: readonly string[], id: number): ControlFrame {
  const named = streams.slice(0, MAX_NAMES_IN_PURPOSE).join(", ");
  const others = streams.length - MAX_NAMES_IN_PURPOSE;
  return {
    replyId: id,
    text: JSON.stringify({ method: "SUBSCRIBE", params: streams, id }),
    purpose: others > 0 ? `subscribe ${named} and ${others} more` : `subscribe ${named}`,
  };
}
