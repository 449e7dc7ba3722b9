import { RealtimeDataManager, VirtualClock, type OpenOptions } from "../../src/index.ts";
import { binance, SimulatedVenue, type SimulatedVenueOptions } from "../../src/realtime/feed/venues/index.ts";

export const START = Date.UTC(2026, 6, 18, 13, 37, 0);

export interface LiveScene extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly venue: SimulatedVenue;
  readonly manager: RealtimeDataManager;
  /** Makes a trade happen, and resolves when the manager has it. Returns its id. */
  trade(price: string, size?: string, taker?: "buy" | "sell"): Promise<number>;
  /** Lets time pass until `timeMs` in small steps, so that pings are answered as in real time. */
  passTo(timeMs: number): Promise<void>;
  /** Resolves when the manager has all trades of the symbol that happened. */
  settled(symbol?: string): Promise<void>;
}

/** A manager on a simulated venue over a real socket, both on one virtual clock; trades happen only to order. */
export async function openLive(
  options: Partial<OpenOptions> = {},
  venueOptions: Partial<SimulatedVenueOptions> = {},
): Promise<LiveScene> {
  const clock = new VirtualClock(START);
  const venue = await SimulatedVenue.start(
    { symbols: ["BTCUSDT", "ETHUSDT"], tradesPerSecond: 0, history: { minutes: 0 }, ...venueOptions },
    { clock },
  );
  const manager = await RealtimeDataManager.open({
    venue: binance({ endpoints: venue.endpoints }, { clock }),
    symbols: ["BTCUSDT", "ETHUSDT"],
    timeframes: ["1s", "1m"],
    clock,
    random: () => 0.5,
    ...options,
  });
  const settled = (symbol = "BTCUSDT") => whenTradeArrives(manager, symbol, venue.log(symbol).lastId);
  return {
    clock,
    venue,
    manager,
    settled,
    async trade(price, size = "1", taker = "buy") {
      const id = venue.trade("BTCUSDT", { price, size, taker });
      await settled();
      return id;
    },
    async passTo(timeMs) {
      await venue.play({ ms: timeMs - clock.now() });
    },
    async [Symbol.asyncDispose]() {
      await manager.close();
      await venue.close();
    },
  };
}

/** Resolves when the manager has taken the trade with this id, or one after it. */
export async function whenTradeArrives(
  manager: RealtimeDataManager,
  symbol: string,
  id: number,
): Promise<void> {
  const has = () =>
    (manager.health().symbols.find((each) => each.symbol === symbol)?.lastTradeId ?? -1) >= id;
  if (has()) return;
  await new Promise<void>((resolve) => {
    const check = () => {
      if (!has()) return;
      manager.off("tick", check);
      resolve();
    };
    manager.on("tick", check);
  });
}
