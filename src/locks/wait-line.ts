import type { LockMode } from "./lock-observer.ts";
import { type QueueLinks, WaitQueue } from "./wait-queue.ts";

/**
 * Which side goes first where both wait. `fifo`: whoever came first, so nobody passes anybody. `readers-first`: readers
 * pass waiting writers. `writers-first`: writers pass waiting readers.
 */
export type LockPolicy = "fifo" | "readers-first" | "writers-first";

export interface AdmissionOptions {
  /** @defaultValue "fifo" */
  readonly policy?: LockPolicy;
  /**
   * How many of the favoured side may pass the other side before that is served: one writer, or all readers who wait by
   * then. A whole number above 0, for `readers-first` and `writers-first` only. @defaultValue 16
   */
  readonly bound?: number;
}

export interface Queued<W> extends QueueLinks<W> {
  readonly mode: LockMode;
}

/** Those who wait, and who of them goes next. Knows nothing of who is inside. */
export interface WaitLine<W> {
  readonly length: number;
  /** Those who wait longest, each among its own kind. */
  readonly heads: readonly W[];
  /** Who enters as soon as there is room; nobody else before. */
  readonly next: W | undefined;
  push(waiter: W): void;
  /** Returns false when the waiter is not in line any more. */
  remove(waiter: W): boolean;
  /** Lets `next` out of the line, because it enters. */
  enter(next: W): void;
  /** Whether a newcomer for whom there is room enters past those who wait; it counts as passed. */
  letPass(mode: LockMode): boolean;
}

/** Makes the line of a lock, as late as its first wait. */
export type LineMaker = <W extends Queued<W>>() => WaitLine<W>;

const fifo: LineMaker = () => new FifoLine();

/** Checks the options once; throws a `RangeError` for a policy or a bound there is not. */
export function resolveAdmission({ policy = "fifo", bound }: AdmissionOptions): LineMaker {
  if (policy === "fifo") {
    if (bound === undefined) return fifo;
    throw new RangeError(`bound needs a policy that favours a side, was ${bound} with fifo`);
  }
  if (policy !== "readers-first" && policy !== "writers-first") {
    throw new RangeError(`policy must be fifo, readers-first or writers-first, was ${String(policy)}`);
  }
  const passes = bound ?? 16;
  if (!(Number.isSafeInteger(passes) && passes > 0)) {
    throw new RangeError(`bound must be a whole number above 0, was ${passes}`);
  }
  const favoured: LockMode = policy === "readers-first" ? "read" : "write";
  return () => new FavouringLine(favoured, passes);
}

class FifoLine<W extends Queued<W>> implements WaitLine<W> {
  readonly #queue = new WaitQueue<W>();

  get length(): number {
    return this.#queue.length;
  }

  get heads(): readonly W[] {
    const { head } = this.#queue;
    return head === undefined ? [] : [head];
  }

  get next(): W | undefined {
    return this.#queue.head;
  }

  push(waiter: W): void {
    this.#queue.push(waiter);
  }

  remove(waiter: W): boolean {
    return this.#queue.remove(waiter);
  }

  enter(next: W): void {
    this.#queue.remove(next);
  }

  letPass(): boolean {
    return false;
  }
}

/** Two queues, one a side. Within a side the order is that of arrival. */
class FavouringLine<W extends Queued<W>> implements WaitLine<W> {
  readonly #favouredMode: LockMode;
  readonly #bound: number;
  readonly #favoured = new WaitQueue<W>();
  readonly #others = new WaitQueue<W>();
  /** How many of the favoured side went past the first of the others, since that is first. */
  #passes = 0;

  constructor(favouredMode: LockMode, bound: number) {
    this.#favouredMode = favouredMode;
    this.#bound = bound;
  }

  get length(): number {
    return this.#favoured.length + this.#others.length;
  }

  get heads(): readonly W[] {
    return [this.#favoured.head, this.#others.head].filter((head) => head !== undefined);
  }

  get next(): W | undefined {
    const favoured = this.#favoured.head;
    const other = this.#others.head;
    if (favoured === undefined || other === undefined) return favoured ?? other;
    return this.#passes < this.#bound ? favoured : other;
  }

  push(waiter: W): void {
    this.#queueOf(waiter).push(waiter);
  }

  remove(waiter: W): boolean {
    if (!this.#queueOf(waiter).remove(waiter)) return false;
    if (this.#others.length === 0) this.#passes = 0;
    return true;
  }

  enter(next: W): void {
    this.remove(next);
    if (next.mode === this.#favouredMode) this.#countPass();
    // Readers whose turn it is enter all together, and `remove` ends their turn after the last.
    else if (next.mode === "write") this.#passes = 0;
  }

  letPass(mode: LockMode): boolean {
    if (mode !== this.#favouredMode || this.#passes >= this.#bound) return false;
    this.#countPass();
    return true;
  }

  #countPass(): void {
    if (this.#others.length > 0) this.#passes++;
  }

  #queueOf({ mode }: W): WaitQueue<W> {
    return mode === this.#favouredMode ? this.#favoured : this.#others;
  }
}
