import type { Clock, Timer } from "../../clock.ts";
import { VenueConnectionError, VenueRequestError } from "../../errors.ts";
import { quoted } from "./connection-failure.ts";
import type { ResolvedConnectionOptions } from "./connection-options.ts";
import type { DataRhythm } from "./data-rhythm.ts";
import type { ControlReply } from "./feed.ts";
import { FramePacer } from "./frame-pacer.ts";
import { toError } from "./guarded-listener.ts";
import { Heartbeat } from "./heartbeat.ts";
import { MAX_TIMER_MS } from "./io-timer.ts";
import { PendingReplies } from "./pending-replies.ts";
import type { ControlFrame, StreamProtocol } from "./stream-protocol.ts";
import type { Traffic } from "./traffic.ts";
import { WebSocketConnection, type ConnectionHandlers } from "./websocket-connection.ts";

/** At which share of the venue's age limit a connection is renewed: between 23 and 23.5 hours of 24. */
const RENEWAL_SHARE = { least: 23 / 24, spread: 0.5 / 24 };

export interface SessionParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly traffic: Traffic;
  readonly rhythm: DataRhythm;
  readonly handlers: ConnectionHandlers;
  readonly onStale: (silentMs: number) => void;
}

/** One connection with its subscriptions: opened, subscribed, watched, renewed in time, ended. */
export class StreamSession {
  /** Resolves once, with why the session ended. */
  readonly ended: Promise<Error>;
  readonly #protocol: StreamProtocol;
  readonly #options: ResolvedConnectionOptions;
  readonly #parts: SessionParts;
  readonly #connection: WebSocketConnection;
  readonly #pacer: FramePacer;
  readonly #replies: PendingReplies;
  #heartbeat: Heartbeat | undefined;
  #renewal: Timer | undefined;

  /** @throws VenueConnectionError when `url` cannot be connected to by WebSocket. */
  constructor(
    url: string,
    protocol: StreamProtocol,
    options: ResolvedConnectionOptions,
    parts: SessionParts,
  ) {
    this.#protocol = protocol;
    this.#options = options;
    this.#parts = parts;
    this.#pacer = new FramePacer(protocol.controlFramesPerSecond, parts.clock);
    this.#connection = new WebSocketConnection(url, options, parts);
    this.#replies = new PendingReplies(this.#connection.address, options.replyTimeoutMs, parts.clock);
    this.ended = this.#connection.ended.then((why) => this.#stop(why));
  }

  /** Resolves after the WebSocket upgrade. Rejects with what ended the session. */
  get opened(): Promise<void> {
    return this.#connection.opened;
  }

  /** Whether the next connection may be tried at once. */
  get isProven(): boolean {
    return this.#heartbeat?.isProven ?? false;
  }

  /**
   * Resolves when every frame was sent and answered; refusals go to `onRefused`, which may throw to give up.
   * Rejects, and ends the session, when a reply does not come.
   */
  async subscribe(
    frames: readonly ControlFrame[],
    onRefused: (refusal: VenueRequestError) => void,
  ): Promise<void> {
    try {
      this.#throwIfEnded();
      await Promise.all(frames.map((frame) => this.#request(frame, onRefused)));
    } catch (error) {
      this.end(toError(error));
      throw error;
    }
    if (this.#connection.endedBy === undefined) this.#watch();
  }

  onReply(reply: ControlReply): void {
    this.#replies.settle(reply);
  }

  /** Ends the session at once. */
  end(why: Error): void {
    this.#connection.drop(why);
  }

  /** Ends the session with the closing handshake; resolves when its socket is gone. */
  close(why: Error): Promise<void> {
    return this.#connection.close(why);
  }

  async #request(frame: ControlFrame, onRefused: (refusal: VenueRequestError) => void): Promise<void> {
    await this.#pacer.turn();
    // Its end may have come together with the turn; a reply expected from now on would be nobody's to abandon.
    this.#throwIfEnded();
    this.#connection.send(frame.text);
    if (frame.replyId === undefined) return;
    const refusal = await this.#replies.expect(frame.replyId, frame.purpose);
    if (refusal === undefined) return;
    onRefused(
      new VenueRequestError(`${this.#connection.address} refused "${frame.purpose}": ${quoted(refusal)}`),
    );
  }

  #throwIfEnded(): void {
    const why = this.#connection.endedBy;
    if (why !== undefined) throw why;
  }

  #watch(): void {
    const { clock, onStale } = this.#parts;
    const { probeAfterMs, pongTimeoutMs } = this.#options;
    const limits = { probeAfterMs, pongTimeoutMs, deadAfterMs: this.#protocol.deadAfterMs };
    const actions = {
      // Not paced: a ping follows seconds of silence, when the last control frame is long answered.
      ping: () => this.#connection.ping(),
      onStale,
      onDead: (why: string) =>
        this.end(new VenueConnectionError(`connection to ${this.#connection.address} is dead: ${why}`)),
    };
    this.#heartbeat = new Heartbeat(limits, actions, this.#parts);
    this.#heartbeat.start();
    const maxAgeMs = this.#protocol.maxConnectionAgeMs;
    if (maxAgeMs === undefined) return;
    const share = RENEWAL_SHARE.least + RENEWAL_SHARE.spread * this.#parts.random();
    this.#renewal = clock.setTimer(() => this.#renew(maxAgeMs), Math.min(share * maxAgeMs, MAX_TIMER_MS));
  }

  #renew(maxAgeMs: number): void {
    const { address } = this.#connection;
    this.end(
      new VenueConnectionError(`connection to ${address} is renewed before its limit of ${maxAgeMs} ms`),
    );
  }

  #stop(why: Error): Error {
    this.#renewal?.cancel();
    this.#pacer.cancel(why);
    this.#replies.abandon(why);
    this.#heartbeat?.stop();
    return why;
  }
}
