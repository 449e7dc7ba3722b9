import type { Clock } from "../../../../../src/clock.ts";
import type { Decoder, FeedContext, FeedSink } from "../../../../../src/realtime/feed/feed.ts";
import type { Venue } from "../../../../../src/realtime/feed/venue.ts";
import { WireField, WireRecord } from "../../../../../src/realtime/feed/wire-record.ts";
import { SymbolTable } from "../../../../../src/realtime/market/symbol-table.ts";

/** A venue whose decoder only notes what it is given. */
export class TextVenue implements Venue {
  readonly id = "text";
  readonly history = undefined;
  readonly seen: { readonly text: string; readonly receivedAt: number }[] = [];
  /** Called for each message before it is noted. */
  onMessage: (text: string) => void = () => undefined;

  normalizeSymbol(symbol: string): string {
    return symbol.toUpperCase();
  }

  createDecoder(): Decoder {
    const record = new WireRecord();
    return {
      record,
      decode: (message) => {
        const text = Buffer.from(message).toString();
        this.onMessage(text);
        this.seen.push({ text, receivedAt: record.fields[WireField.receivedAt] });
      },
    };
  }

  /** Its own feed gives one message at once: enough to see what is put around the decoder. */
  createFeed(context: FeedContext): ReturnType<Venue["createFeed"]> {
    const bare = this.createDecoder();
    const decoder = context.wrapDecoder?.(bare) ?? bare;
    return {
      async start() {
        decoder.record.fields[WireField.receivedAt] = 5;
        decoder.decode(Buffer.from("live"));
      },
      async close() {},
      health: () => ({ state: "open", generation: 1, messages: 1, bytes: 4, lastMessageAt: 5, reconnects: 0, lastDisconnect: undefined }), // prettier-ignore
      ended: new Promise<void>(() => undefined),
    };
  }
}

/** A context that writes down what the listener hears. */
export function noted(
  clock: Clock,
  onBurst: () => void | PromiseLike<void> = () => undefined,
): { readonly context: FeedContext; readonly heard: string[] } {
  const heard: string[] = [];
  const context: FeedContext = {
    symbols: new SymbolTable(["X"]),
    channels: ["trades"],
    klineIntervals: [],
    sink: {} as FeedSink,
    listener: {
      onConnected: (generation) => void heard.push(`connected ${generation}`),
      onDisconnected: (reason, retryInMs) => void heard.push(`disconnected: ${reason}, retry ${retryInMs}`),
      onStale: () => void heard.push("stale"),
      onError: (error) => void heard.push(`error: ${error.message}`),
      onBurst,
    },
    clock,
    random: () => 0.5,
  };
  return { context, heard };
}
