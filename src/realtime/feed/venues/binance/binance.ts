import { systemClock, type Clock } from "../../../../clock.ts";
import { UnknownSymbolError } from "../../../../errors.ts";
import { JoinedFeed } from "../../joined-feed.ts";
import { WebSocketFeed } from "../../websocket-feed.ts";
import { resolveEndpoints, type BinanceEndpoints } from "./binance-endpoints.ts";
import { BinanceDecoder } from "./binance-decoder.ts";
import { SPOT, USDM, type BinanceProduct } from "./binance-product.ts";
import { BinanceProtocol } from "./binance-protocol.ts";
import { BinanceRest } from "./binance-rest.ts";
import { tradedSymbol } from "./traded-symbol.ts";
import type { BinanceRestOptions } from "./binance-rest-options.ts";
import type { ConnectionOptions } from "../../connection-options.ts";
import type { Channel, Feed, FeedContext, FeedListener } from "../../feed.ts";
import type { Venue } from "../../venue.ts";

export interface BinanceOptions {
  /** @defaultValue the venue's addresses for market data without a key */
  readonly endpoints?: BinanceEndpoints;
  /**
   * Take trades as aggregates, one message for all fills of a taker order at one price: fewer messages, the same bars,
   * and ticks that stand for several trades. On USD-M the venue gathers fills at one price for 100 ms, so that an
   * aggregate may count for the bar beside that of some of its trades.
   * @defaultValue false
   */
  readonly aggregateTrades?: boolean;
  /** Limits of the live connection. */
  readonly connection?: ConnectionOptions;
  /** How the past is asked for. */
  readonly rest?: BinanceRestOptions;
}

/** Collaborators of the REST side; a feed gets its own with its context. */
export interface BinanceCollaborators {
  /** @defaultValue the machine's clock */
  readonly clock?: Clock;
  /** Uniform in [0, 1). @defaultValue Math.random */
  readonly random?: () => number;
}

/** Binance spot. */
export function binance(options: BinanceOptions = {}, collaborators: BinanceCollaborators = {}): Venue {
  return createVenue(SPOT, options, collaborators);
}

/** Binance USD-M futures: perpetual and dated contracts margined in USDT or USDC. */
export function binanceUsdm(options: BinanceOptions = {}, collaborators: BinanceCollaborators = {}): Venue {
  return createVenue(USDM, options, collaborators);
}

function createVenue(
  product: BinanceProduct,
  { endpoints = {}, aggregateTrades = false, connection = {}, rest = {} }: BinanceOptions,
  { clock = systemClock, random = Math.random }: BinanceCollaborators,
): Venue {
  const addresses = resolveEndpoints(product.endpoints, endpoints);
  return {
    id: product.id,
    normalizeSymbol: (symbol) => normalizeSymbol(product.id, symbol),
    createDecoder: (symbols, sink) => new BinanceDecoder(symbols, sink),
    tradedSymbol,
    createFeed: (context) => createFeed(product, addresses, aggregateTrades, connection, context),
    history: new BinanceRest(product, addresses.rest, rest, { clock, random }),
  };
}

function createFeed(
  product: BinanceProduct,
  addresses: Required<BinanceEndpoints>,
  aggregateTrades: boolean,
  connection: ConnectionOptions,
  context: FeedContext,
): Feed {
  const { symbols, klineIntervals, sink, clock, random, wrapDecoder } = context;
  if (context.channels.length === 0) throw new RangeError("a feed needs at least 1 channel, got 0");
  const makers = [...channelsByAddress(addresses, context.channels)].map(
    ([baseUrl, channels]) =>
      (listener: FeedListener): Feed => {
        const protocol = new BinanceProtocol(product, { baseUrl, aggregateTrades });
        const request = { symbols: symbols.names, channels, klineIntervals };
        return new WebSocketFeed(
          {
            protocol,
            request,
            connection,
            createDecoder: (feedSink) => {
              const decoder = new BinanceDecoder(symbols, feedSink);
              return wrapDecoder?.(decoder) ?? decoder;
            },
          },
          { sink, listener, clock, random },
        );
      },
  );
  return makers.length === 1 ? makers[0](context.listener) : new JoinedFeed(makers, context.listener);
}

function channelsByAddress(
  addresses: Required<BinanceEndpoints>,
  channels: readonly Channel[],
): Map<string, Channel[]> {
  const byAddress = new Map<string, Channel[]>();
  for (const channel of channels) {
    const address = channel === "quotes" ? addresses.wsQuotes : addresses.ws;
    byAddress.set(address, [...(byAddress.get(address) ?? []), channel]);
  }
  return byAddress;
}

/** Symbols are written in upper case, without a slash between the assets: `btc/usdt` becomes `BTCUSDT`. */
function normalizeSymbol(venueId: string, symbol: string): string {
  const name = symbol.trim().replace(/[/-]/, "").toUpperCase();
  // Some assets have names beyond ASCII, and a dated contract carries its date after an underscore.
  if (!/^[\p{L}\p{N}_]{1,40}$/u.test(name)) throw new UnknownSymbolError(symbol, venueId);
  return name;
}
