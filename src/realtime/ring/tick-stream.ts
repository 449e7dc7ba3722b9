import { TickframeError } from "../../errors.ts";
import { TickRing } from "./tick-ring.ts";
import { tickAt } from "./tick-view.ts";
import type { Tick } from "../market/tick.ts";
import type { TickColumns } from "./tick-columns.ts";
import type { TickRingReader } from "./tick-ring-reader.ts";

/** What a consumer that falls behind loses. */
export type StreamOverflow =
  /** The oldest waiting ticks, counted in `missed`. */
  | "dropOldest"
  /** The newest ticks, counted in `missed`. */
  | "dropNewest"
  /** Nothing silently: the iteration fails with a {@link TickOverflowError}. */
  | "error";

/** How a consumer of ticks wants them. */
export interface TickStreamOptions {
  /** @defaultValue "dropOldest" */
  readonly overflow?: StreamOverflow;
  /** Ticks that may wait for the consumer. @defaultValue 16_384 */
  readonly capacity?: number;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** A consumer with `overflow: "error"` fell behind by more than its capacity. */
export class TickOverflowError extends TickframeError {
  override readonly name = "TickOverflowError";
  constructor(capacity: number) {
    super("TICK_OVERFLOW", `more than ${capacity} ticks waited for their consumer`);
  }
}

/** Ticks of one symbol, or of all, as an async iterator with a bounded queue of its own. */
export class TickStream implements AsyncIterableIterator<Tick> {
  readonly #symbols: readonly string[];
  readonly #symbolIndex: number | undefined;
  readonly #overflow: StreamOverflow;
  readonly #ring: TickRing;
  readonly #reader: TickRingReader;
  readonly #onEnd: () => void;
  readonly #waiters: { resolve(result: IteratorResult<Tick>): void; reject(error: Error): void }[] = [];
  #failure: Error | undefined;
  #isEnded = false;

  /** @throws RangeError for a capacity that is no whole number above 0, or an unknown overflow policy. */
  constructor(
    symbols: readonly string[],
    symbolIndex: number | undefined,
    options: TickStreamOptions,
    onEnd: (stream: TickStream) => void,
  ) {
    const { overflow = "dropOldest", capacity = 16_384, signal } = options;
    if (!["dropOldest", "dropNewest", "error"].includes(overflow)) {
      throw new RangeError(`overflow must be "dropOldest", "dropNewest" or "error", was "${overflow}"`);
    }
    this.#symbols = symbols;
    this.#symbolIndex = symbolIndex;
    this.#overflow = overflow;
    this.#ring = new TickRing({
      capacitySlots: capacity,
      overflow: overflow === "dropOldest" ? "overwrite" : "drop",
    });
    this.#reader = this.#ring.reader();
    const end = () => this.end();
    this.#onEnd = () => {
      signal?.removeEventListener("abort", end);
      onEnd(this);
    };
    if (signal?.aborted) this.end();
    else signal?.addEventListener("abort", end, { once: true });
  }

  /** Ticks this consumer did not get because it fell behind. */
  get missed(): number {
    return this.#reader.missed + this.#ring.dropped;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Takes the tick into the queue, if it is of this stream's symbol. Consumers hear of it at the next {@link flush}. */
  offer(columns: TickColumns, i: number): void {
    if (this.#symbolIndex !== undefined && columns.symbol[i] !== this.#symbolIndex) return;
    // What comes after a loss that is still to be told would hide it.
    if (this.#failure || this.#isEnded) return;
    if (this.#ring.push(columns, i) || this.#overflow !== "error") return;
    this.#failure = new TickOverflowError(this.#ring.capacitySlots);
  }

  /** Hands waiting ticks to waiting consumers. */
  flush(): void {
    while (this.#waiters.length > 0) {
      const result = this.#take();
      if (!result) return;
      const waiter = this.#waiters.shift()!;
      if (result instanceof Error) waiter.reject(result);
      else waiter.resolve(result);
    }
  }

  /** The next tick; waits for it where none is queued. */
  next(): Promise<IteratorResult<Tick>> {
    const result = this.#waiters.length === 0 ? this.#take() : undefined;
    if (result instanceof Error) return Promise.reject(result);
    if (result) return Promise.resolve(result);
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  /** Lets the consumer have what is queued, and then ends. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onEnd?.();
    this.flush();
  }

  /** Ends the stream and forgets what is queued; leaving a `for await` does so. */
  return(): Promise<IteratorResult<Tick>> {
    this.end();
    this.#reader.drain(() => {});
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next tick, the end, or the failure; `undefined` when there is nothing to say yet. */
  #take(): IteratorResult<Tick> | Error | undefined {
    let tick: Tick | undefined;
    this.#reader.drain((slot) => (tick = tickAt(this.#ring.columns, slot, this.#symbols)), 1);
    if (tick) return { value: tick, done: false };
    if (this.#failure) {
      const failure = this.#failure;
      this.#failure = undefined;
      this.end();
      return failure;
    }
    return this.#isEnded ? { value: undefined, done: true } : undefined;
  }
}
