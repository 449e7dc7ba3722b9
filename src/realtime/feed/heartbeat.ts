import type { Clock, Timer } from "../../clock.ts";
import type { DataRhythm } from "./data-rhythm.ts";
import { setIoTimer } from "./io-timer.ts";
import type { Traffic } from "./traffic.ts";

/** Silence is measured in ticks of this length. */
export const TICK_MS = 250;
/** A connection proves itself by data and by living so long. */
const PROVEN_AFTER_MS = 10_000;
/** A silence of so many times the stale time means a new connection. */
const STALE_TIMES_TO_DEAD = 2;

export interface HeartbeatLimits {
  /** Longest silence without any frame of the venue's own accord, in ms. */
  readonly deadAfterMs: number;
  readonly probeAfterMs: number;
  readonly pongTimeoutMs: number;
}

export interface HeartbeatActions {
  ping(): void;
  /** Once per silence: data that used to flow stopped for `silentMs`, or a ping stays unanswered. */
  onStale(silentMs: number): void;
  /** The heartbeat has stopped. */
  onDead(why: string): void;
}

/**
 * Watches one subscribed connection for three kinds of silence: of the whole line (asked by a ping), of all that the
 * venue sends unasked, and of market data alone, which is how a mute connection that still answers pings is found.
 *
 * Silence is counted in ticks during which counters stood still, not in differences of clocks: a stretch of blocked
 * event loop is one tick however long it was, and a step of the machine's clock is none.
 */
export class Heartbeat {
  readonly #limits: HeartbeatLimits;
  readonly #actions: HeartbeatActions;
  readonly #clock: Clock;
  readonly #traffic: Traffic;
  readonly #rhythm: DataRhythm;
  readonly #line: Silence;
  readonly #venue: Silence;
  readonly #data: Silence;
  #ageTicks = 0;
  #hadData = false;
  #unansweredTicks: number | undefined;
  #isStale = false;
  #timer: Timer | undefined;

  constructor(
    limits: HeartbeatLimits,
    actions: HeartbeatActions,
    parts: { readonly clock: Clock; readonly traffic: Traffic; readonly rhythm: DataRhythm },
  ) {
    this.#limits = { ...limits, probeAfterMs: Math.min(limits.probeAfterMs, limits.deadAfterMs / 2) };
    this.#actions = actions;
    this.#clock = parts.clock;
    this.#traffic = parts.traffic;
    this.#rhythm = parts.rhythm;
    const { messages, pings, pongs, events } = parts.traffic;
    this.#line = new Silence(messages + pings + pongs);
    this.#venue = new Silence(messages + pings);
    this.#data = new Silence(events);
  }

  start(): void {
    this.#timer = setIoTimer(this.#clock, () => this.#tick(), TICK_MS);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Data came, and the connection lived long enough that its end is no sign of a venue that turns clients away. */
  get isProven(): boolean {
    return this.#hadData && this.#ageTicks * TICK_MS >= PROVEN_AFTER_MS;
  }

  #tick(): void {
    this.#listen();
    const why = this.#whyDead();
    if (why !== undefined) {
      if (!this.#hadData) this.#rhythm.onFruitlessConnection();
      this.#actions.onDead(why);
      return;
    }
    this.#tellStale();
    if (this.#line.ms >= this.#limits.probeAfterMs) this.#probe();
    this.start();
  }

  #listen(): void {
    const { messages, pings, pongs, events } = this.#traffic;
    this.#ageTicks++;
    this.#rhythm.onTick();
    this.#venue.update(messages + pings);
    if (this.#line.update(messages + pings + pongs)) this.#unansweredTicks = undefined;
    else if (this.#unansweredTicks !== undefined) this.#unansweredTicks++;
    const pauseTicks = this.#data.ticks;
    if (this.#data.update(events)) {
      // What passed before the first data of a connection is no pause of the stream.
      this.#rhythm.onData(this.#hadData ? pauseTicks : 0);
      this.#hadData = true;
    }
  }

  #whyDead(): string | undefined {
    const { deadAfterMs, pongTimeoutMs } = this.#limits;
    if (this.#unansweredMs >= pongTimeoutMs) return `no pong within ${pongTimeoutMs} ms`;
    if (this.#venue.ms >= deadAfterMs) return `no message and no ping for ${this.#venue.ms} ms`;
    if (this.#data.ms >= STALE_TIMES_TO_DEAD * this.#rhythm.staleAfterMs) {
      return `no market data for ${this.#data.ms} ms though data used to flow`;
    }
    return undefined;
  }

  #tellStale(): void {
    const isDataStale = this.#data.ms >= this.#rhythm.staleAfterMs;
    const isStale = isDataStale || this.#unansweredMs >= this.#limits.pongTimeoutMs / 2;
    if (isStale && !this.#isStale) {
      this.#actions.onStale(isDataStale ? this.#data.ms : this.#line.ms);
      this.#probe();
    }
    this.#isStale = isStale;
  }

  #probe(): void {
    if (this.#unansweredTicks !== undefined) return;
    this.#unansweredTicks = 0;
    this.#actions.ping();
  }

  get #unansweredMs(): number {
    return (this.#unansweredTicks ?? 0) * TICK_MS;
  }
}

/** For how many ticks in a row a counter stood still. */
class Silence {
  ticks = 0;
  #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  get ms(): number {
    return this.ticks * TICK_MS;
  }

  /** True when the counter moved, which ends the silence. */
  update(count: number): boolean {
    const moved = count !== this.#count;
    this.#count = count;
    this.ticks = moved ? 0 : this.ticks + 1;
    return moved;
  }
}
