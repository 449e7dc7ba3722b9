import type { Clock, Timer } from "../../../clock.ts";
import { EVENT_DELAY_MS } from "./symbol-streams.ts";
import type { MarketClockwork } from "./market-clockwork.ts";

/** Shortest time between two turns, in ms: at high rates trades are sent in batches. */
const SHORTEST_GAP_MS = 2;
/** Trades and quotes of a turn at most; a venue that lags takes turns without a pause, so that clients are still heard. */
const MAX_EVENTS_PER_TURN = 20_000;

/** Lets the market run with the clock. */
export class MarketPump {
  readonly #clockwork: MarketClockwork;
  readonly #flush: () => void;
  readonly #clock: Clock;
  readonly #maxTrades: number;
  #timer: Timer | undefined = undefined;

  constructor(clockwork: MarketClockwork, flush: () => void, { clock }: { readonly clock: Clock }) {
    this.#clockwork = clockwork;
    this.#flush = flush;
    this.#clock = clock;
    this.#maxTrades = Math.ceil(MAX_EVENTS_PER_TURN / clockwork.eventsPerTrade);
  }

  start(): void {
    this.#schedule(false);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Lets everything happen that is due by now, as far as one turn reaches. */
  run(): void {
    const trades = this.#clockwork.runTo(this.#clock.now() - EVENT_DELAY_MS, this.#maxTrades);
    this.#flush();
    if (this.#timer) this.#schedule(trades === this.#maxTrades);
  }

  #schedule(isBehind: boolean): void {
    this.#timer?.cancel();
    const waitMs = this.#clockwork.nextEventMs + EVENT_DELAY_MS - this.#clock.now();
    this.#timer = this.#clock.setTimer(() => this.run(), isBehind ? 0 : Math.max(SHORTEST_GAP_MS, waitMs));
  }
}
