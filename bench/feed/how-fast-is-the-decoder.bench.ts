/**
 * How fast is the decoder? The walker of the Binance decoder against `JSON.parse` and two `Number()` on the same bytes:
 * a trade, an aggregate and a quote as spot sends them, raw and wrapped. The decoder also checks ids, times and symbols
 * and fills the record; the other side does none of that. Then: does a decoded trade allocate?
 */
import { BinanceDecoder } from "../../src/realtime/feed/venues/binance/binance-decoder.ts";
import { WireField, type WireRecord } from "../../src/realtime/feed/wire-record.ts";
import { SymbolTable } from "../../src/realtime/market/symbol-table.ts";
import type { FeedSink } from "../../src/realtime/feed/feed.ts";
import {
  environment,
  formatNs,
  formatRatio,
  markdownTable,
  measure,
  median,
  pairedRatio,
} from "../harness.ts";

const TIME = 1_723_161_255_342;
/** Messages of a kind, told apart by their ids and prices, so that no side sees one message only. */
const MESSAGES = 256;

const tradeText = (i: number) =>
  `{"e":"trade","E":${TIME + 1},"s":"BTCUSDT","t":${3_735_683_259 + i},"p":"618${30 + (i % 60)}.63000000","q":"0.02000000","T":${TIME},"m":${i % 2 === 0},"M":true}`;
const aggregateText = (i: number) =>
  `{"e":"aggTrade","E":${TIME + 1},"s":"BTCUSDT","a":${3_035_683_259 + i},"p":"618${30 + (i % 60)}.63000000","q":"0.02000000","f":${3_735_683_259 + i},"l":${3_735_683_260 + i},"T":${TIME},"m":${i % 2 === 0},"M":true}`;
const quoteText = (i: number) =>
  `{"u":${50_093_239_212 + i},"s":"BTCUSDT","b":"618${30 + (i % 60)}.63000000","B":"3.78826000","a":"618${30 + (i % 60)}.64000000","A":"1.54698000"}`;

const encode = (text: (i: number) => string) =>
  Array.from({ length: MESSAGES }, (_, i) => Buffer.from(text(i)));
const trades = encode(tradeText);
const wrappedTrades = encode((i) => `{"stream":"btcusdt@trade","data":${tradeText(i)}}`);
const aggregates = encode(aggregateText);
const quotes = encode(quoteText);

/** Kept, so that nothing that is measured can be left out; in an array, where a sum does not allocate. */
const sum = new Float64Array(1);

const unexpected = (): never => {
  throw new Error("the bench decoded a message to what it is not");
};
const sink: FeedSink = {
  onTrade: ({ fields }: WireRecord) => void (sum[0] += fields[WireField.price] + fields[WireField.size]),
  onQuote: ({ fields }: WireRecord) => void (sum[0] += fields[WireField.bid] + fields[WireField.ask]),
  onKline: unexpected,
  onOther: unexpected,
  onReply: unexpected,
  onShutdownNotice: unexpected,
  onRejected: unexpected,
};

// One decoder for all, as one connection has: its code has seen every kind of message.
const decoder = new BinanceDecoder(new SymbolTable(["ETHUSDT", "BTCUSDT"]), sink);
decoder.record.fields[WireField.receivedAt] = TIME;

function decode(messages: readonly Buffer[], ops: number): void {
  for (let i = 0; i < ops; i++) decoder.decode(messages[i % MESSAGES]);
}

const kinds = [
  {
    name: `trade, ${trades[0].length} bytes`,
    decodes: (ops: number) => decode(trades, ops),
    parses: (ops: number) => {
      for (let i = 0; i < ops; i++) {
        const trade = JSON.parse(trades[i % MESSAGES].toString());
        sum[0] += Number(trade.p) + Number(trade.q);
      }
    },
  },
  {
    name: `wrapped trade, ${wrappedTrades[0].length} bytes`,
    decodes: (ops: number) => decode(wrappedTrades, ops),
    parses: (ops: number) => {
      for (let i = 0; i < ops; i++) {
        const { data } = JSON.parse(wrappedTrades[i % MESSAGES].toString());
        sum[0] += Number(data.p) + Number(data.q);
      }
    },
  },
  {
    name: `aggregate, ${aggregates[0].length} bytes`,
    decodes: (ops: number) => decode(aggregates, ops),
    parses: (ops: number) => {
      for (let i = 0; i < ops; i++) {
        const trade = JSON.parse(aggregates[i % MESSAGES].toString());
        sum[0] += Number(trade.p) + Number(trade.q);
      }
    },
  },
  {
    name: `quote, ${quotes[0].length} bytes`,
    decodes: (ops: number) => decode(quotes, ops),
    parses: (ops: number) => {
      for (let i = 0; i < ops; i++) {
        const quote = JSON.parse(quotes[i % MESSAGES].toString());
        sum[0] += Number(quote.b) + Number(quote.a);
      }
    },
  },
];

const candidates = kinds.flatMap(({ name, decodes, parses }) => [
  { name: `${name}, decoder`, run: decodes, ops: 400_000 },
  { name: `${name}, JSON.parse`, run: parses, ops: 150_000 },
]);
const measured = await measure(candidates);

console.log(`${environment()}; CPU time of one message, median of interleaved rounds\n`);
console.log(
  markdownTable(
    ["message", "decoder", "JSON.parse + 2 Number()", "ratio"],
    kinds.map(({ name }, i) => {
      const [decoded, parsed] = measured.slice(2 * i);
      return [
        name,
        formatNs(decoded.nsPerOp),
        formatNs(parsed.nsPerOp),
        formatRatio(pairedRatio(decoded, parsed)),
      ];
    }),
  ),
);

console.log(`\nHeap growth of a decoded trade: ${heapGrowthPerTrade().toFixed(3)} bytes`);
if (!(sum[0] > 0)) throw new Error("nothing was decoded");

/** Median over small batches, since a collection that falls into one of them would hide what it grew by. */
function heapGrowthPerTrade(): number {
  const batch = 5_000;
  const growths = Array.from({ length: 41 }, () => {
    const before = process.memoryUsage().heapUsed;
    decode(trades, batch);
    return (process.memoryUsage().heapUsed - before) / batch;
  });
  return median(growths);
}
