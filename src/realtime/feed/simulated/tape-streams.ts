import { Channel } from "./channel.ts";
import { textFrame } from "./websocket-frame.ts";

const WRAPPED = Buffer.from('{"stream":"');
const QUOTE = 0x22;
/** Ends the name of a stream whose pace is not known. */
const ANY_DEPTH = "@depth*";

/** Finds out which stream a recorded message is of, and sends it to whoever wants that stream. */
export class TapeStreams {
  readonly #channels = new Map<string, Channel>();
  #unmatched = 0;

  /** Messages of no stream that can be told. */
  get unmatched(): number {
    return this.#unmatched;
  }

  channel(stream: string): Channel {
    let channel = this.#channels.get(stream);
    if (!channel) {
      channel = new Channel(stream);
      this.#channels.set(stream, channel);
    }
    return channel;
  }

  /** Sends the message as it is, whatever form a client asked for. False when nobody wants it. */
  send(message: Buffer): boolean {
    const stream = streamOf(message);
    if (stream === undefined) {
      this.#unmatched++;
      return false;
    }
    let frame: Buffer | undefined;
    for (const channel of this.#channelsOf(stream)) {
      for (const connections of [channel.raw, channel.combined]) {
        for (const connection of connections) connection.send((frame ??= textFrame(message)));
      }
    }
    return frame !== undefined;
  }

  /** A bare change of the book does not say at which pace it was asked for: any depth stream of its symbol takes it. */
  #channelsOf(stream: string): Channel[] {
    if (stream.endsWith(ANY_DEPTH)) {
      const prefix = stream.slice(0, -1);
      return [...this.#channels.values()].filter(({ name }) => name.startsWith(prefix));
    }
    const channel = this.#channels.get(stream);
    return channel ? [channel] : [];
  }
}

/** The stream's name, of wrapped and of bare messages; `undefined` where the message does not tell. */
function streamOf(message: Buffer): string | undefined {
  if (
    message.length > WRAPPED.length &&
    message.compare(WRAPPED, 0, WRAPPED.length, 0, WRAPPED.length) === 0
  ) {
    const end = message.indexOf(QUOTE, WRAPPED.length);
    return end < 0 ? undefined : message.toString("latin1", WRAPPED.length, end);
  }
  let json: unknown;
  try {
    json = JSON.parse(message.toString("utf8"));
  } catch {
    return undefined;
  }
  return typeof json === "object" && json !== null
    ? streamOfEvent(json as Record<string, unknown>)
    : undefined;
}

function streamOfEvent({ stream, e, s, k, u, b, a }: Record<string, unknown>): string | undefined {
  if (typeof stream === "string") return stream;
  if (typeof s !== "string") return undefined;
  const symbol = s.toLowerCase();
  switch (e) {
    case "trade":
    case "aggTrade":
    case "bookTicker":
      return `${symbol}@${e}`;
    case "depthUpdate":
      return symbol + ANY_DEPTH;
    case "kline":
      return `${symbol}@kline_${String((k as { i?: unknown } | null)?.i)}`;
    case undefined:
      // Spot's best bid and ask carry no event name.
      return u !== undefined && b !== undefined && a !== undefined ? `${symbol}@bookTicker` : undefined;
    default:
      return undefined;
  }
}
