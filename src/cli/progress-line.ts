const REPAINT_MS = 100;
/** For a terminal that does not know its size. */
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = "\r\u001b[K";

export interface ProgressLineOptions {
  /** How often a line is written where no cursor can be moved, in ms; `Infinity` for never. */
  readonly plainEveryMs: number;
}

/** How far long work is, on standard error: one line that changes on a terminal, a line now and then elsewhere. */
export class ProgressLine {
  readonly #isTerminal = process.stderr.isTTY;
  readonly #plainEveryMs: number;
  #nextMs: number;
  #isPainted = false;

  constructor({ plainEveryMs }: ProgressLineOptions) {
    this.#plainEveryMs = plainEveryMs;
    this.#nextMs = performance.now() + (this.#isTerminal ? 0 : plainEveryMs);
  }

  /** Shows what `text` returns, unless it was just shown. */
  update(text: () => string): void {
    const now = performance.now();
    if (now < this.#nextMs) return;
    this.#nextMs = now + (this.#isTerminal ? REPAINT_MS : this.#plainEveryMs);
    if (!this.#isTerminal) {
      process.stderr.write(`${text()}\n`);
      return;
    }
    this.#isPainted = true;
    process.stderr.write(CLEAR_LINE + text().slice(0, (process.stderr.columns || DEFAULT_COLUMNS) - 1));
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#isPainted) process.stderr.write(CLEAR_LINE);
    this.#isPainted = false;
  }
}
