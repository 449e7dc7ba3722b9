import type { Channel } from "./feed.ts";

/** A control frame to send, and the id its reply will carry; `undefined` when the venue does not answer it. */
export interface ControlFrame {
  readonly replyId: number | undefined;
  /** The frame as it is sent. */
  readonly text: string;
  /** What the frame asks for, for error messages: `subscribe btcusdt@trade, …`. */
  readonly purpose: string;
}

/** What a connection is to bring. */
export interface StreamRequest {
  /** In the venue's spelling. */
  readonly symbols: readonly string[];
  readonly channels: readonly Channel[];
  /** Used where `channels` has `klines`. */
  readonly klineIntervals: readonly string[];
}

/** What a WebSocket connection must know of a venue. Everything here is pure: the connection owns the socket. */
export interface StreamProtocol {
  /** Address to connect to. */
  url(request: StreamRequest): string;
  /** Frames to send after connecting, and again after each reconnect. Ids start at `firstId` and are not reused. */
  subscribeFrames(request: StreamRequest, firstId: number): readonly ControlFrame[];
  /** Frames a second the venue allows a client to send, below its limit by a margin. */
  readonly controlFramesPerSecond: number;
  /** Longest the line may stay silent (no message, no ping of the server) before it counts as dead, in ms. */
  readonly deadAfterMs: number;
  /** Age at which the venue closes a connection by itself, in ms; the feed reconnects before. `undefined` when never. */
  readonly maxConnectionAgeMs: number | undefined;
}
