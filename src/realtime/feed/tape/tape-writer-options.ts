/** How a tape is written. */
export interface TapeWriterOptions {
  /** Whether to pack the file. @defaultValue false */
  readonly gzip?: boolean;
  /** Whether a file that exists is written over; otherwise it is an error. @defaultValue false */
  readonly overwrite?: boolean;
  /** Lines are written out in blocks of this many bytes. @defaultValue 262_144 */
  readonly blockBytes?: number;
  /** Longest time a line waits for its block to fill, in milliseconds. @defaultValue 1_000 */
  readonly flushEveryMs?: number;
  /** Bytes that may wait for the disk before {@link TapeWriter.write} refuses lines. @defaultValue 67_108_864 */
  readonly maxQueuedBytes?: number;
}

/** @throws RangeError for whatever is out of bounds. */
export function resolveTapeWriterOptions(options: TapeWriterOptions): Required<TapeWriterOptions> {
  const {
    gzip = false,
    overwrite = false,
    blockBytes = 262_144,
    flushEveryMs = 1_000,
    maxQueuedBytes = 67_108_864,
  } = options;
  if (!(Number.isSafeInteger(blockBytes) && blockBytes >= 1_024)) {
    throw new RangeError(`blockBytes must be a whole number from 1024, was ${blockBytes}`);
  }
  if (!(flushEveryMs > 0)) throw new RangeError(`flushEveryMs must be above 0, was ${flushEveryMs}`);
  if (!(maxQueuedBytes >= blockBytes)) {
    throw new RangeError(`maxQueuedBytes must be at least blockBytes (${blockBytes}), was ${maxQueuedBytes}`);
  }
  return { gzip, overwrite, blockBytes, flushEveryMs, maxQueuedBytes };
}
