import { open, type FileHandle } from "node:fs/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { TapeError } from "../../../errors.ts";

/** Bytes read from the file at a time. A gzip member expands at most 1,032 times, so this bounds memory at 33 MiB. */
const PIECE_BYTES = 32 * 1_024;
/** Bytes unpacked at a time. */
const BLOCK_BYTES = 32 * 1_024;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Yields a tape's text in pieces, unpacked when the content is gzip, whatever the file is called. What could be read
 * is always yielded before the error that stopped it is thrown.
 *
 * @throws TapeError when the file cannot be opened or read, or its gzip is cut or damaged.
 */
export async function* tapePieces(file: string): AsyncGenerator<Buffer, void> {
  const handle = await open(file).catch((cause: unknown) => {
    throw new TapeError(`cannot open tape ${file}: ${reasonOf(cause)}`, { cause });
  });
  try {
    const first = await readPiece(handle, file);
    if (first && first[0] === GZIP_MAGIC[0] && first[1] === GZIP_MAGIC[1])
      yield* unpacked(handle, file, first);
    else for (let piece = first; piece; piece = await readPiece(handle, file)) yield piece;
  } finally {
    await handle.close();
  }
}

async function readPiece(handle: FileHandle, file: string): Promise<Buffer | undefined> {
  const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES).catch((cause: unknown) => {
    throw new TapeError(`cannot read tape ${file}: ${reasonOf(cause)}`, { cause });
  });
  return bytesRead > 0 ? buffer.subarray(0, bytesRead) : undefined;
}

async function* unpacked(handle: FileHandle, file: string, first: Buffer): AsyncGenerator<Buffer, void> {
  const unpacker = new Unpacker();
  try {
    for (let piece: Buffer | undefined = first; piece; piece = await readPiece(handle, file)) {
      const failure = await unpacker.feed(piece);
      yield* unpacker.take();
      if (failure) throw damaged(file, failure);
    }
    const failure = await unpacker.finish();
    yield* unpacker.take();
    if (failure) throw damaged(file, failure);
  } finally {
    unpacker.destroy();
  }
}

/**
 * Gunzip by hand: as an async iterable, a stream that fails discards what it had already unpacked, and a cut tape
 * must be read up to its cut. Where bytes in the middle are damaged, zlib itself discards the block it was unpacking.
 */
class Unpacker {
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: BLOCK_BYTES });
  #pieces: Buffer[] = [];
  #fedBytes = 0;
  #isAtEnd = false;
  #failure: Error | undefined = undefined;
  /** Ends the wait for the step under way. */
  #endStep: () => void = () => undefined;

  constructor() {
    this.#gunzip.on("data", (piece: Buffer) => this.#pieces.push(piece));
    this.#gunzip.once("error", (error) => this.#fail(error));
    this.#gunzip.once("end", () => {
      this.#isAtEnd = true;
      this.#endStep();
    });
  }

  /** Resolves when the piece is unpacked, with the error if that failed. */
  async feed(piece: Buffer): Promise<Error | undefined> {
    this.#fedBytes += piece.length;
    if (!this.#isAtEnd) {
      await this.#step(() =>
        this.#gunzip.write(piece, (error) => (error ? this.#fail(error) : this.#endStep())),
      );
    }
    if (this.#isAtEnd) this.#checkPadding(piece);
    return this.#failure;
  }

  async finish(): Promise<Error | undefined> {
    if (!this.#isAtEnd) await this.#step(() => this.#gunzip.end());
    return this.#failure;
  }

  take(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  destroy(): void {
    this.#gunzip.destroy();
  }

  /** Zeros may fill up a file behind its last member; anything else there would be lost without a word. */
  #checkPadding(piece: Buffer): void {
    const unread = Math.min(piece.length, this.#fedBytes - this.#gunzip.bytesWritten);
    if (piece.subarray(piece.length - unread).some((byte) => byte !== 0))
      this.#fail(new Error("more bytes behind its end"));
  }

  #step(begin: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#endStep = resolve;
      begin();
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#endStep();
  }
}

function damaged(file: string, cause: Error): TapeError {
  return new TapeError(`tape ${file} is cut short or damaged: ${reasonOf(cause)}`, { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
