import { onTestFinished } from "vitest";
import { SimulatedVenue } from "../../src/realtime/feed/venues/index.ts";

/** A venue on the loopback address for the running test, and the options that lead a command to it. */
export async function serveVenue(): Promise<{
  readonly venue: SimulatedVenue;
  readonly address: readonly string[];
}> {
  const venue = await SimulatedVenue.start({
    symbols: ["BTCUSDT", "ETHUSDT"],
    tradesPerSecond: 400,
    history: { minutes: 600, tradesPerMinute: 20 },
  });
  onTestFinished(() => venue.close());
  return { venue, address: ["--ws-url", venue.endpoints.ws, "--rest-url", venue.endpoints.rest] };
}

/** Options for an address where nothing listens. */
export async function refusedAddress(): Promise<readonly string[]> {
  const venue = await SimulatedVenue.start({ symbols: ["BTCUSDT"], tradesPerSecond: 0 });
  await venue.close();
  return ["--ws-url", venue.endpoints.ws];
}
