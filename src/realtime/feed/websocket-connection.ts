import { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { VenueConnectionError } from "../../errors.ts";
import {
  closedByVenue,
  connectFailure,
  connectionFailure,
  shownAddress,
  handshakeTimeout,
  upgradeRefusal,
} from "./connection-failure.ts";
import type { ResolvedConnectionOptions } from "./connection-options.ts";
import { setIoTimer } from "./io-timer.ts";

/** What a connection receives. Called until it ends, never after. */
export interface ConnectionHandlers {
  readonly onMessage: (message: Uint8Array) => void;
  readonly onPing: () => void;
  readonly onPong: () => void;
}

/**
 * One WebSocket, from the attempt to connect to its one end. Pings of the venue are answered by `ws`. Nothing is
 * compressed, no redirect is followed, and text is not checked for UTF-8 here: decoders check what they read.
 */
export class WebSocketConnection {
  /** Without query, for messages. */
  readonly address: string;
  /** Resolves after the upgrade; rejects with what `ended` resolves with when the connection ends before. */
  readonly opened: Promise<void>;
  /** Resolves once, with why the connection ended. */
  readonly ended: Promise<Error>;
  readonly #socket: WebSocket;
  readonly #socketClosed: Promise<void>;
  #resolveEnded!: (why: Error) => void;
  #endedBy: Error | undefined;

  /** @throws VenueConnectionError when `url` is no `ws:` or `wss:` address, or has a fragment. */
  constructor(
    url: string,
    options: ResolvedConnectionOptions,
    parts: { readonly clock: Clock; readonly handlers: ConnectionHandlers },
  ) {
    this.address = checkedAddress(url);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#socket = openSocket(url, options);
    this.#socketClosed = new Promise((resolve) => this.#socket.once("close", () => resolve()));
    this.opened = this.#awaitOpen(options.handshakeTimeoutMs, parts.clock);
    this.#listen(parts.handlers, options.maxMessageBytes);
  }

  /** What `ended` resolves with, from the moment of the end on. */
  get endedBy(): Error | undefined {
    return this.#endedBy;
  }

  /** Does nothing when the connection is not open: its end is told by `ended`. */
  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Ends the connection at once: a close frame where it is open, then the socket is destroyed. */
  drop(why: Error): void {
    if (!this.#finish(why)) return;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
    this.#socket.terminate();
  }

  /** Ends the connection with the closing handshake. Resolves when the socket is gone, at the latest after `closeTimeoutMs`. */
  close(why: Error): Promise<void> {
    if (this.#finish(why)) {
      if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(1000);
      else if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate();
    }
    return this.#socketClosed;
  }

  #awaitOpen(timeoutMs: number, clock: Clock): Promise<void> {
    // Not the timeout of `ws`: that is one of idleness, which a server that drips bytes never reaches.
    const limit = setIoTimer(clock, () => this.drop(handshakeTimeout(this.address, timeoutMs)), timeoutMs);
    return new Promise((resolve, reject) => {
      this.#socket.once("open", () => {
        limit.cancel();
        resolve();
      });
      void this.ended.then((why) => {
        limit.cancel();
        reject(why);
      });
    });
  }

  #listen({ onMessage, onPing, onPong }: ConnectionHandlers, maxMessageBytes: number): void {
    let isOpen = false;
    this.#socket
      .once("open", () => {
        isOpen = true;
      })
      .on("message", onMessage as (message: WebSocket.RawData) => void)
      .on("ping", onPing)
      .on("pong", onPong)
      .once("unexpected-response", (_request, response) => this.drop(upgradeRefusal(this.address, response)))
      .on("error", (error) =>
        this.drop(
          isOpen
            ? connectionFailure(this.address, error, maxMessageBytes)
            : connectFailure(this.address, error),
        ),
      )
      .once("close", (code, reason) => this.#finish(closedByVenue(this.address, code, reason)));
  }

  /** False when it had ended before. The listener of `error` stays: a dying socket may still report one. */
  #finish(why: Error): boolean {
    if (this.#endedBy !== undefined) return false;
    this.#endedBy = why;
    for (const event of ["message", "ping", "pong"]) this.#socket.removeAllListeners(event);
    this.#resolveEnded(why);
    return true;
  }
}

function checkedAddress(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^wss?:$/.test(parsed.protocol) || parsed.hash !== "") {
    // The address itself is not shown: what cannot be parsed cannot be cleared of secrets.
    throw new VenueConnectionError(
      "the venue's stream address is not a ws:// or wss:// URL without fragment",
    );
  }
  return shownAddress(url);
}

function openSocket(url: string, options: ResolvedConnectionOptions): WebSocket {
  // `closeTimeout` runs on the machine's clock: a virtual clock stands still once its driver has stopped, and a feed
  // must still close then.
  const socketOptions = {
    perMessageDeflate: false,
    skipUTF8Validation: true,
    followRedirects: false,
    maxPayload: options.maxMessageBytes,
    closeTimeout: options.closeTimeoutMs,
  };
  return new WebSocket(url, socketOptions);
}
