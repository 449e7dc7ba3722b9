// A paper bot: buys when the fast average of closes crosses above the slow one, sells when it crosses below.
// polars serves the past once; the live path is two typed arrays, because an expression a bar would cost more than the bar.
//
//   node examples/moving-average-bot.ts [--live]
import { setTimeout as sleep } from "node:timers/promises";
import pl from "nodejs-polars";
import { RealtimeDataManager, type Bar } from "../src/index.ts";
import { liveOrSimulated } from "./live-or-simulated.ts";

const SYMBOL = "BTCUSDT";
const FAST_BARS = 3;
const SLOW_BARS = 12;

/** Mean of the newest `bars` values. */
class MovingAverage {
  readonly #values: Float64Array;
  #count = 0;

  constructor(bars: number) {
    this.#values = new Float64Array(bars);
  }

  push(value: number): void {
    this.#values[this.#count++ % this.#values.length] = value;
  }

  /** NaN until there are enough values. */
  get mean(): number {
    const { length } = this.#values;
    return this.#count < length ? NaN : this.#values.reduce((sum, value) => sum + value, 0) / length;
  }
}

/** One unit bought and sold on paper, without fees. */
class PaperAccount {
  signals = 0;
  #profit = 0;
  #boughtAt: number | undefined;

  get isLong(): boolean {
    return this.#boughtAt !== undefined;
  }

  buy(price: number): void {
    this.signals++;
    this.#boughtAt = price;
  }

  sell(price: number): void {
    this.signals++;
    this.#profit += price - (this.#boughtAt ?? price);
    this.#boughtAt = undefined;
  }

  /** What is realised, and what selling at `price` would add. */
  profitAt(price: number): number {
    return this.#profit + (this.#boughtAt === undefined ? 0 : price - this.#boughtAt);
  }
}

const fast = new MovingAverage(FAST_BARS);
const slow = new MovingAverage(SLOW_BARS);
const account = new PaperAccount();

function learn(close: number): void {
  fast.push(close);
  slow.push(close);
}

function trade({ close }: Bar): void {
  learn(close);
  const isAbove = fast.mean > slow.mean;
  const averages = `fast ${fast.mean.toFixed(2)}, slow ${slow.mean.toFixed(2)}`;
  if (isAbove && !account.isLong) {
    account.buy(close);
    console.log(`BUY  at ${close}  (${averages})`);
  } else if (!isAbove && account.isLong) {
    account.sell(close);
    console.log(`SELL at ${close}  (${averages})`);
  } else {
    console.log(`hold at ${close}  (${averages})`);
  }
}

await using source = await liveOrSimulated([SYMBOL]);
await using manager = await RealtimeDataManager.open({
  venue: source.venue,
  symbols: [SYMBOL],
  timeframes: ["1s"],
  history: { bars: 2 * SLOW_BARS },
});
manager.on("gap", ({ fromTradeId, toTradeId }) => {
  console.log(`trades ${fromTradeId} to ${toTradeId} are missing: the next average may be off`);
});

// Reading the past and listening for what follows happen in one turn, so no bar falls between the two or counts twice.
await manager.withRead(SYMBOL, (frames) => {
  const past = frames.get("1s").filter(pl.col("closed"));
  for (const close of past.getColumn("close").toArray()) learn(Number(close));
  console.log(`warmed up with ${past.height} closed bars, slow average ${slow.mean.toFixed(2)}`);
  manager.on("barClosed", trade);
});

await sleep(source.runMs);

const price = manager.getCurrentPrice(SYMBOL) ?? NaN;
console.log(`signals: ${account.signals}, paper profit: ${account.profitAt(price).toFixed(2)} USDT`);
