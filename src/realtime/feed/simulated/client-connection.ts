import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Clock, Timer } from "../../../clock.ts";
import { monotonicClock } from "../../../locks/monotonic-clock.ts";
import type { Channel } from "./channel.ts";
import { MAX_CONNECTION_AGE_MS, type FlavourRules } from "./flavour-rules.ts";
import type { MessageFaults } from "./message-faults.ts";
import { SocketBatch } from "./socket-batch.ts";

/** What a connection does when its client sends something. */
export interface ConnectionHandler {
  onMessage(connection: ClientConnection, text: string): void;
  onClosed(connection: ClientConnection): void;
  /** The client read too slowly and was disconnected. */
  onSlow(connection: ClientConnection): void;
}

export interface ConnectionSettings {
  readonly rules: FlavourRules;
  readonly maxBufferedBytes: number;
}

const SECOND_MS = 1_000;
const POLICY_VIOLATION = 1_008;
const GOING_AWAY = 1_001;
/** Pings with this payload ask whether everything sent so far has arrived; the venue's own rules do not see them. */
const BARRIER = "all received? ";

/** One client: its streams, the venue's rules for it, and its socket, which data frames are written to directly. */
export class ClientConnection {
  /** Whether messages go out as `{"stream":…,"data":…}`. */
  isCombined: boolean;
  readonly channels = new Map<string, Channel>();
  readonly #socket: WebSocket;
  readonly #batch: SocketBatch;
  readonly #clock: Clock;
  readonly #settings: ConnectionSettings;
  readonly #handler: ConnectionHandler;
  readonly #barriers = new Map<string, () => void>();
  readonly #frameTimes: { readonly clockMs: number; readonly realMs: number }[] = [];
  #barrierCount = 0;
  #isMute = false;
  #faults: MessageFaults | undefined = undefined;
  #pingTimer: Timer;
  #ageTimer: Timer;
  #unansweredSince: number | undefined = undefined;

  constructor(
    socket: WebSocket,
    transport: Duplex,
    isCombined: boolean,
    settings: ConnectionSettings,
    { clock, handler }: { readonly clock: Clock; readonly handler: ConnectionHandler },
  ) {
    this.isCombined = isCombined;
    this.#socket = socket;
    this.#batch = new SocketBatch(transport);
    this.#settings = settings;
    this.#clock = clock;
    this.#handler = handler;
    this.#pingTimer = clock.setTimer(() => this.#keepAlive(), settings.rules.pingEveryMs);
    this.#ageTimer = clock.setTimer(() => this.close(GOING_AWAY, "24 hours are over"), MAX_CONNECTION_AGE_MS);
    socket.on("message", (data: Buffer) => this.#onFrame() && handler.onMessage(this, data.toString("utf8")));
    socket.on("ping", () => this.#onFrame());
    socket.on("pong", (payload) => this.#onPong(payload.toString("latin1")));
    // A broken frame or a reset shows as an error first; "close" follows and does what is to be done.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#onClosed());
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Takes one data frame; {@link flush} sends what was taken. The frame's bytes are copied. */
  send(frame: Buffer): void {
    if (this.#isMute) return;
    if (!this.#faults) {
      this.#batch.add(frame);
      return;
    }
    this.#faults.push(frame);
    if (this.#faults.isOver) this.#faults = undefined;
  }

  /** Hands everything taken so far to the socket, and disconnects a client that lags too far behind. */
  flush(): void {
    this.#batch.flush();
    if (this.#batch.unsentBytes > this.#settings.maxBufferedBytes && this.isOpen) {
      this.#handler.onSlow(this);
      this.drop();
    }
  }

  /** Sends a control reply or a notice, behind all data taken before it. */
  reply(text: string): void {
    if (this.#isMute || !this.isOpen) return;
    this.flush();
    this.#socket.send(text);
  }

  /**
   * Resolves when the client has received everything sent so far; at once for one that is muted or gone. It asks by a
   * ping, whose pong comes behind all that was sent before. Who waits like this needs no bound on unsent bytes.
   */
  received(): Promise<void> {
    this.#batch.flush();
    if (this.#isMute || !this.isOpen) return Promise.resolve();
    const payload = BARRIER + ++this.#barrierCount;
    return new Promise((resolve) => {
      this.#barriers.set(payload, resolve);
      this.#socket.ping(payload);
    });
  }

  close(code: number, reason: string): void {
    this.flush();
    this.#socket.close(code, reason);
  }

  /** Cuts the line without a word. What was sent before may still arrive, or not. */
  drop(): void {
    this.#batch.flush();
    this.#socket.terminate();
  }

  /** Sends nothing from now on; pings of the client are still answered. */
  mute(): void {
    this.flush();
    this.#isMute = true;
    this.#releaseBarriers();
  }

  /** Neither reads nor answers from now on. */
  freeze(): void {
    this.mute();
    this.#socket.pause();
  }

  /** Ends {@link mute}, {@link freeze} and message faults. */
  heal(): void {
    this.#isMute = false;
    this.#socket.resume();
    this.#faults?.end();
    this.#faults = undefined;
    this.flush();
  }

  /** Message faults of this connection, made on first use. */
  messageFaults(make: () => MessageFaults): MessageFaults {
    this.#faults ??= make();
    return this.#faults;
  }

  /** For message faults: what comes out of them. */
  deliver(frame: Buffer): void {
    if (!this.#isMute) this.#batch.add(frame);
  }

  /** Counts a frame of the client; false when it was one too many and the connection is closed for it. */
  #onFrame(): boolean {
    // A second must have passed on neither clock: a virtual one may stand still or leap while real frames arrive.
    const now = { clockMs: this.#clock.now(), realMs: monotonicClock.now() };
    this.#frameTimes.push(now);
    if (this.#frameTimes.length <= this.#settings.rules.clientFramesPerSecond) return true;
    const oldest = this.#frameTimes.shift()!;
    const isTooFast = now.clockMs - oldest.clockMs < SECOND_MS && now.realMs - oldest.realMs < SECOND_MS;
    if (isTooFast) this.close(POLICY_VIOLATION, "Too many requests");
    return !isTooFast;
  }

  #onPong(payload: string): void {
    const settle = this.#barriers.get(payload);
    this.#unansweredSince = undefined;
    if (settle) {
      this.#barriers.delete(payload);
      settle();
    } else {
      this.#onFrame();
    }
  }

  #keepAlive(): void {
    const now = this.#clock.now();
    const { pingEveryMs, pongWithinMs } = this.#settings.rules;
    if (this.#unansweredSince !== undefined && now - this.#unansweredSince >= pongWithinMs) {
      this.drop();
      return;
    }
    if (!this.#isMute && this.isOpen) {
      this.#unansweredSince ??= now;
      this.flush();
      this.#socket.ping(String(Math.floor(now)));
    }
    this.#pingTimer = this.#clock.setTimer(() => this.#keepAlive(), pingEveryMs);
  }

  #onClosed(): void {
    this.#pingTimer.cancel();
    this.#ageTimer.cancel();
    this.#faults?.end();
    this.#releaseBarriers();
    this.#handler.onClosed(this);
  }

  #releaseBarriers(): void {
    for (const release of this.#barriers.values()) release();
    this.#barriers.clear();
  }
}
