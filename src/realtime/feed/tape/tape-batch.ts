const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
/** Digits of the largest signed 64-bit count of nanoseconds. */
const MAX_TIME_DIGITS = 19;
const NS_DIGITS_BELOW_MS = 6;
const NS_PER_MS = 1_000_000;
/** A longer line is no message of any venue; the limit also bounds what a reader holds in memory. */
export const MAX_LINE_BYTES = 1_048_576;

/**
 * Some whole lines of a tape, read one after the other without an object per line:
 * `while (batch.next()) use(batch.receivedAt, batch.message)`. A batch is valid until the next one is asked for.
 */
export class TapeBatch {
  #bytes: Buffer = Buffer.alloc(0);
  #position = 0;
  #msPart = 0;
  #nsPart = 0;
  #message: Buffer = this.#bytes;
  #fault: string | undefined = undefined;
  #lines = 0;

  /** The file the lines are of. */
  file = "";

  /** Arrival time in milliseconds since the epoch: the float64 nearest to the recorded nanoseconds. */
  get receivedAt(): number {
    return this.#msPart + this.#nsPart / NS_PER_MS;
  }

  /** Arrival time in nanoseconds since the epoch, as recorded. */
  get arrivalNs(): bigint {
    return BigInt(this.#msPart) * BigInt(NS_PER_MS) + BigInt(this.#nsPart);
  }

  /** The message's bytes: a view, valid as long as the batch. */
  get message(): Buffer {
    return this.#message;
  }

  /** Lines of the file up to the current one; the number of the current line, counted from 1. */
  get lineNumber(): number {
    return this.#lines;
  }

  /** What is wrong with the current line, where the batch ended at one that cannot be read. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Goes to the next line; false behind the last, and at a line that cannot be read. */
  next(): boolean {
    if (this.#fault !== undefined) return false;
    this.#skipBlankLines();
    if (this.#position >= this.#bytes.length) return false;
    this.#lines++;
    const newline = this.#bytes.indexOf(NEWLINE, this.#position);
    const end = newline < 0 ? this.#bytes.length : newline;
    if (end - this.#position > MAX_LINE_BYTES) return this.#fail(`is longer than ${MAX_LINE_BYTES} bytes`);
    const messageStart = this.#readTime(end);
    if (messageStart < 0 || messageStart >= end) return this.#fail(`is not "<arrival time in ns> <message>"`);
    this.#message = this.#bytes.subarray(messageStart, end);
    this.#position = end + 1;
    return true;
  }

  /** For the reader: starts over with other bytes, which end behind a newline or with the file. */
  load(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#position = 0;
  }

  /** For the reader: starts counting the lines of another file. */
  startFile(file: string): void {
    this.file = file;
    this.#lines = 0;
  }

  /** An editor may have left some, above all at the end. */
  #skipBlankLines(): void {
    const bytes = this.#bytes;
    for (;;) {
      const at = this.#position;
      const length =
        bytes[at] === NEWLINE ? 1 : bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === NEWLINE ? 2 : 0;
      if (length === 0) return;
      this.#position = at + length;
      this.#lines++;
    }
  }

  #fail(fault: string): false {
    this.#fault = fault;
    return false;
  }

  /** Reads the arrival time; returns where the message starts, or -1. */
  #readTime(end: number): number {
    const bytes = this.#bytes;
    const start = this.#position;
    const limit = Math.min(end, start + MAX_TIME_DIGITS + 1);
    let space = start;
    while (space < limit && bytes[space] !== SPACE) space++;
    if (space === start || space === limit) return -1;
    const split = Math.max(start, space - NS_DIGITS_BELOW_MS);
    this.#msPart = digits(bytes, start, split);
    this.#nsPart = digits(bytes, split, space);
    return this.#msPart >= 0 && this.#nsPart >= 0 ? space + 1 : -1;
  }
}

function digits(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i] - DIGIT_0;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
