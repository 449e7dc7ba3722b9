import { WireField } from "./wire-record.ts";

// A constant of this module's own, which V8 folds into the code; it looks up imported ones each time.
const Field = WireField;

/** What the ids of a trade say about it. */
export const Arrival = {
  /** It follows the trade before it, or is the first. */
  inOrder: 0,
  /** It follows a hole: trades between it and the newest one have not arrived (yet). */
  afterGap: 1,
  /** It fills a hole, or is older than the first trade seen. */
  outOfOrder: 2,
  /** All of its ids were seen. */
  duplicate: 3,
  /** Some of its ids were seen and some not: an aggregate that cannot be split. */
  overlap: 4,
  /** So old that it is no longer known whether it was seen. */
  forgotten: 5,
} as const;

export type ArrivalCode = (typeof Arrival)[keyof typeof Arrival];

/** Holes kept a symbol. A real feed has a few; a hostile one must not grow memory. */
const MAX_HOLES = 4_096;

const LAST = 0;

/**
 * The ids of one symbol's trades: which were seen, and which are missing. Ids of a venue that numbers its trades one by
 * one have a hole exactly where a trade is missing. An absurd id is harmless: the ids below it become a hole, which
 * the real trades then fill.
 */
export class TradeContinuity {
  /** Inclusive ranges of unseen ids below the newest, ascending. The first is what lies before the first trade seen. */
  readonly #holes: { from: number; to: number }[] = [];
  /** Newest id, unboxed. */
  readonly #state = Float64Array.of(-1);
  #firstId = -1;
  #forgottenTo = -1;
  #gaps = 0;

  /** Newest id seen; -1 before the first trade. */
  get lastId(): number {
    return this.#state[LAST];
  }

  /** The first id seen, or the first after what history covers; -1 before any. */
  get firstId(): number {
    return this.#firstId;
  }

  /** Where the newest hole begins: after {@link Arrival.afterGap}, the first id that is missing; -1 without a hole. */
  get gapFrom(): number {
    return this.#holes.at(-1)?.from ?? -1;
  }

  /** How often a trade arrived after a hole. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Ids above the first one seen that have not arrived. */
  get missingTrades(): number {
    let missing = 0;
    for (const { from, to } of this.#holes)
      if (to > this.#firstId) missing += to - Math.max(from, this.#firstId + 1) + 1;
    return missing;
  }

  /** Judges the trade in `fields` (first and last id), and remembers it when it is to be taken: a code below `duplicate`. */
  judge(fields: Float64Array): ArrivalCode {
    if (fields[Field.firstTradeId] === this.#state[LAST] + 1 && this.#firstId >= 0) {
      this.#state[LAST] = fields[Field.lastTradeId];
      return Arrival.inOrder;
    }
    return this.#judgeRange(fields[Field.firstTradeId], fields[Field.lastTradeId]);
  }

  /**
   * Says that every id up to `lastId` is known from elsewhere, as from history: trades up to it are duplicates from now on.
   */
  cover(lastId: number): void {
    if (this.#firstId < 0) this.#firstId = lastId + 1;
    this.#state[LAST] = Math.max(this.#state[LAST], lastId);
    while (this.#holes.length > 0 && this.#holes[0].from <= lastId) {
      if (this.#holes[0].to > lastId) {
        this.#holes[0].from = lastId + 1;
        return;
      }
      this.#holes.shift();
    }
  }

  #judgeRange(first: number, last: number): ArrivalCode {
    const newest = this.#state[LAST];
    if (this.#firstId < 0) {
      this.#firstId = first;
      this.#state[LAST] = last;
      if (first > 0) this.#holes.push({ from: 0, to: first - 1 });
      return Arrival.inOrder;
    }
    if (first > newest) {
      this.#state[LAST] = last;
      this.#addHole(newest + 1, first - 1);
      this.#gaps++;
      return Arrival.afterGap;
    }
    const at = this.#holes.findLastIndex(({ from }) => from <= first);
    const hole = this.#holes[at];
    if (hole && last <= hole.to) {
      this.#fill(at, first, last);
      return Arrival.outOfOrder;
    }
    const isSeen = !this.#holes.some(({ from, to }) => from <= last && to >= first) && last <= newest;
    if (!isSeen) return Arrival.overlap;
    return last <= this.#forgottenTo ? Arrival.forgotten : Arrival.duplicate;
  }

  #fill(at: number, first: number, last: number): void {
    const { from, to } = this.#holes[at];
    const rest = [];
    if (from < first) rest.push({ from, to: first - 1 });
    if (last < to) rest.push({ from: last + 1, to });
    this.#holes.splice(at, 1, ...rest);
  }

  #addHole(from: number, to: number): void {
    this.#holes.push({ from, to });
    if (this.#holes.length <= MAX_HOLES) return;
    // The first hole is the unknown past; the oldest real one is behind it.
    const [forgotten] = this.#holes.splice(1, 1);
    this.#forgottenTo = forgotten.to;
  }
}
