import type { Clock } from "../../clock.ts";
import type { SymbolTable } from "../market/symbol-table.ts";
import type { VenueBar } from "./history-source.ts";
import type { WireRecord } from "./wire-record.ts";

/** Why a message, or a part of one, was not taken. Each is a counter in `stats().messages.rejected`. */
export type RejectReason =
  /** Not JSON, not UTF-8, cut short, or nested deeper than any message of the venue. */
  | "malformed"
  /** JSON, but none of the messages the venue documents. */
  | "unknownMessage"
  /** A symbol nobody subscribed to. */
  | "unknownSymbol"
  /** A field is absent or of another type than documented. */
  | "badField"
  /** A price or size that is no finite decimal within bounds, or a price not above 0. */
  | "badNumber"
  /** A trade id that is no integer from 0 to 2^53 - 1, or ids in the wrong order. */
  | "badTradeId"
  /** A time before 2009, or more than a day after the receive time. */
  | "badTime";

/** The venue's answer to a control frame. `error` is its own text when it refused. */
export interface ControlReply {
  /** Id of the frame; NaN where the venue does not say which one it refuses. */
  readonly id: number;
  readonly error?: string;
}

/** A kline the venue pushed or served, with the trade ids it covers where the venue says them. */
export interface KlineUpdate {
  readonly symbolIndex: number;
  /** As the venue names it. */
  readonly interval: string;
  readonly bar: VenueBar;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly isClosed: boolean;
}

/** What a decoder tells. Calls come in the order of the wire; a record is read before the call returns. */
export interface FeedSink {
  onTrade(record: WireRecord): void;
  onQuote(record: WireRecord): void;
  onKline(kline: KlineUpdate): void;
  /**
   * A known message that carries no data for us, but perhaps an event time. `symbol` is -1 where it names none of ours.
   * Where `lastTradeId` is not NaN, the message uses up the ids from `firstTradeId` to it without a trade that belongs into
   * a bar (a print that no order book matched): they are no gap.
   */
  onOther(record: WireRecord): void;
  onReply(reply: ControlReply): void;
  /** The venue says that it will close this connection soon. */
  onShutdownNotice(): void;
  /** `message` is only valid during the call. */
  onRejected(reason: RejectReason, message: Uint8Array): void;
}

/** Turns raw messages into calls of its sink. Never throws, whatever the bytes. */
export interface Decoder {
  /** Filled anew by each message; the feed writes the receive time into it before `decode`. */
  readonly record: WireRecord;
  /** Takes one message, whose bytes are only valid during the call. */
  decode(message: Uint8Array): void;
}

/** What a feed can be asked for. */
export type Channel = "trades" | "aggTrades" | "quotes" | "klines";

/** What happens to a connection, for the manager's events. */
export interface FeedListener {
  /** Connection `generation` is open and its subscriptions are answered; its first messages may have come before. */
  onConnected(generation: number): void;
  /** Will be retried after `retryInMs`; `undefined` when the feed was closed or gave up. */
  onDisconnected(reason: string, retryInMs: number | undefined): void;
  /** Market data that used to flow stopped, or nothing arrived at all, for `silentMs`, though the connection looks open. */
  onStale(silentMs: number): void;
  /** Something failed that is not a disconnect: a refused subscription, a callback that threw. */
  onError(error: Error): void;
  /**
   * Called once after a burst of messages was decoded, so that work can be done in batches. A feed that can wait, as a
   * tape can, goes on when a returned promise resolves; a live feed does not wait.
   */
  onBurst(): void | PromiseLike<void>;
}

/** What a venue makes a feed of. */
export interface FeedContext {
  readonly symbols: SymbolTable;
  readonly channels: readonly Channel[];
  /** Kline intervals to subscribe to when `channels` has `klines`. */
  readonly klineIntervals: readonly string[];
  /** Where decoded messages go. */
  readonly sink: FeedSink;
  /** Who hears of the connection. */
  readonly listener: FeedListener;
  readonly clock: Clock;
  /** Uniform in [0, 1); jitter comes from it. */
  readonly random: () => number;
  /** Put around the feed's decoder, so that a recorder sees each raw message, with its receive time, before it is decoded. */
  readonly wrapDecoder?: (decoder: Decoder) => Decoder;
}

/** How a feed is doing. */
export interface FeedHealth {
  /** `open` when connected and subscribed; `waiting` between a lost connection and the next attempt. */
  readonly state: "idle" | "connecting" | "open" | "waiting" | "closed";
  /** How many times a connection was opened. */
  readonly generation: number;
  /** Messages received, over all connections. */
  readonly messages: number;
  /** Bytes of these messages, without the WebSocket's own. */
  readonly bytes: number;
  /** Receive time of the newest message or ping, in ms since the epoch; `undefined` before the first. */
  readonly lastMessageAt: number | undefined;
  /** Attempts to connect again after a connection was lost, successful or not. */
  readonly reconnects: number;
  /** Why the newest connection ended. */
  readonly lastDisconnect: string | undefined;
}

/** A running stream of raw messages: a live connection, or a tape. */
export interface Feed {
  /** Resolves when every subscription is acknowledged. Rejects when the first connection fails. */
  start(signal?: AbortSignal): Promise<void>;
  /** Resolves when nothing of the feed is left. May be called in every state, and twice. */
  close(): Promise<void>;
  /** A copy of now. */
  health(): FeedHealth;
  /** Resolves when the feed ends by itself, as a tape does; a live feed's never does. Rejects with what broke it. */
  readonly ended: Promise<void>;
}
