import { TapeError } from "../../../errors.ts";
import { MAX_LINE_BYTES, TapeBatch } from "./tape-batch.ts";
import { tapePieces } from "./tape-source.ts";

const NEWLINE = 0x0a;

/**
 * Reads a recorded session: text files, plain or gzip (told by their content), with a line
 * `<arrival time, ns since epoch> <raw message>` each. Several files are one session, in the order given.
 *
 * Everything before a fault is delivered, then the fault is thrown. Only where bytes in the middle of a gzip are damaged,
 * rather than missing, up to 32 KiB of text before them are lost.
 */
export class TapeReader {
  readonly files: readonly string[];

  /** @throws RangeError when there is no file. */
  constructor(files: string | readonly string[]) {
    this.files = typeof files === "string" ? [files] : [...files];
    if (this.files.length === 0) throw new RangeError("a tape needs at least one file, got 0");
  }

  /**
   * Yields the lines in batches: one object, refilled. Leaving the loop closes the file.
   *
   * @throws TapeError, naming file and line, at a line that is no tape line or longer than 1 MiB, and at a file that
   * is missing, unreadable, or cut.
   */
  async *batches(): AsyncGenerator<TapeBatch, void> {
    const batch = new TapeBatch();
    for (const file of this.files) yield* this.#fileBatches(file, batch);
  }

  async *#fileBatches(file: string, batch: TapeBatch): AsyncGenerator<TapeBatch, void> {
    batch.startFile(file);
    let rest: Buffer = Buffer.alloc(0);
    const pieces = tapePieces(file);
    try {
      for (;;) {
        const piece = await nextPiece(pieces, batch);
        if (!piece) break;
        const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
        const end = bytes.lastIndexOf(NEWLINE) + 1;
        rest = bytes.subarray(end);
        if (end > 0) yield* deliver(batch, bytes.subarray(0, end));
        if (rest.length > MAX_LINE_BYTES) yield* deliver(batch, rest);
      }
      if (rest.length > 0) {
        yield* deliver(batch, rest);
        if (isCutShort(batch.message)) {
          throw new TapeError(
            `${file} line ${batch.lineNumber} is cut short: the file ends within its message`,
          );
        }
      }
    } finally {
      await pieces.return();
    }
  }
}

/** Whether a message that no newline follows is JSON without its end. */
function isCutShort(message: Buffer): boolean {
  const text = message.toString();
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

/** A fault of the file itself is told with the line it came behind. */
async function nextPiece(
  pieces: AsyncGenerator<Buffer, void>,
  batch: TapeBatch,
): Promise<Buffer | undefined> {
  try {
    return (await pieces.next()).value ?? undefined;
  } catch (error) {
    if (!(error instanceof TapeError) || batch.lineNumber === 0) throw error;
    throw new TapeError(`${error.message} (after line ${batch.lineNumber})`, { cause: error.cause });
  }
}

function* deliver(batch: TapeBatch, bytes: Buffer): Generator<TapeBatch, void> {
  batch.load(bytes);
  yield batch;
  // Lines the consumer left are skipped over, so that a fault behind them is found and has its line number.
  while (batch.next());
  if (batch.fault !== undefined) throw new TapeError(`${batch.file} line ${batch.lineNumber} ${batch.fault}`);
}
