// Where the examples get their trades from: a simulated venue on this machine, or the real one with --live.
import { argv } from "node:process";
import { binance, SimulatedVenue, type Venue } from "../src/realtime/feed/venues/index.ts";

export interface ChosenVenue extends AsyncDisposable {
  readonly venue: Venue;
  /** How long an example runs before it stops by itself, in ms. */
  readonly runMs: number;
}

/**
 * Binance with `--live`. Otherwise a seeded market on 127.0.0.1 that speaks Binance's protocol over real sockets, so an
 * example needs no network.
 */
export async function liveOrSimulated(
  symbols: readonly string[],
  { tradesPerSecond = 200 }: { readonly tradesPerSecond?: number } = {},
): Promise<ChosenVenue> {
  if (argv.includes("--live")) {
    return { venue: binance(), runMs: 20_000, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const simulated = await SimulatedVenue.start({
    symbols,
    tradesPerSecond,
    history: { minutes: 60, tradesPerMinute: 120 },
  });
  return {
    venue: binance({ endpoints: simulated.endpoints }),
    runMs: 3_000,
    [Symbol.asyncDispose]: () => simulated.close(),
  };
}
