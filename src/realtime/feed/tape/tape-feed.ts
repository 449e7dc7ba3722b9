import { setImmediate as nextTurn } from "node:timers/promises";
import { ClosedError, TickframeError } from "../../../errors.ts";
import type { Decoder, Feed, FeedContext, FeedHealth, FeedListener } from "../feed.ts";
import { WireField } from "../wire-record.ts";
import type { TapeBatch } from "./tape-batch.ts";
import type { TapePace } from "./tape-pace.ts";
import type { TapeReader } from "./tape-reader.ts";

/** Lines decoded before everything else gets its turn. */
const BURST_LINES = 256;
const LONG_MS = 2 ** 30;

/**
 * Reads a tape straight into a decoder. Receive times are the recorded ones, whatever the clock and the speed.
 *
 * After every burst of at most 256 lines it awaits the listener and gives the event loop a turn, so a consumer that
 * returns a promise from `onBurst` is never overrun.
 */
export class TapeFeed implements Feed {
  readonly ended: Promise<void>;
  readonly #reader: TapeReader;
  readonly #pace: TapePace;
  readonly #decoder: Decoder;
  readonly #listener: FeedListener;
  readonly #stop = new AbortController();
  #state: FeedHealth["state"] = "idle";
  #playing: Promise<void> = Promise.resolve();
  #settleEnded: { resolve(): void; reject(error: unknown): void };
  #messages = 0;
  #bytes = 0;
  #lastMessageAt: number | undefined = undefined;
  #lastDisconnect: string | undefined = undefined;
  #sinceBurst = 0;
  #isAtFirstLine = false;

  constructor(
    reader: TapeReader,
    pace: TapePace,
    decoder: Decoder,
    { listener }: Pick<FeedContext, "listener">,
  ) {
    this.#reader = reader;
    this.#pace = pace;
    this.#decoder = decoder;
    this.#listener = listener;
    let settle!: { resolve(): void; reject(error: unknown): void };
    this.ended = new Promise((resolve, reject) => (settle = { resolve, reject }));
    this.#settleEnded = settle;
    // Who does not watch for the end hears of it through the listener; it must not end the process.
    this.ended.catch(() => undefined);
  }

  /** Resolves when the first lines are read, before any is decoded. Rejects when the first file cannot be opened. */
  async start(signal?: AbortSignal): Promise<void> {
    if (this.#state !== "idle")
      throw new TickframeError("ALREADY_STARTED", "a tape feed can be started once");
    signal?.throwIfAborted();
    this.#state = "connecting";
    const batches = this.#reader.batches();
    try {
      const first = await batches.next();
      if (this.#stop.signal.aborted) throw new ClosedError("tape feed");
      signal?.throwIfAborted();
      // The clock stands at the first line before anyone sets a timer on it.
      this.#isAtFirstLine = !first.done && first.value.next();
      if (this.#isAtFirstLine) this.#pace.reach(first.value!.receivedAt);
      this.#state = "open";
      this.#listener.onConnected(1);
      this.#playing = this.#play(batches, first);
    } catch (error) {
      this.#state = "closed";
      await batches.return();
      this.#settleEnded.reject(error);
      throw error;
    }
  }

  /** Stops behind the line being decoded. `ended` then stays open: the tape did not end by itself. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#playing;
    this.#state = "closed";
  }

  health(): FeedHealth {
    return {
      state: this.#state,
      generation: this.#state === "idle" || this.#state === "connecting" ? 0 : 1,
      messages: this.#messages,
      bytes: this.#bytes,
      lastMessageAt: this.#lastMessageAt,
      reconnects: 0,
      lastDisconnect: this.#lastDisconnect,
    };
  }

  async #play(
    batches: AsyncGenerator<TapeBatch, void>,
    first: IteratorResult<TapeBatch, void>,
  ): Promise<void> {
    // Timers of the clock let the process end; a tape that is playing does not.
    const keepAlive = setInterval(() => undefined, LONG_MS);
    try {
      await nextTurn();
      for (let batch = first; !batch.done; batch = await batches.next()) {
        await this.#playBatch(batch.value);
        if (this.#stop.signal.aborted) break;
      }
      await this.#endBurst();
      this.#finish(this.#stop.signal.aborted ? "closed" : "the tape ended");
      if (!this.#stop.signal.aborted) this.#settleEnded.resolve();
    } catch (error) {
      await this.#endBurst();
      this.#finish((error as Error).message);
      this.#settleEnded.reject(error);
    } finally {
      clearInterval(keepAlive);
      await batches.return();
    }
  }

  async #playBatch(batch: TapeBatch): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted && this.#nextLine(batch)) {
      const waitMs = this.#pace.waitMs(batch.receivedAt);
      if (waitMs > 0) {
        await this.#endBurst();
        await this.#pace.wait(waitMs, signal);
        if (signal.aborted) return;
      }
      this.#pace.reach(batch.receivedAt);
      this.#decode(batch);
      if (++this.#sinceBurst >= BURST_LINES) await this.#endBurst();
    }
  }

  #nextLine(batch: TapeBatch): boolean {
    if (!this.#isAtFirstLine) return batch.next();
    this.#isAtFirstLine = false;
    return true;
  }

  #decode(batch: TapeBatch): void {
    this.#messages++;
    this.#bytes += batch.message.length;
    this.#lastMessageAt = batch.receivedAt;
    this.#decoder.record.fields[WireField.receivedAt] = batch.receivedAt;
    try {
      this.#decoder.decode(batch.message);
    } catch (error) {
      this.#listener.onError(error as Error);
    }
  }

  async #endBurst(): Promise<void> {
    if (this.#sinceBurst === 0) return;
    this.#sinceBurst = 0;
    try {
      await this.#listener.onBurst();
    } catch (error) {
      this.#listener.onError(error as Error);
    }
    await nextTurn();
  }

  #finish(reason: string): void {
    this.#state = "closed";
    this.#lastDisconnect = reason;
    this.#listener.onDisconnected(reason, undefined);
  }
}
