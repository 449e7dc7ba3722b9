import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock, type Clock } from "../../../clock.ts";
import { ClosedError } from "../../../errors.ts";
import { TapePace } from "../tape/tape-pace.ts";
import { TapeReader } from "../tape/tape-reader.ts";
import { tapeStartTime } from "../tape/tape.ts";
import type { TapeBatch } from "../tape/tape-batch.ts";
import type { Fault } from "./fault.ts";
import { emptyRestApi } from "./empty-rest-api.ts";
import { TapeStreams } from "./tape-streams.ts";
import { VenueHost, type VenueHostStats } from "./venue-host.ts";
import type { VenueFlavour } from "./venue-options.ts";

/** Which session is served, and how fast. */
export interface ServedTapeOptions {
  /** One recorded session, in order. */
  readonly files: string | readonly string[];
  /** Whose protocol was recorded. @defaultValue "binance" */
  readonly flavour?: VenueFlavour;
  /**
   * How many recorded seconds pass in a second; `Infinity` is as fast as the clients read. A virtual clock is moved to
   * each line's arrival time before it is sent. @defaultValue Infinity
   */
  readonly speed?: number;
  /** Port on 127.0.0.1; 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** A client with more unsent bytes than this is disconnected. @defaultValue 67_108_864 */
  readonly maxBufferedBytes?: number;
}

/** Counts of a served tape: a copy of now. */
export interface ServedTapeStats extends VenueHostStats {
  /** Lines read so far. */
  readonly lines: number;
  /** Lines that somebody had subscribed to. */
  readonly sent: number;
  /** Lines of no stream that can be told: replies, snapshots, damage. */
  readonly unmatched: number;
}

/** Lines sent before the clients are waited for, and recorded time that may pass meanwhile. */
const STEP_LINES = 256;
const STEP_MS = 50;

/**
 * A recorded session behind a real socket: subscriptions are answered by the simulator, and each recorded message goes,
 * as it is, to whoever subscribed to its stream. A tape has no past, so REST serves empty lists.
 */
export class ServedTape {
  /** As `binance({ endpoints })` takes them. */
  readonly endpoints: { readonly ws: string; readonly rest: string };
  readonly port: number;
  readonly #host: VenueHost;
  readonly #streams: TapeStreams;
  readonly #reader: TapeReader;
  readonly #pace: TapePace;
  /** Whether lines are sent as fast as clients take them, rather than at their times. */
  readonly #isUnpaced: boolean;
  readonly #stop = new AbortController();
  #playing: Promise<number> | undefined = undefined;
  #lines = 0;
  #sent = 0;
  #sinceStep = 0;
  #stepStartMs = -Infinity;

  private constructor(
    host: VenueHost,
    streams: TapeStreams,
    reader: TapeReader,
    pace: TapePace,
    isUnpaced: boolean,
  ) {
    this.#host = host;
    this.#streams = streams;
    this.#reader = reader;
    this.#pace = pace;
    this.#isUnpaced = isUnpaced;
    this.port = host.server.port;
    this.endpoints = host.endpoints;
  }

  /** Use {@link SimulatedVenue.serveTape}. Rejects with a TapeError when the first line cannot be read. */
  static async start(
    options: ServedTapeOptions,
    { clock = systemClock }: { readonly clock?: Clock },
  ): Promise<ServedTape> {
    const { files, flavour = "binance", speed = Infinity, port = 0, maxBufferedBytes = 67_108_864 } = options;
    const reader = new TapeReader(files);
    const pace = new TapePace(speed, clock);
    // The clock stands at the tape before anyone sets a timer on it: a leap later would make all of them due.
    const startMs = await tapeStartTime(reader.files);
    if (startMs !== undefined) pace.reach(startMs);
    const streams = new TapeStreams();
    const rest = emptyRestApi(flavour, () => clock.now());
    const host = await VenueHost.start(
      { flavour, port, maxBufferedBytes, seed: 1 },
      () => ({ channel: (stream) => streams.channel(stream), endpoint: rest }),
      clock,
    );
    return new ServedTape(host, streams, reader, pace, speed === Infinity);
  }

  /**
   * Sends the tape. Resolves with the number of lines read, when all were sent and, at
   * infinite speed, received. Calling it again waits for the same end.
   *
   * @throws TapeError when the tape is damaged, after everything before was sent; ClosedError when closed meanwhile.
   */
  play(): Promise<number> {
    this.#playing ??= this.#play();
    return this.#playing;
  }

  stats(): ServedTapeStats {
    return {
      lines: this.#lines,
      sent: this.#sent,
      unmatched: this.#streams.unmatched,
      ...this.#host.stats(),
    };
  }

  /** Resolves when every client has received everything sent so far. */
  received(): Promise<void> {
    return this.#host.server.received();
  }

  /**
   * Resolves when each of these streams, such as `btcusdt@trade`, is subscribed to by somebody. Rejects with a
   * ClosedError when the venue is closed before.
   */
  whenSubscribed(streams: readonly string[]): Promise<void> {
    return this.#host.whenSubscribed(streams);
  }

  /**
   * Orders something to go wrong: at once, or just before the line `atLine` is sent, counted from 1 over all files.
   *
   * @throws RangeError when a count, time or code is out of bounds.
   */
  inject(fault: Fault, { atLine }: { readonly atLine?: number } = {}): void {
    this.#host.order(fault, atLine);
  }

  /** Ends whatever lasts, and forgets whatever was ordered and did not happen yet. */
  heal(): void {
    this.#host.faults.heal();
  }

  /** Stops sending, disconnects every client and frees the port. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#host.close();
    await this.#playing?.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #play(): Promise<number> {
    try {
      for await (const batch of this.#reader.batches()) await this.#playBatch(batch);
    } finally {
      await this.#endStep();
    }
    return this.#lines;
  }

  async #playBatch(batch: TapeBatch): Promise<void> {
    while (batch.next()) {
      const { receivedAt } = batch;
      if (this.#sinceStep >= STEP_LINES || receivedAt - this.#stepStartMs > STEP_MS) await this.#endStep();
      if (this.#sinceStep === 0) this.#stepStartMs = receivedAt;
      const waitMs = this.#pace.waitMs(receivedAt);
      if (waitMs > 0) {
        this.#host.server.flush();
        await this.#pace.wait(waitMs, this.#stop.signal);
      }
      if (this.#stop.signal.aborted) throw new ClosedError("served tape");
      this.#pace.reach(receivedAt);
      this.#send(batch.message);
    }
  }

  #send(message: Buffer): void {
    this.#lines++;
    this.#sinceStep++;
    const { faults } = this.#host;
    if (this.#lines >= faults.nextTrade) faults.reachTrade(this.#lines);
    if (this.#streams.send(message)) this.#sent++;
  }

  async #endStep(): Promise<void> {
    this.#sinceStep = 0;
    if (this.#isUnpaced) await this.#host.server.received();
    else this.#host.server.flush();
    await nextTurn();
  }
}
