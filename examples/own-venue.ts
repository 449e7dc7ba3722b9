// A venue of one's own: a protocol to connect with, a decoder for its messages, and the loopback server that speaks it.
// Reconnects, gap checks, bars, frames and locks come with the SDK.
//
//   node examples/own-venue.ts
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { RealtimeDataManager, UnknownSymbolError } from "../src/index.ts";
import {
  isJsonObject,
  parseJson,
  SideCode,
  tradeComplaint,
  WebSocketFeed,
  WireField,
  WireRecord,
  writeTradeDigits,
  type Decoder,
  type FeedSink,
  type RejectReason,
  type StreamProtocol,
  type SymbolTable,
  type Venue,
} from "../src/realtime/feed/venues/index.ts";

// The protocol: {"op":"join","id":1,"markets":["GOLD-USD"]} is answered by {"op":"joined","id":1}, or with an "error"; then
// {"op":"deal","market":"GOLD-USD","no":7,"at":1700000000000,"price":"2411.50","amount":"0.25","taker":"buy"} for each trade.

/** Deepest nesting of any message of this venue. */
const MAX_DEPTH = 2;

class BazaarDecoder implements Decoder {
  readonly record = new WireRecord();
  readonly #symbols: SymbolTable;
  readonly #sink: FeedSink;

  constructor(symbols: SymbolTable, sink: FeedSink) {
    this.#symbols = symbols;
    this.#sink = sink;
  }

  /** Never throws: what is not understood is told with its reason, and counted. */
  decode(message: Uint8Array): void {
    const reason = this.#tell(parseJson(message, MAX_DEPTH));
    if (reason !== undefined) this.#sink.onRejected(reason, message);
  }

  #tell(parsed: unknown): RejectReason | undefined {
    if (!isJsonObject(parsed)) return "malformed";
    const { op, id, error, market, no, at, price, amount, taker } = parsed;
    if (op === "joined" && typeof id === "number") {
      return void this.#sink.onReply({ id, error: typeof error === "string" ? error : undefined });
    }
    if (op !== "deal") return "unknownMessage";
    const isTyped = typeof no === "number" && typeof at === "number" && typeof market === "string";
    if (!isTyped || typeof price !== "string" || typeof amount !== "string") return "badField";
    if (!this.#symbols.has(market)) return "unknownSymbol";
    // Prices and sizes travel with their exact digits, so that sums are exact.
    if (!writeTradeDigits(this.record, price, amount)) return "badNumber";
    const { fields } = this.record;
    fields[WireField.symbol] = this.#symbols.indexOf(market);
    fields[WireField.firstTradeId] = fields[WireField.lastTradeId] = no;
    fields[WireField.tradeTime] = fields[WireField.eventTime] = at;
    fields[WireField.side] = taker === "buy" || taker === "sell" ? SideCode[taker] : SideCode.unknown;
    const complaint = tradeComplaint(this.record);
    if (complaint === undefined) this.#sink.onTrade(this.record);
    return complaint;
  }
}

function bazaar(address: string): Venue {
  const protocol: StreamProtocol = {
    url: () => address,
    subscribeFrames: ({ symbols }, firstId) => [
      {
        replyId: firstId,
        text: JSON.stringify({ op: "join", id: firstId, markets: symbols }),
        purpose: `join ${symbols.join(", ")}`,
      },
    ],
    controlFramesPerSecond: 5,
    deadAfterMs: 30_000,
    maxConnectionAgeMs: undefined,
  };
  return {
    id: "bazaar",
    normalizeSymbol(symbol) {
      const name = symbol.toUpperCase();
      if (!/^[A-Z]{2,10}-[A-Z]{3}$/.test(name)) throw new UnknownSymbolError(symbol, "bazaar");
      return name;
    },
    createDecoder: (symbols, sink) => new BazaarDecoder(symbols, sink),
    createFeed: (context) => {
      const { symbols, channels, klineIntervals } = context;
      const request = { symbols: symbols.names, channels, klineIntervals };
      const createDecoder = (sink: FeedSink) => new BazaarDecoder(symbols, sink);
      return new WebSocketFeed({ protocol, request, createDecoder }, context);
    },
    history: undefined,
  };
}

/** Ten deals, a second of market time apart, to whoever joins. Number 7 gets lost on the way. */
async function startServer(): Promise<WebSocketServer> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      const { id, markets } = JSON.parse(data.toString()) as { id: number; markets: string[] };
      socket.send(JSON.stringify({ op: "joined", id }));
      socket.send("what is this?");
      const startMs = Date.now() - 10_000;
      for (let no = 1; no <= 10; no++) {
        if (no === 7) continue;
        const deal = { no, at: startMs + no * 1_000, price: (2_411 + no / 4).toFixed(2), amount: "0.1" };
        socket.send(JSON.stringify({ op: "deal", market: markets[0], ...deal, taker: "buy" }));
      }
    });
  });
  await once(server, "listening");
  return server;
}

const server = await startServer();
const { port } = server.address() as AddressInfo;
let isComplete!: () => void;
const complete = new Promise<void>((resolve) => (isComplete = resolve));

const manager = await RealtimeDataManager.open({
  venue: bazaar(`ws://127.0.0.1:${port}`),
  symbols: ["gold-usd"],
  timeframes: ["1s", "1m"],
  onOpening: (opening) => {
    opening.on("gap", ({ fromTradeId, toTradeId }) =>
      console.log(`gap: trades ${fromTradeId} to ${toTradeId}`),
    );
    opening.on("tick", ({ tradeId }) => tradeId === 10 && isComplete());
  },
});
await complete;

const bars = await manager.getData("GOLD-USD", "1s");
console.log(bars.select("timestamp", "close", "volume", "trades", "closed").toString());
const { messages, symbols } = manager.stats();
console.log(
  `trades: ${symbols[0].trades}, gaps: ${symbols[0].gaps}, not understood: ${messages.rejected.malformed}`,
);
await manager.close();
server.close();
