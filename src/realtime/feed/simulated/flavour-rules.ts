import type { VenueFlavour } from "./venue-options.ts";

/** What the two products lay down differently. */
export interface FlavourRules {
  /** Path of the REST interface. */
  readonly restPath: string;
  /** How often the server pings, in milliseconds. */
  readonly pingEveryMs: number;
  /** A connection without a pong for this long is closed, in milliseconds. */
  readonly pongWithinMs: number;
  /** Messages, pings and pongs a client may send in a second. */
  readonly clientFramesPerSecond: number;
  /** Most klines in one answer. */
  readonly klineLimit: number;
  /** Request weight of an address in a minute. */
  readonly weightPerMinute: number;
}

/** Streams a connection may carry. */
export const MAX_STREAMS = 1_024;
/** Age at which the venue closes a connection, in milliseconds. */
export const MAX_CONNECTION_AGE_MS = 24 * 3_600_000;

export const FLAVOUR_RULES: Readonly<Record<VenueFlavour, FlavourRules>> = {
  binance: {
    restPath: "/api/v3",
    pingEveryMs: 20_000,
    pongWithinMs: 60_000,
    clientFramesPerSecond: 5,
    klineLimit: 1_000,
    weightPerMinute: 6_000,
  },
  "binance-usdm": {
    restPath: "/fapi/v1",
    pingEveryMs: 180_000,
    pongWithinMs: 600_000,
    clientFramesPerSecond: 10,
    klineLimit: 1_500,
    weightPerMinute: 2_400,
  },
};
