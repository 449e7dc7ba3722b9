/** Pauses up to this length are never stale; half of what a mute connection on a busy stream may cost. */
const SHORTEST_STALE_MS = 1_500;
const LONGEST_STALE_MS = 300_000;
/** The shortest while too little was seen to know how long the stream's own pauses are. */
const UNLEARNED_STALE_MS = 30_000;
const LEARNED_AFTER_TICKS = 40;
const PAUSES_TO_STALE = 4;
/** A pause is remembered for one to two spans of this length. */
const SPAN_MS = 600_000;
/** Connections without data in a row after which patience no longer doubles. */
const MOST_DOUBLINGS = 10;

/**
 * How long a stream of market data may pause before it counts as stale, learned from the pauses it made. It outlives
 * connections. Each connection in a row that brings no data at all doubles it, so that a closed market is not answered
 * with reconnects without end, and yet a connection that never starts to flow is found.
 */
export class DataRhythm {
  readonly #fixedMs: number | undefined;
  readonly #tickMs: number;
  #longestMs = 0;
  #longestBeforeMs = 0;
  #spanTicks = 0;
  #ticksWithData = 0;
  #fruitlessConnections = 0;

  /** @param fixedMs - used in place of what is learned. */
  constructor(fixedMs: number | undefined, tickMs: number) {
    this.#fixedMs = fixedMs;
    this.#tickMs = tickMs;
  }

  /** `Infinity` until data flowed for the first time. */
  get staleAfterMs(): number {
    if (this.#ticksWithData === 0) return Infinity;
    const baseMs = this.#fixedMs ?? this.#learnedMs();
    const patientMs = baseMs * 2 ** Math.min(this.#fruitlessConnections, MOST_DOUBLINGS);
    return Math.min(patientMs, Math.max(baseMs, LONGEST_STALE_MS));
  }

  /** Once a tick in which data came, after `pauseTicks` ticks without. */
  onData(pauseTicks: number): void {
    this.#ticksWithData++;
    this.#fruitlessConnections = 0;
    // The pause began some time within the tick before, so it is rounded up.
    this.#longestMs = Math.max(this.#longestMs, (pauseTicks + 1) * this.#tickMs);
  }

  onTick(): void {
    if (++this.#spanTicks * this.#tickMs < SPAN_MS) return;
    this.#spanTicks = 0;
    this.#longestBeforeMs = this.#longestMs;
    this.#longestMs = 0;
  }

  /** A subscribed connection was found dead before it brought any data. */
  onFruitlessConnection(): void {
    this.#fruitlessConnections++;
  }

  #learnedMs(): number {
    const shortestMs = this.#ticksWithData < LEARNED_AFTER_TICKS ? UNLEARNED_STALE_MS : SHORTEST_STALE_MS;
    const pauseMs = Math.max(this.#longestMs, this.#longestBeforeMs);
    return Math.min(Math.max(PAUSES_TO_STALE * pauseMs, shortestMs), LONGEST_STALE_MS);
  }
}
