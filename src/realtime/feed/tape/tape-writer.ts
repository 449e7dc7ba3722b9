import { open, type FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip as pack } from "node:zlib";
import type { Clock, Timer } from "../../../clock.ts";
import { systemClock } from "../../../clock.ts";
import { ClosedError, TapeError } from "../../../errors.ts";
import { writeArrivalNs } from "./arrival-time.ts";
import { MAX_LINE_BYTES } from "./tape-batch.ts";
import { resolveTapeWriterOptions, type TapeWriterOptions } from "./tape-writer-options.ts";

/** Lines that were not recorded, by reason. */
export interface TapeWriterDrops {
  /** A message of no bytes: a tape cannot hold it. */
  readonly empty: number;
  /** A line above 1 MiB: a tape reader refuses it. */
  readonly tooLong: number;
  /** The disk was slower than the feed for too long. */
  readonly queueFull: number;
  /** The writer had failed already. */
  readonly failed: number;
}

const packed = promisify(pack);
const NEWLINE = 0x0a;
const SPACE = 0x20;
/** Digits of an arrival time and the space behind it, at most. */
const PREFIX_BYTES = 24;

/**
 * Writes a recorded session, a line a message. Writing is synchronous into a block in memory, so that it can stand in
 * front of a decoder; full blocks go to the disk in order. With `gzip`, each block is a gzip member of its own, so the
 * file is a whole tape after every block, and {@link flush} makes everything written so far durable.
 *
 * A failing disk rejects {@link flush}, {@link drained} and {@link close} with a TapeError, and every later line is
 * counted in {@link drops}.
 */
export class TapeWriter {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #clock: Clock;
  readonly #options: Required<TapeWriterOptions>;
  readonly #drops = { empty: 0, tooLong: 0, queueFull: 0, failed: 0 };
  #block: Buffer;
  #used = 0;
  #queuedBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  #failure: TapeError | undefined = undefined;
  #flushTimer: Timer | undefined = undefined;
  #lines = 0;
  #closing: Promise<void> | undefined = undefined;

  private constructor(file: string, handle: FileHandle, options: Required<TapeWriterOptions>, clock: Clock) {
    this.file = file;
    this.#handle = handle;
    this.#options = options;
    this.#clock = clock;
    this.#block = Buffer.allocUnsafeSlow(options.blockBytes);
  }

  /**
   * Creates the file.
   *
   * @throws TapeError when it exists and may not be overwritten, or cannot be created.
   */
  static async create(
    file: string,
    options: TapeWriterOptions = {},
    { clock = systemClock }: { readonly clock?: Clock } = {},
  ): Promise<TapeWriter> {
    const resolved = resolveTapeWriterOptions(options);
    const handle = await open(file, resolved.overwrite ? "w" : "wx").catch((cause: unknown) => {
      throw new TapeError(`cannot create tape ${file}: ${(cause as Error).message}`, { cause });
    });
    return new TapeWriter(file, handle, resolved, clock);
  }

  /** Lines taken so far. */
  get lines(): number {
    return this.#lines;
  }

  get drops(): TapeWriterDrops {
    return { ...this.#drops };
  }

  /** What broke the writer; `undefined` while it works. */
  get failure(): TapeError | undefined {
    return this.#failure;
  }

  /**
   * Appends a line. Returns false when the line was refused, and counted in {@link drops}, and when more than a block
   * waits for the disk: a caller that can wait then awaits {@link drained}. A newline in the message, which JSON only has between tokens, is written as a space.
   *
   * @param receivedAt - arrival time in milliseconds since the epoch; fractions are kept to the nanosecond.
   * @throws RangeError when `receivedAt` is negative or not finite, ClosedError after {@link close}.
   */
  write(receivedAt: number, message: Uint8Array): boolean {
    if (this.#closing) throw new ClosedError(`tape writer of ${this.file}`);
    if (!(receivedAt >= 0 && receivedAt < Number.MAX_SAFE_INTEGER)) {
      throw new RangeError(`receivedAt must be a time in ms from 0, was ${receivedAt}`);
    }
    const refusal = this.#refusal(message.length);
    if (refusal) {
      this.#drops[refusal]++;
      return false;
    }
    const bytes = PREFIX_BYTES + message.length + 1;
    if (this.#used + bytes > this.#block.length) this.#queueBlock(bytes);
    this.#append(receivedAt, message);
    this.#lines++;
    this.#flushTimer ??= this.#clock.setTimer(() => this.#queueBlock(0), this.#options.flushEveryMs);
    return this.#queuedBytes <= this.#options.blockBytes;
  }

  /** Resolves when at most one block waits for the disk. */
  async drained(): Promise<void> {
    while (!this.#failure && this.#queuedBytes > this.#options.blockBytes) await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Resolves when every line so far is in the file and on the disk. */
  async flush(): Promise<void> {
    this.#queueBlock(0);
    await this.#writing;
    if (this.#failure) throw this.#failure;
    await this.#handle.datasync().catch((cause: unknown) => this.#fail(cause));
    if (this.#failure) throw this.#failure;
  }

  /** Flushes and closes the file. Calling it again waits for the same end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }

  #refusal(messageBytes: number): keyof TapeWriterDrops | undefined {
    if (this.#failure) return "failed";
    if (messageBytes === 0) return "empty";
    if (messageBytes + PREFIX_BYTES > MAX_LINE_BYTES) return "tooLong";
    return this.#queuedBytes > this.#options.maxQueuedBytes ? "queueFull" : undefined;
  }

  #append(receivedAt: number, message: Uint8Array): void {
    const block = this.#block;
    let at = writeArrivalNs(block, this.#used, receivedAt);
    block[at++] = SPACE;
    block.set(message, at);
    const end = at + message.length;
    for (let i = message.indexOf(NEWLINE); i >= 0; i = message.indexOf(NEWLINE, i + 1)) block[at + i] = SPACE;
    block[end] = NEWLINE;
    this.#used = end + 1;
  }

  /** Hands the block to the disk and starts another that holds at least `nextBytes`. */
  #queueBlock(nextBytes: number): void {
    this.#flushTimer?.cancel();
    this.#flushTimer = undefined;
    if (this.#used > 0) {
      const full = this.#block.subarray(0, this.#used);
      this.#queuedBytes += full.length;
      this.#writing = this.#writing.then(() => this.#writeOut(full));
      this.#used = 0;
      this.#block = Buffer.allocUnsafeSlow(Math.max(this.#options.blockBytes, nextBytes));
    } else if (nextBytes > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(nextBytes);
    }
  }

  async #writeOut(block: Buffer): Promise<void> {
    try {
      if (!this.#failure) await this.#handle.writeFile(this.#options.gzip ? await packed(block) : block);
    } catch (cause) {
      this.#fail(cause);
    } finally {
      this.#queuedBytes -= block.length;
    }
  }

  #fail(cause: unknown): void {
    this.#failure ??= new TapeError(`cannot write tape ${this.file}: ${(cause as Error).message}`, { cause });
  }
}
