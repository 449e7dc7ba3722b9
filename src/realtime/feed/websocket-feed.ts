import { ClosedError, TickframeError, VenueConnectionError, type VenueRequestError } from "../../errors.ts";
import {
  resolveConnection,
  type ConnectionOptions,
  type ResolvedConnectionOptions,
} from "./connection-options.ts";
import { ControlTap, type ControlHandlers } from "./control-tap.ts";
import { DataRhythm } from "./data-rhythm.ts";
import type { Decoder, Feed, FeedContext, FeedHealth, FeedListener, FeedSink } from "./feed.ts";
import { GuardedListener, toError } from "./guarded-listener.ts";
import { TICK_MS } from "./heartbeat.ts";
import { MessageIntake } from "./message-intake.ts";
import { Backoff } from "./reconnect.ts";
import { waitToRetry } from "./retry-wait.ts";
import type { ControlFrame, StreamProtocol, StreamRequest } from "./stream-protocol.ts";
import { StreamSession, type SessionParts } from "./stream-session.ts";
import { Traffic } from "./traffic.ts";

/** What makes a feed one of a certain venue. */
export interface WebSocketFeedOptions {
  /** The venue's address, control frames and limits. */
  readonly protocol: StreamProtocol;
  /** What is subscribed to, again after each reconnect. */
  readonly request: StreamRequest;
  /**
   * Makes the venue's decoder, once. The sink it is given passes everything on to the context's; the context's
   * `wrapDecoder` is put around what it returns.
   */
  readonly createDecoder: (sink: FeedSink) => Decoder;
  readonly connection?: ConnectionOptions;
}

/** What a venue's `createFeed(context)` hands on as it is. */
export type WebSocketFeedContext = Pick<
  FeedContext,
  "sink" | "listener" | "clock" | "random" | "wrapDecoder"
>;

const FEED_NAME = "the live feed";

/**
 * A live feed over WebSocket, for any venue that describes its protocol and decodes its messages. It subscribes, finds
 * dead and mute connections, and connects again, without end, until it is closed.
 *
 * - `start()` tries once and rejects when the venue cannot be reached, does not answer, or refuses a subscription; the
 *   feed is closed then. After a reconnect a refusal goes to `onError`, and the other subscriptions run on.
 * - Messages may come as soon as the first subscription is acknowledged, which is before `onConnected`.
 * - What a decoder, a sink or a listener throws goes to `onError`, and the feed goes on.
 */
export class WebSocketFeed implements Feed {
  /** Stays pending: a live feed does not end by itself. */
  readonly ended: Promise<void> = new Promise(() => {});
  readonly #protocol: StreamProtocol;
  readonly #request: StreamRequest;
  readonly #options: ResolvedConnectionOptions;
  readonly #context: WebSocketFeedContext;
  readonly #listener: FeedListener;
  readonly #traffic = new Traffic();
  readonly #backoff: Backoff;
  readonly #sessionParts: SessionParts;
  readonly #closing = new AbortController();
  #state: FeedHealth["state"] = "idle";
  #session: StreamSession | undefined;
  #supervision: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #generation = 0;
  #reconnects = 0;
  #lastDisconnect: string | undefined;
  #nextReplyId = 1;

