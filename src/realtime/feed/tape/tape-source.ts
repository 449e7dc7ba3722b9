import { open, type FileHandle } from "node:fs/promises";
import { createGunzip, type Gunzip } from "node:zlib";
import { TapeError } from "../../../errors.ts";

/** Bytes read from the file at a time. A gzip member expands at most 1,032 times, so this bounds memory at 33 MiB. */
const PIECE_BYTES = 32 * 1_024;
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
 * must be read up to its cut.
 */
class Unpacker {
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: 128 * 1_024 });
  readonly #failed: Promise<Error>;
  #pieces: Buffer[] = [];

  constructor() {
    this.#failed = new Promise((resolve) => this.#gunzip.once("error", resolve));
    this.#gunzip.on("data", (piece: Buffer) => this.#pieces.push(piece));
  }

  /** Resolves when the piece is unpacked, with the error if that failed. */
  feed(piece: Buffer): Promise<Error | undefined> {
    return Promise.race([
      this.#failed,
      new Promise<undefined>((resolve) => this.#gunzip.write(piece, () => resolve(undefined))),
    ]);
  }

  finish(): Promise<Error | undefined> {
    const ended = new Promise<undefined>((resolve) => this.#gunzip.once("end", () => resolve(undefined)));
    this.#gunzip.end();
    return Promise.race([this.#failed, ended]);
  }

  take(): Buffer[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    return pieces;
  }

  destroy(): void {
    this.#gunzip.destroy();
  }
}

function damaged(file: string, cause: Error): TapeError {
  return new TapeError(`tape ${file} is cut short or damaged: ${reasonOf(cause)}`, { cause });
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
