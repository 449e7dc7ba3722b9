export { TapeBatch } from "./tape-batch.ts";
export { TapeReader } from "./tape-reader.ts";
export { TapeWriter } from "./tape-writer.ts";
export type { TapeWriterDrops, TapeWriterOptions } from "./tape-writer.ts";
export { readTape } from "./read-tape.ts";
export { recording, recordTo } from "./record-to.ts";
export { tape, tapeStartTime } from "./tape.ts";
export type { TapeOptions } from "./tape.ts";
