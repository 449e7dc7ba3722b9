import { TickStream, type TickStreamOptions } from "./tick-stream.ts";
import type { TickColumns } from "./tick-columns.ts";

/** The tick streams that are open, each with a queue of its own. */
export class TickStreams {
  readonly #symbols: readonly string[];
  readonly #open = new Set<TickStream>();
  #isEnded = false;

  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Ticks of one symbol, or of all when `symbolIndex` is `undefined`, from the next one on. */
  open(symbolIndex: number | undefined, options: TickStreamOptions = {}): TickStream {
    const stream = new TickStream(this.#symbols, symbolIndex, options, (ended) => this.#open.delete(ended));
    if (this.#isEnded) stream.end();
    else if (!stream.isEnded) this.#open.add(stream);
    return stream;
  }

  offer(columns: TickColumns, i: number): void {
    for (const stream of this.#open) stream.offer(columns, i);
  }

  /** Hands what was offered to the consumers that wait. */
  flush(): void {
    for (const stream of this.#open) stream.flush();
  }

  /** Ends all, and whatever is opened from now on. */
  end(): void {
    this.#isEnded = true;
    for (const stream of this.#open) stream.end();
  }
}
