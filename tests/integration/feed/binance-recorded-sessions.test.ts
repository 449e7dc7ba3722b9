import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BinanceDecoder } from "../../../src/realtime/feed/venues/binance/binance-decoder.ts";
import { WireField } from "../../../src/realtime/feed/wire-record.ts";
import { SymbolTable } from "../../../src/realtime/market/symbol-table.ts";
import { TellingSink, type Told } from "../../support/telling-sink.ts";

const DATA = new URL("../../../../shared/data/", import.meta.url);

interface RecordedMessage {
  readonly receivedAt: number;
  readonly text: string;
}

const readLines = (path: string) =>
  gunzipSync(readFileSync(new URL(path, DATA)))
    .toString()
    .trimEnd()
    .split("\n");

/** Lines of `<arrival ns> <message>`. */
function readTape(path: string): RecordedMessage[] {
  return readLines(path).map((line) => {
    const space = line.indexOf(" ");
    return { receivedAt: Number(line.slice(0, space)) / 1e6, text: line.slice(space + 1) };
  });
}

/** Lines of `{"t":"recv","ts":<arrival s>,"data":<message>}`, among others. */
function readSession(path: string): RecordedMessage[] {
  return readLines(path).flatMap((line) => {
    const { t, ts, data } = JSON.parse(line);
    return t === "recv" ? [{ receivedAt: ts * 1_000, text: data }] : [];
  });
}

function decodeAll(symbols: readonly string[], messages: readonly RecordedMessage[]) {
  const sink = new TellingSink();
  const decoder = new BinanceDecoder(new SymbolTable(symbols), sink);
  for (const { receivedAt, text } of messages) {
    decoder.record.fields[WireField.receivedAt] = receivedAt;
    decoder.decode(Buffer.from(text));
  }
  return sink.told;
}

function countByKind(told: readonly Told[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of told) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

const tradesOf = (told: readonly Told[]) => told.filter((entry) => entry.kind === "trade");

/** Expects that the trades of each symbol follow one another without a gap. */
function expectContiguous(told: readonly Told[]): void {
  const lastIds = new Map<number, number>();
  for (const { symbol, firstTradeId, lastTradeId } of tradesOf(told)) {
    expect(firstTradeId).toBe((lastIds.get(symbol) ?? firstTradeId - 1) + 1);
    lastIds.set(symbol, lastTradeId);
  }
}

describe.skipIf(!existsSync(DATA))(
  "recorded sessions of Binance (skipped where the recordings are absent)",
  () => {
    it("decodes USD-M trades, quotes, depth and a book snapshot", () => {
      const told = decodeAll(["BTCUSDT"], readTape("binance-usdm-btcusdt/usdm_btcusdt_20240808.ws.txt.gz"));
      expect(countByKind(told)).toEqual({ trade: 21_313, quote: 66_089, other: 6_551 + 1 });
      expectContiguous(told);
      const trades = tradesOf(told);
      expect([trades[0].firstTradeId, trades[trades.length - 1].lastTradeId]).toEqual([
        5266583935, 5266605247,
      ]);
      expect(told.every((entry) => entry.kind !== "quote" || entry.eventTime > 0)).toBe(true);
    });

    it("decodes spot trades on from one file to the next", () => {
      const told = decodeAll(
        ["BTCUSDT"],
        [
          ...readTape("binance-spot-btcusdt/spot_btcusdt_20240808.ws.txt.gz"),
          ...readTape("binance-spot-btcusdt/spot_btcusdt_20240809.ws.txt.gz"),
        ],
      );
      expect(countByKind(told)).toEqual({ trade: 19_904, quote: 73_174, other: 6_495 + 1 });
      expectContiguous(told);
      const trades = tradesOf(told);
      expect([trades[0].firstTradeId, trades[trades.length - 1].lastTradeId]).toEqual([
        3735683259, 3735703162,
      ]);
    });

    it("decodes aggregates and klines of USD-M that agree with each other", () => {
      const symbols = ["SUSHIUSDT", "AKROUSDT", "KEEPUSDT", "CTKUSDT"];
      const told = decodeAll(symbols, readSession("cryptofeed-sessions/BINANCE_FUTURES.jsonl.gz"));
      expect(countByKind(told)).toEqual({ trade: 91, quote: 613, other: 764, kline: 67 });
      expectContiguous(told);
      const klines = told.flatMap((entry) => (entry.kind === "kline" ? entry.kline : []));
      expect(klines.filter(({ isClosed }) => isClosed)).toHaveLength(4);
      for (const { bar, firstTradeId, lastTradeId } of klines) {
        expect(bar.trades).toBe(lastTradeId - firstTradeId + 1);
      }
    });

    it("decodes a session of another Binance exchange", () => {
      const symbols = ["CRVUSDT", "COMPUSDT", "OMGBUSD", "ZRXUSDT"];
      const told = decodeAll(symbols, readSession("cryptofeed-sessions/BINANCE_US.jsonl.gz"));
      expect(countByKind(told)).toEqual({ trade: 11, quote: 128, other: 336, kline: 5 });
      expectContiguous(told);
    });

    it("tells of symbols nobody asked for only that they are unknown", () => {
      const told = decodeAll(["ETHUSDT"], readTape("binance-usdm-btcusdt/usdm_btcusdt_20240808.ws.txt.gz"));
      expect(countByKind(told)).toEqual({ rejected: 21_313 + 66_089, other: 6_552 });
      expect(told.every((entry) => entry.kind !== "rejected" || entry.reason === "unknownSymbol")).toBe(true);
    });
  },
);
