import { Channel } from "./channel.ts";
import { MarketClockwork, type MarketObserver } from "./market-clockwork.ts";
import type { OrderedFaults } from "./ordered-faults.ts";
import type { SymbolMarket } from "./symbol-market.ts";
import { SymbolStreams } from "./symbol-streams.ts";
import type { ResolvedVenueOptions } from "./venue-options.ts";

/** A running market and the streams that tell of it. */
export class MarketBroadcast implements MarketObserver {
  readonly clockwork: MarketClockwork;
  readonly #streams = new Map<SymbolMarket, SymbolStreams>();
  readonly #streamsByName = new Map<string, SymbolStreams>();
  readonly #faults: OrderedFaults;

  constructor(options: ResolvedVenueOptions, startMs: number, faults: OrderedFaults) {
    this.#faults = faults;
    this.clockwork = new MarketClockwork(options, startMs, this);
    for (const market of this.clockwork.markets) {
      const streams = new SymbolStreams(market, options.flavour);
      this.#streams.set(market, streams);
      this.#streamsByName.set(market.spec.symbol.toLowerCase(), streams);
    }
  }

  /** The channel of a stream; as at the real venue, a name that means nothing gets one that never speaks. */
  channel(stream: string): Channel {
    const at = stream.indexOf("@");
    return this.#streamsByName.get(stream.slice(0, at))?.channel(stream.slice(at + 1)) ?? new Channel(stream);
  }

  onTrade(market: SymbolMarket, ordinal: number): void {
    if (ordinal >= this.#faults.nextTrade) this.#faults.reachTrade(ordinal);
    this.#streams.get(market)?.sendTrade();
  }

  onAggregate(market: SymbolMarket): void {
    this.#streams.get(market)?.sendAggregate();
  }

  onQuote(market: SymbolMarket): void {
    this.#streams.get(market)?.sendQuote(this.clockwork.ranToMs);
  }

  onTenth(timeMs: number): void {
    for (const streams of this.#streams.values()) streams.sendTenth(timeMs);
  }
}
