import { setImmediate as nextTurn } from "node:timers/promises";
import { VirtualClock, type Clock } from "../../../clock.ts";
import { ClosedError, TickframeError } from "../../../errors.ts";
import type { MarketClockwork } from "./market-clockwork.ts";
import type { MarketPump } from "./market-pump.ts";
import { EVENT_DELAY_MS } from "./symbol-streams.ts";
import type { VenueServer } from "./venue-server.ts";

/** How far to play: so many trades, or so many milliseconds. */
export type PlayAmount = { readonly trades: number } | { readonly ms: number };

/** A step of playing: so much time, or so many trades, then every client is waited for. */
const STEP_MS = 50;
const STEP_TRADES = 2_048;
/** Longest step where no trade is due. */
const IDLE_STEP_MS = 1_000;

/** Drives a market on a virtual clock as fast as its clients receive. */
export class MarketPlayer {
  readonly #clockwork: MarketClockwork;
  readonly #pump: MarketPump;
  readonly #server: VenueServer;
  readonly #clock: Clock;
  #isPlaying = false;
  #isStopped = false;

  constructor(
    clockwork: MarketClockwork,
    pump: MarketPump,
    server: VenueServer,
    { clock }: { readonly clock: Clock },
  ) {
    this.#clockwork = clockwork;
    this.#pump = pump;
    this.#server = server;
    this.#clock = clock;
  }

  /** Makes {@link play} reject at its next step. */
  stop(): void {
    this.#isStopped = true;
  }

  async play(amount: PlayAmount): Promise<number> {
    const clock = this.#clock;
    if (!(clock instanceof VirtualClock)) {
      throw new TickframeError(
        "NEEDS_VIRTUAL_CLOCK",
        "play needs a venue that was started with a VirtualClock",
      );
    }
    if (this.#isPlaying) throw new TickframeError("ALREADY_PLAYING", "this venue is playing already");
    const goal = resolveAmount(amount, clock.now(), this.#clockwork.nextTradeMs);
    this.#isPlaying = true;
    this.#pump.stop();
    try {
      return await this.#playTo(goal, clock);
    } finally {
      this.#isPlaying = false;
      if (!this.#isStopped) this.#pump.start();
    }
  }

  async #playTo(
    goal: { readonly trades: number; readonly untilMs: number },
    clock: VirtualClock,
  ): Promise<number> {
    let played = 0;
    while (played < goal.trades && clock.now() < goal.untilMs) {
      const left = goal.trades - played;
      clock.advanceTo(this.#stepEnd(clock.now(), left, goal.untilMs));
      played += this.#clockwork.runTo(clock.now() - EVENT_DELAY_MS, left);
      await this.#server.received();
      await nextTurn();
      if (this.#isStopped) throw new ClosedError("simulated venue");
    }
    return played;
  }

  #stepEnd(nowMs: number, tradesLeft: number, untilMs: number): number {
    const { nextTradeMs } = this.#clockwork;
    const busyEndMs = Math.min(
      nowMs + STEP_MS,
      this.#clockwork.dueOfTrade(Math.min(STEP_TRADES, tradesLeft)) + EVENT_DELAY_MS,
    );
    const idleEndMs = Math.min(nowMs + IDLE_STEP_MS, nextTradeMs + EVENT_DELAY_MS);
    // Up to a whole millisecond, so that the last trade of the step is due for certain.
    return Math.min(untilMs, Math.ceil(Math.max(busyEndMs, idleEndMs)));
  }
}

function resolveAmount(
  amount: PlayAmount,
  nowMs: number,
  nextTradeMs: number,
): { trades: number; untilMs: number } {
  if ("ms" in amount) {
    if (!(amount.ms >= 0 && amount.ms < Infinity))
      throw new RangeError(`ms to play must be from 0, was ${amount.ms}`);
    return { trades: Infinity, untilMs: nowMs + amount.ms };
  }
  if (!(Number.isSafeInteger(amount.trades) && amount.trades >= 0)) {
    throw new RangeError(`trades to play must be a whole number from 0, was ${amount.trades}`);
  }
  if (nextTradeMs === Infinity)
    throw new RangeError("trades can be played only at a rate above 0 tradesPerSecond");
  return { trades: amount.trades, untilMs: Infinity };
}
