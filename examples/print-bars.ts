// Prints every bar as it closes, and the newest bars as a polars frame at the end.
//
//   node examples/print-bars.ts [--live]
import { setTimeout as sleep } from "node:timers/promises";
import { RealtimeDataManager } from "../src/index.ts";
import { liveOrSimulated } from "./live-or-simulated.ts";

const symbols = ["BTCUSDT", "ETHUSDT"];
await using source = await liveOrSimulated(symbols);
await using manager = await RealtimeDataManager.open({
  venue: source.venue,
  symbols,
  timeframes: ["1s", "1m"],
  history: { bars: 5 },
});

manager.on("barClosed", ({ symbol, timeframe, openTime, open, high, low, close, volume, trades }) => {
  const time = new Date(openTime).toISOString().slice(11, 19);
  console.log(
    `${time} ${symbol} ${timeframe}  o ${open}  h ${high}  l ${low}  c ${close}  v ${volume}  (${trades} trades)`,
  );
});

await sleep(source.runMs);

// The past from REST, then the live bars; the last row is the bar that is still forming.
const frame = await manager.getData("BTCUSDT", "1m");
console.log(
  frame.select("timestamp", "open", "high", "low", "close", "volume", "trades", "closed").toString(),
);
console.log(`isHealthy: ${manager.health().isHealthy}`);
