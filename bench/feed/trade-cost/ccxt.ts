import { Agent } from "node:http";
import { SYMBOLS, TIMEFRAMES } from "./market.ts";
import type { OpenReceiver } from "./receiver.ts";

/** What is used of ccxt, which is installed for the benches alone. */
interface CcxtExchange {
  readonly urls: { readonly api: { readonly ws: { spot: string } } };
  httpAgent: Agent;
  setMarkets(markets: readonly object[]): void;
  handleMessage(client: unknown, message: unknown): void;
  watchTradesForSymbols(symbols: readonly string[]): Promise<readonly { readonly symbol: string }[]>;
  buildOHLCVC(trades: readonly object[], timeframe: string): readonly (readonly number[])[];
}

/** ccxt.pro: trades of all symbols in one loop, and bars of the same timeframes from what each turn of it brings. */
export const open: OpenReceiver = async (port, trades) => {
  // By a name, since types are there only where the peers are installed.
  const name: string = "ccxt";
  const { pro } = ((await import(name)) as { default: { pro: { binance: new () => CcxtExchange } } }).default;
  const exchange = new pro.binance();
  exchange.urls.api.ws.spot = `ws://127.0.0.1:${port}/stream`;
  exchange.httpAgent = new Agent();
  exchange.setMarkets(SYMBOLS.map(marketOf));
  // The consumer may lose trades, so the end is where all messages have reached the library.
  let messages = -1;
  const handleMessage = exchange.handleMessage.bind(exchange);
  exchange.handleMessage = (client, message) => {
    messages++;
    handleMessage(client, message);
  };
  let received = 0;
  const names = SYMBOLS.map((symbol) => symbol.replace("USDT", "/USDT"));
  const bars = TIMEFRAMES.map(() => new Map<string, readonly number[]>());
  void (async () => {
    for (;;) {
      const news = await exchange.watchTradesForSymbols(names);
      received += news.length;
      for (const [k, timeframe] of TIMEFRAMES.entries()) {
        for (const bar of exchange.buildOHLCVC(news, timeframe))
          bars[k].set(`${news[0].symbol} ${bar[0]}`, bar);
      }
    }
  })();
  return {
    received: () => Math.max(0, messages),
    prove: () => `lost ${trades - received} (${((100 * (trades - received)) / trades).toFixed(1)} %)`,
  };
};

function marketOf(symbol: string): object {
  const base = symbol.replace("USDT", "");
  return {
    id: symbol,
    lowercaseId: symbol.toLowerCase(),
    symbol: `${base}/USDT`,
    base,
    quote: "USDT",
    baseId: base,
    quoteId: "USDT",
    type: "spot",
    spot: true,
    margin: false,
    swap: false,
    future: false,
    option: false,
    contract: false,
    active: true,
    precision: { amount: 1e-5, price: 0.01 },
    limits: {},
    info: {},
  };
}
