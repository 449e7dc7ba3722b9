import { checkRoom, copyTicks, type RecentColumns } from "./recent-columns.ts";
import { layOutTicks } from "./tick-layout.ts";
import { TickRingReader } from "./tick-ring-reader.ts";
import type { TickColumns } from "./tick-columns.ts";

/** What happens to a tick that finds the ring full of ticks a reader has not taken yet. */
export type RingOverflow =
  /** It takes the place of the oldest; the readers that had not seen that one count it as missed. */
  | "overwrite"
  /** It is refused and counted as dropped; what waits in the ring stays. */
  | "drop";

/** How large a ring is, and what happens when it is full. */
export interface TickRingOptions {
  /** Ticks the ring holds, 1 to 2^26. */
  readonly capacitySlots: number;
  /** @defaultValue "overwrite" */
  readonly overflow?: RingOverflow;
}

const MAX_CAPACITY_SLOTS = 2 ** 26;

/**
 * The newest ticks as a struct of arrays in a SharedArrayBuffer: one writer, any number of readers, no lock, no objects.
 * The writer never waits. Writer and readers live in one thread.
 */
export class TickRing {
  readonly capacitySlots: number;
  readonly overflow: RingOverflow;
  /** Where the ticks lie, in slots that {@link slotOf} tells. */
  readonly columns: TickColumns;
  /** Tells {@link published} in the shared memory. The ring itself counts in a field, which is cheaper. */
  readonly #told: Float64Array;
  #published = 0;
  readonly #mask: number;
  readonly #drops: boolean;
  readonly #readers = new Set<TickRingReader>();
  /** Under `drop`: every reader has taken the ticks below this number; how far exactly is looked up when the ring looks full. */
  #heldFrom = 0;
  #dropped = 0;

  constructor({ capacitySlots, overflow = "overwrite" }: TickRingOptions) {
    if (!Number.isInteger(capacitySlots) || capacitySlots < 1 || capacitySlots > MAX_CAPACITY_SLOTS) {
      throw new RangeError(
        `capacitySlots must be a whole number from 1 to ${MAX_CAPACITY_SLOTS}, was ${capacitySlots}`,
      );
    }
    if (overflow !== "overwrite" && overflow !== "drop") {
      throw new RangeError(`overflow must be "overwrite" or "drop", was "${String(overflow)}"`);
    }
    const slots = Math.max(8, 2 ** Math.ceil(Math.log2(capacitySlots)));
    const { columns, published } = layOutTicks(slots);
    this.capacitySlots = capacitySlots;
    this.overflow = overflow;
    this.columns = columns;
    this.#told = published;
    this.#mask = slots - 1;
    this.#drops = overflow === "drop";
  }

  /** How many ticks were ever published; tick number `n` is the one published as the n-th, from 0. */
  get published(): number {
    return this.#published;
  }

  /** Ticks refused because the ring was full, under `drop`. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Ticks that can still be read. */
  get length(): number {
    return Math.min(this.#published, this.capacitySlots);
  }

  /** Where tick number `n` lies in the columns. */
  slotOf(n: number): number {
    return n & this.#mask;
  }

  /**
   * The slot to write the next tick to, or -1 when it is refused (and counted). The tick exists for readers once
   * {@link publish} was called; all columns of the slot must be written before.
   */
  claim(): number {
    const published = this.#published;
    if (this.#drops && published - this.#heldFrom >= this.capacitySlots && this.#isFull()) {
      this.#dropped++;
      return -1;
    }
    return published & this.#mask;
  }

  /** Lets readers see the tick in the slot that was claimed last. */
  publish(): void {
    this.#told[0] = ++this.#published;
  }

  /** Copies slot `i` of `source` in as the next tick; false when it is refused. */
  push(source: TickColumns, i: number): boolean {
    const slot = this.claim();
    if (slot < 0) return false;
    copyTick(this.columns, slot, source, i);
    this.publish();
    return true;
  }

  /** A reader that begins with the next tick, or with the oldest one still here. */
  reader({ from = "next" }: { readonly from?: "next" | "oldest" } = {}): TickRingReader {
    const start = from === "next" ? this.published : this.published - this.length;
    const reader = new TickRingReader(this, start, () => this.#remove(reader));
    this.#readers.add(reader);
    this.#heldFrom = this.#readers.size === 1 ? start : Math.min(this.#heldFrom, start);
    return reader;
  }

  /**
   * Slots of the newest `count` ticks (fewer when there are fewer), oldest first.
   * @throws RangeError when `count` is no whole number of at least 0.
   */
  recent(count: number): number[] {
    const taken = this.#available(count);
    const from = this.published - taken;
    const slots: number[] = [];
    for (let i = 0; i < taken; i++) slots.push(this.slotOf(from + i));
    return slots;
  }

  /**
   * Copies the newest `count` ticks (fewer when there are fewer), oldest first, to the beginning of the columns in `into`,
   * which the caller makes once and keeps: `{ price: new Float64Array(100) }` for the newest 100 prices. Returns how many
   * ticks those are. See `bench/locks/is-the-ring-faster-than-a-deque.bench.ts`.
   *
   * @throws RangeError when `count` is no whole number of at least 0, or a column is shorter than that.
   */
  copyRecent(count: number, into: RecentColumns): number {
    const taken = this.#available(count);
    checkRoom(into, count);
    copyTicks(into, this.columns, this.slotOf(this.published - taken), taken);
    return taken;
  }

  /** How many of the newest `count` there are. */
  #available(count: number): number {
    if (Number.isInteger(count) && count >= 0) return Math.min(count, this.length);
    throw new RangeError(`count must be a whole number of at least 0, was ${count}`);
  }

  #remove(reader: TickRingReader): void {
    this.#holdFromSlowest();
    this.#readers.delete(reader);
  }

  #isFull(): boolean {
    this.#holdFromSlowest();
    return this.published - this.#heldFrom >= this.capacitySlots;
  }

  /** What a reader has not taken stays. Without readers, so does what the last one had not taken, or all there ever was. */
  #holdFromSlowest(): void {
    if (this.#readers.size === 0) return;
    let slowest = Infinity;
    for (const reader of this.#readers) slowest = Math.min(slowest, reader.position);
    this.#heldFrom = slowest;
  }
}

/** Copies one tick between columns. */
export function copyTick(target: TickColumns, to: number, source: TickColumns, from: number): void {
  target.time[to] = source.time[from];
  target.receivedAt[to] = source.receivedAt[from];
  target.price[to] = source.price[from];
  target.size[to] = source.size[from];
  target.tradeId[to] = source.tradeId[from];
  target.tradeCount[to] = source.tradeCount[from];
  target.symbol[to] = source.symbol[from];
  target.flags[to] = source.flags[from];
}
