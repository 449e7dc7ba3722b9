import { VirtualClock, type Timer } from "../../../src/clock.ts";
import type { ConnectionOptions } from "../../../src/realtime/feed/connection-options.ts";
import type { Decoder, FeedSink } from "../../../src/realtime/feed/feed.ts";
import type { StreamProtocol } from "../../../src/realtime/feed/stream-protocol.ts";
import { WebSocketFeed } from "../../../src/realtime/feed/websocket-feed.ts";
import { WireField, WireRecord } from "../../../src/realtime/feed/wire-record.ts";

/** One control frame for each symbol; the protocol that {@link StreamServer} speaks. */
export function smallProtocol(url: string, changes: Partial<StreamProtocol> = {}): StreamProtocol {
  return {
    url: () => url,
    subscribeFrames: ({ symbols }, firstId) =>
      symbols.map((symbol, i) => ({
        replyId: firstId + i,
        text: JSON.stringify({ id: firstId + i, streams: [symbol] }),
        purpose: `subscribe ${symbol}`,
      })),
    controlFramesPerSecond: 1_000_000,
    deadAfterMs: 25_000,
    maxConnectionAgeMs: undefined,
    ...changes,
  };
}

/** `{"price":1}` is a trade, `{"id":1}` a reply, `{"bye":true}` a shutdown notice, `throw` a bug. */
class SmallDecoder implements Decoder {
  readonly record = new WireRecord();
  readonly #sink: FeedSink;

  constructor(sink: FeedSink) {
    this.#sink = sink;
  }

  decode(message: Uint8Array): void {
    const text = new TextDecoder().decode(message);
    if (text === "throw") throw new Error("bug in the decoder");
    if (!text.startsWith("{")) return this.#sink.onRejected("malformed", message);
    const { id, error, bye, price } = JSON.parse(text) as Record<string, never>;
    if (bye) return this.#sink.onShutdownNotice();
    if (id !== undefined) return this.#sink.onReply({ id, error });
    this.record.fields[WireField.price] = price;
    this.#sink.onTrade(this.record);
  }
}

/** Knows how many of its timers are neither due nor cancelled. */
class CountingClock extends VirtualClock {
  readonly #pending = new Set<object>();

  get pendingTimers(): number {
    return this.#pending.size;
  }

  override setTimer(run: () => void, delayMs: number): Timer {
    const key = {};
    this.#pending.add(key);
    const done = (): boolean => this.#pending.delete(key);
    const timer = super.setTimer(() => {
      done();
      run();
    }, delayMs);
    return {
      cancel() {
        done();
        timer.cancel();
      },
    };
  }
}

export interface FeedScene {
  readonly url: string;
  readonly symbols?: readonly string[];
  readonly protocol?: Partial<StreamProtocol>;
  readonly connection?: ConnectionOptions;
  readonly random?: () => number;
  readonly wrapDecoder?: (decoder: Decoder) => Decoder;
}

/** A feed of the small venue on a virtual clock, with everything it tells in the order it told it. */
export function smallFeed({
  url,
  symbols = ["a"],
  protocol,
  connection,
  random = () => 1,
  wrapDecoder,
}: FeedScene) {
  const clock = new CountingClock(1_000_000);
  const told: string[] = [];
  const prices: number[] = [];
  const receivedAt: number[] = [];
  const errors: Error[] = [];
  const waiting: { readonly start: string; readonly resolve: (what: string) => void }[] = [];

  function tell(what: string): void {
    told.push(what);
    for (let i = waiting.length - 1; i >= 0; i--) {
      if (what.startsWith(waiting[i].start)) waiting.splice(i, 1)[0].resolve(what);
    }
  }

  const sink: FeedSink = {
    onTrade({ fields }) {
      prices.push(fields[WireField.price]);
      receivedAt.push(fields[WireField.receivedAt]);
      tell("trade");
      if (fields[WireField.price] < 0) throw new Error("bug in the sink");
    },
    onQuote: () => {},
    onKline: () => {},
    onOther: () => {},
    onReply: ({ id }) => tell(`reply ${id}`),
    onShutdownNotice: () => tell("shutdown notice"),
    onRejected: (reason) => tell(`rejected ${reason}`),
  };
  const feed = new WebSocketFeed(
    {
      protocol: smallProtocol(url, protocol),
      request: { symbols, channels: ["trades"], klineIntervals: [] },
      createDecoder: (feedSink) => new SmallDecoder(feedSink),
      connection,
    },
    {
      sink,
      listener: {
        onConnected: (generation) => tell(`connected ${generation}`),
        onDisconnected: (reason, retryInMs) => tell(`disconnected, retry in ${retryInMs}: ${reason}`),
        onStale: (silentMs) => tell(`stale ${silentMs}`),
        onError: (error) => {
          errors.push(error);
          tell(`error ${error.message}`);
        },
        onBurst: () => tell("burst"),
      },
      clock,
      random,
      wrapDecoder,
    },
  );
  return {
    feed,
    clock,
    told,
    prices,
    receivedAt,
    errors,
    /** Resolves when something is told that begins with `start`; what was told before does not count. */
    next: (start: string) => new Promise<string>((resolve) => waiting.push({ start, resolve })),
  };
}
