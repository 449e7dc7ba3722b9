import { systemClock, type Clock } from "../../../clock.ts";
import { UnknownSymbolError } from "../../../errors.ts";
import type { Fault } from "./fault.ts";
import { parseFixedPoint } from "./fixed-point.ts";
import { MAX_PRODUCT } from "./kline-rows.ts";
import { MarketBroadcast } from "./market-broadcast.ts";
import { MarketPlayer, type PlayAmount } from "./market-player.ts";
import { MarketPump } from "./market-pump.ts";
import { RestApi } from "./rest-api.ts";
import { ServedTape, type ServedTapeOptions } from "./served-tape.ts";
import type { SymbolMarket } from "./symbol-market.ts";
import type { TradeLog } from "./trade-log.ts";
import { VenueHost, type VenueHostStats } from "./venue-host.ts";
import { resolveVenueOptions, type SimulatedVenueOptions } from "./venue-options.ts";

/** A trade made to order. */
export interface OrderedTrade {
  /** Decimal text with at most the symbol's price decimals. */
  readonly price: string;
  /** Decimal text with at most the symbol's size decimals. */
  readonly size: string;
  /** @defaultValue "buy" */
  readonly taker?: "buy" | "sell";
}

/** Counts of a simulated venue: a copy of now. */
export interface SimulatedVenueStats extends VenueHostStats {
  /** Trades that happened since the start, over all symbols. */
  readonly trades: number;
}

/**
 * A venue on the loopback address that speaks Binance's WebSocket and REST protocol over a seeded market: for tests,
 * demonstrations and benchmarks. The same seed and the same times make the same trades, and every REST answer is
 * counted from them in exact integers.
 *
 * A client that reads too slowly is disconnected, as by the real venue: its unsent bytes are bounded by
 * `maxBufferedBytes`. A symbol takes 33 bytes for each trade in its log, of at most `logTrades`, half a megabyte for klines
 * of seconds, and 160 kB for each day of klines of minutes.
 */
export class SimulatedVenue {
  /** As `binance({ endpoints })` takes them. */
  readonly endpoints: { readonly ws: string; readonly rest: string };
  readonly port: number;
  readonly #clock: Clock;
  readonly #market: MarketBroadcast;
  readonly #host: VenueHost;
  readonly #pump: MarketPump;
  readonly #player: MarketPlayer;
  #closing: Promise<void> | undefined = undefined;

  private constructor(market: MarketBroadcast, host: VenueHost, clock: Clock) {
    this.port = host.server.port;
    this.endpoints = host.endpoints;
    this.#clock = clock;
    this.#market = market;
    this.#host = host;
    this.#pump = new MarketPump(market.clockwork, () => host.server.flush(), { clock });
    this.#player = new MarketPlayer(market.clockwork, this.#pump, host.server, { clock });
    this.#pump.start();
  }

  /**
   * Starts a venue. Its market has a past from the beginning, and lives from now on, by `clock`: with a VirtualClock,
   * trades happen when the clock is advanced, or faster through {@link play}.
   *
   * @throws RangeError for options out of bounds, TickframeError with code `PORT_IN_USE` when the port is taken.
   */
  static async start(
    options: SimulatedVenueOptions,
    { clock = systemClock }: { readonly clock?: Clock } = {},
  ): Promise<SimulatedVenue> {
    const resolved = resolveVenueOptions(options);
    let market!: MarketBroadcast;
    const host = await VenueHost.start(
      resolved,
      (faults) => {
        market = new MarketBroadcast(resolved, clock.now(), faults);
        const api = new RestApi(market.clockwork, resolved.flavour, () => clock.now());
        return { channel: (stream) => market.channel(stream), endpoint: (path) => api.endpoint(path) };
      },
      clock,
    );
    return new SimulatedVenue(market, host, clock);
  }

  /**
   * Serves a recorded session in the place of a market: see {@link ServedTape}.
   *
   * @throws RangeError for options out of bounds, TapeError when the first line cannot be read, TickframeError with code
   * `PORT_IN_USE` when the port is taken.
   */
  static serveTape(
    options: ServedTapeOptions,
    collaborators: { readonly clock?: Clock } = {},
  ): Promise<ServedTape> {
    return ServedTape.start(options, collaborators);
  }

  /** The ground truth: every trade of the symbol, the past included. @throws UnknownSymbolError */
  log(symbol: string): TradeLog {
    return this.#marketOf(symbol).log;
  }

  stats(): SimulatedVenueStats {
    return { trades: this.#market.clockwork.trades, ...this.#host.stats() };
  }

  /**
   * Makes a trade happen now, as an aggregate of its own, and sends it. Returns its id.
   *
   * @throws UnknownSymbolError, and RangeError when price or size is not above 0, has too many decimals, or is too large.
   */
  trade(symbol: string, { price, size, taker = "buy" }: OrderedTrade): number {
    const market = this.#marketOf(symbol);
    const { priceDecimals, sizeDecimals } = market.spec;
    const priceUnits = parseFixedPoint(price, priceDecimals, `price of ${symbol}`);
    const lots = parseFixedPoint(size, sizeDecimals, `size of ${symbol}`);
    if (!(priceUnits > 0 && lots > 0 && priceUnits * lots <= MAX_PRODUCT)) {
      throw new RangeError(
        `price times size of ${symbol} must be above 0 and within 2^52 units, was ${price} x ${size}`,
      );
    }
    this.#market.clockwork.tradeAt(market, this.#clock.now(), priceUnits, lots, taker === "buy");
    this.#host.server.flush();
    return market.log.lastId;
  }

  /**
   * Lets so many trades happen, or so much time pass, as fast as the clients take it: it advances the VirtualClock in
   * small steps, and goes on when every client has received what was sent. Resolves with the number of trades, all
   * received by then. What happens depends on the seed alone. A client that does not read, or answers no pings, is waited
   * for; a muted one is not.
   *
   * @throws TickframeError with code `NEEDS_VIRTUAL_CLOCK` on a real clock, `ALREADY_PLAYING` while another call plays;
   * ClosedError when the venue is closed meanwhile.
   */
  play(amount: PlayAmount): Promise<number> {
    return this.#player.play(amount);
  }

  /** Resolves when every client has received everything sent so far. */
  received(): Promise<void> {
    return this.#host.server.received();
  }

  /**
   * Resolves when each of these streams, such as `btcusdt@trade`, is subscribed to by somebody. Rejects with a
   * ClosedError when the venue is closed before.
   */
  whenSubscribed(streams: readonly string[]): Promise<void> {
    return this.#host.whenSubscribed(streams);
  }

  /**
   * Orders something to go wrong: at once, or just before the trade with the ordinal `atTrade` is sent, counted from 1
   * over all symbols since the start. Message and connection faults touch the connections open at that moment.
   *
   * @throws RangeError when a count, time or code is out of bounds.
   */
  inject(fault: Fault, { atTrade }: { readonly atTrade?: number } = {}): void {
    this.#host.order(fault, atTrade);
  }

  /** Ends whatever lasts, and forgets whatever was ordered and did not happen yet. */
  heal(): void {
    this.#host.faults.heal();
  }

  /** Disconnects every client and frees the port. Calling it again waits for the same end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#player.stop();
    this.#pump.stop();
    await this.#host.close();
  }

  #marketOf(symbol: string): SymbolMarket {
    const market = this.#market.clockwork.markets.find(({ spec }) => spec.symbol === symbol);
    if (!market) throw new UnknownSymbolError(symbol, "this simulated venue");
    return market;
  }
}
