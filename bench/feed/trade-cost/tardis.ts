import { plainBars, SYMBOLS, TIMEFRAME_MS } from "./market.ts";
import { expectAll, type OpenReceiver } from "./receiver.ts";

/** What is used of tardis-dev, which is installed for the benches alone. */
interface Tardis {
  streamNormalized(options: object, ...normalizers: unknown[]): AsyncIterable<TardisMessage>;
  compute(messages: AsyncIterable<TardisMessage>, ...computables: unknown[]): AsyncIterable<TardisMessage>;
  computeTradeBars(options: { kind: "time"; interval: number }): unknown;
  readonly normalizeTrades: unknown;
}

interface TardisMessage {
  readonly type: string;
}

/** tardis-dev: normalized trades in real time, and its computed trade bars of the same timeframes. */
export const open: OpenReceiver = async (port, trades) => {
  process.env.WSS_URL_BINANCE = `ws://127.0.0.1:${port}/stream`;
  // By a name, since types are there only where the peers are installed.
  const name: string = "tardis-dev";
  const tardis = (await import(name)) as Tardis;
  const options = { exchange: "binance", symbols: SYMBOLS.map((symbol) => symbol.toLowerCase()) };
  const bars = TIMEFRAME_MS.map((interval) => tardis.computeTradeBars({ kind: "time", interval }));
  const messages = tardis.compute(tardis.streamNormalized(options, tardis.normalizeTrades), ...bars);
  let received = 0;
  let closed = 0;
  void (async () => {
    for await (const { type } of messages) {
      if (type === "trade") received++;
      else if (type === "trade_bar") closed++;
    }
  })();
  return {
    received: () => received,
    prove() {
      const complete = plainBars(trades)
        .flat()
        .reduce((sum, { size }) => sum + size - 1, 0);
      if (closed !== complete) throw new Error(`tardis-dev made ${closed} of ${complete} closed bars`);
      return expectAll("tardis-dev", received, trades);
    },
  };
};