  /** @throws RangeError when an option is out of its range. */
  constructor(
    { protocol, request, createDecoder, connection }: WebSocketFeedOptions,
    context: WebSocketFeedContext,
  ) {
    this.#protocol = protocol;
    this.#request = request;
    this.#options = resolveConnection(connection);
    this.#context = context;
    this.#listener = new GuardedListener(context.listener);
    this.#backoff = new Backoff(this.#options.reconnect, context.random);
    const bare = createDecoder(new ControlTap(context.sink, this.#controlHandlers(), this.#traffic));
    const decoder = context.wrapDecoder?.(bare) ?? bare;
    this.#sessionParts = {
      clock: context.clock,
      random: context.random,
      traffic: this.#traffic,
      rhythm: new DataRhythm(this.#options.staleAfterMs, TICK_MS),
      handlers: new MessageIntake(decoder, this.#listener, context.clock, this.#traffic),
      onStale: (silentMs) => this.#listener.onStale(silentMs),
    };
  }

  async start(signal?: AbortSignal): Promise<void> {
    if (this.#closed) throw new ClosedError(FEED_NAME);
    if (this.#state !== "idle") {
      throw new TickframeError("ALREADY_STARTED", `${FEED_NAME} was started before`);
    }
    signal?.throwIfAborted();
    const abort = (): void => this.#session?.end(toError(signal?.reason));
    signal?.addEventListener("abort", abort);
    try {
      const session = await this.#connect((refusal) => {
        throw refusal;
      });
      this.#supervision = this.#keepConnected(session);
    } catch (error) {
      await this.close();
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Works in every state, also while `start()` is pending, which then rejects with a ClosedError. */
  close(): Promise<void> {
    return (this.#closed ??= this.#shutDown());
  }

  health(): FeedHealth {
    return {
      state: this.#state,
      generation: this.#generation,
      messages: this.#traffic.messages,
      bytes: this.#traffic.bytes,
      lastMessageAt: this.#traffic.newestAt,
      reconnects: this.#reconnects,
      lastDisconnect: this.#lastDisconnect,
    };
  }

  /** Resolves with a session whose subscriptions are answered. */
  async #connect(onRefused: (refusal: VenueRequestError) => void): Promise<StreamSession> {
    this.#state = "connecting";
    const url = this.#protocol.url(this.#request);
    const frames = this.#subscribeFrames();
    const session = new StreamSession(url, this.#protocol, this.#options, this.#sessionParts);
    this.#session = session;
    await session.opened;
    this.#generation++;
    await session.subscribe(frames, onRefused);
    if (this.#closed) throw new ClosedError(FEED_NAME);
    this.#state = "open";
    this.#listener.onConnected(this.#generation);
    return session;
  }

  #subscribeFrames(): readonly ControlFrame[] {
    const frames = this.#protocol.subscribeFrames(this.#request, this.#nextReplyId);
    for (const { replyId = 0 } of frames) this.#nextReplyId = Math.max(this.#nextReplyId, replyId + 1);
    return frames;
  }

  async #keepConnected(session: StreamSession): Promise<void> {
    let why = await this.#outlive(session);
    while (!this.#closed) {
      const delayMs = this.#backoff.nextDelayMs();
      this.#state = "waiting";
      this.#lastDisconnect = why.message;
      this.#listener.onDisconnected(why.message, delayMs);
      await waitToRetry(delayMs, this.#context.clock, this.#closing.signal);
      if (this.#closed) return;
      this.#reconnects++;
      why = await this.#liveOnce();
    }
  }

  /** Connects again and resolves with why that attempt, or the connection it made, ended. */
  async #liveOnce(): Promise<Error> {
    try {
      return await this.#outlive(await this.#connect((refusal) => this.#listener.onError(refusal)));
    } catch (thrown) {
      return toError(thrown);
    }
  }

  async #outlive(session: StreamSession): Promise<Error> {
    const why = await session.ended;
    if (session.isProven) this.#backoff.reset();
    return why;
  }

  #controlHandlers(): ControlHandlers {
    return {
      onReply: (reply) => this.#session?.onReply(reply),
      onShutdownNotice: () =>
        this.#session?.end(new VenueConnectionError("the venue announced that it will close the connection")),
    };
  }

  async #shutDown(): Promise<void> {
    const why = new ClosedError(FEED_NAME);
    if (this.#state === "open") this.#lastDisconnect = why.message;
    this.#state = "closed";
    this.#closing.abort();
    await this.#session?.close(why);
    if (this.#supervision === undefined) return;
    await this.#supervision;
    this.#listener.onDisconnected(why.message, undefined);
  }
}
