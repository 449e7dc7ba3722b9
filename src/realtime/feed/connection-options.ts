import { MAX_TIMER_MS } from "./io-timer.ts";
import { resolveReconnect, type ReconnectOptions } from "./reconnect.ts";

/** Limits of a live connection. All times are milliseconds. */
export interface ConnectionOptions {
  /** Longest wait for TCP, TLS and the WebSocket upgrade together. @defaultValue 10_000 */
  readonly handshakeTimeoutMs?: number;
  /** Longest wait for the venue's answer to a control frame. @defaultValue 10_000 */
  readonly replyTimeoutMs?: number;
  /**
   * Silence of the line after which a ping asks whether it still lives; never more than half of what the venue's
   * protocol allows. @defaultValue 10_000
   */
  readonly probeAfterMs?: number;
  /** Longest wait for the pong to that ping. @defaultValue 5_000 */
  readonly pongTimeoutMs?: number;
  /**
   * How long market data that used to flow may stop, though the connection answers, before the feed counts as stale;
   * after twice that it reconnects. `Infinity` never does.
   * @defaultValue learned: four times the longest pause of the last minutes, from 1,500 to 300,000
   */
  readonly staleAfterMs?: number;
  /** Longest wait for the venue's close frame when the feed is closed; then the socket is destroyed. @defaultValue 2_000 */
  readonly closeTimeoutMs?: number;
  /** Largest message taken; a larger one ends the connection. In bytes. @defaultValue 1_048_576 */
  readonly maxMessageBytes?: number;
  /** Waits between attempts to connect again. */
  readonly reconnect?: ReconnectOptions;
}

export interface ResolvedConnectionOptions extends Required<Omit<ConnectionOptions, "staleAfterMs">> {
  /** `undefined`: learned from the data. */
  readonly staleAfterMs: number | undefined;
  readonly reconnect: Required<ReconnectOptions>;
}

/** @throws RangeError when a time or size is not above 0, or is larger than a timer or a frame can be. */
export function resolveConnection(options: ConnectionOptions = {}): ResolvedConnectionOptions {
  const { staleAfterMs, maxMessageBytes = 1_048_576 } = options;
  if (staleAfterMs !== undefined && !(staleAfterMs > 0)) {
    throw new RangeError(`staleAfterMs must be above 0, was ${staleAfterMs}`);
  }
  if (!(Number.isInteger(maxMessageBytes) && maxMessageBytes > 0 && maxMessageBytes < 2 ** 31)) {
    throw new RangeError(`maxMessageBytes must be a whole number from 1 to 2^31 - 1, was ${maxMessageBytes}`);
  }
  return {
    handshakeTimeoutMs: timeLimit("handshakeTimeoutMs", options.handshakeTimeoutMs, 10_000),
    replyTimeoutMs: timeLimit("replyTimeoutMs", options.replyTimeoutMs, 10_000),
    probeAfterMs: timeLimit("probeAfterMs", options.probeAfterMs, 10_000),
    pongTimeoutMs: timeLimit("pongTimeoutMs", options.pongTimeoutMs, 5_000),
    closeTimeoutMs: timeLimit("closeTimeoutMs", options.closeTimeoutMs, 2_000),
    staleAfterMs,
    maxMessageBytes,
    reconnect: resolveReconnect(options.reconnect),
  };
}

function timeLimit(name: string, valueMs: number | undefined, defaultMs: number): number {
  const limitMs = valueMs ?? defaultMs;
  if (!(limitMs > 0 && limitMs <= MAX_TIMER_MS)) {
    throw new RangeError(`${name} must be above 0 and at most ${MAX_TIMER_MS}, was ${limitMs}`);
  }
  return limitMs;
}
