import { describe, expect, it } from "vitest";
import { binance, tradedSymbols } from "../../../../../src/realtime/feed/venues/index.ts";
import { lineAt, MINUTE, tradeLines, tradeMessage, writeTape } from "../../../../support/trade-tapes.ts";
import { temporaryFolder } from "../../../../support/temporary-folder.ts";

const path = temporaryFolder();

async function symbolsIn(text: string): ReturnType<typeof tradedSymbols> {
  return tradedSymbols(await writeTape(await path("tape.txt"), text), binance());
}

describe("tradedSymbols", () => {
  it("finds every symbol that has a trade, raw or wrapped, single or aggregate, in code-unit order", async () => {
    const wrapped = `{"stream":"ethusdt@trade","data":${tradeMessage({ id: 1, at: 1, symbol: "ETHUSDT" })}}`;
    const aggregate = JSON.stringify({ e: "aggTrade", E: MINUTE, s: "ADAUSDT", a: 9, p: "1", q: "1", f: 3, l: 4, T: MINUTE, m: true }); // prettier-ignore
    const text = tradeLines([{ id: 1, at: 0 }]) + lineAt(1, wrapped) + lineAt(2, aggregate);
    expect(await symbolsIn(text)).toEqual({
      symbols: ["ADAUSDT", "BTCUSDT", "ETHUSDT"],
      lines: 3,
      failure: undefined,
    });
  });

  it("takes no symbol from quotes, replies, damage, or a name the venue could not have", async () => {
    const quote = '{"u":1,"s":"BNBUSDT","b":"1","B":"1","a":"2","A":"1"}';
    const others = [
      quote,
      '{"result":null,"id":1}',
      "{",
      "[]",
      tradeMessage({ id: 1, at: 0, symbol: "btcusdt" }),
    ];
    expect((await symbolsIn(others.map((message) => lineAt(0, message)).join(""))).symbols).toEqual([]);
  });

  it("finds the symbols of a tape that has more of them than a decoder is worth", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `COIN${String(i).padStart(3, "0")}USDT`);
    const trades = [...names, ...names, ...names].map((symbol, i) => ({ id: i, at: i, symbol }));
    expect(await symbolsIn(tradeLines(trades))).toMatchObject({ symbols: names, lines: 900 });
  });

  it("returns what it found before a fault, and the fault", async () => {
    const { symbols, lines, failure } = await symbolsIn(`${tradeLines([{ id: 1, at: 0 }])}nothing\n`);
    expect({ symbols, lines }).toEqual({ symbols: ["BTCUSDT"], lines: 1 });
    expect(failure?.message).toMatch(/tape\.txt line 2 is not/);
  });

  it("stops when its signal aborts", async () => {
    const file = await writeTape(await path("tape.txt"), tradeLines([{ id: 1, at: 0 }]));
    await expect(tradedSymbols(file, binance(), { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  });

  it("tells how far it is", async () => {
    const file = await writeTape(await path("tape.txt"), tradeLines([1, 2, 3].map((id) => ({ id, at: id }))));
    const told: number[] = [];
    await tradedSymbols(file, binance(), { onProgress: (lines) => told.push(lines) });
    expect(told).toEqual([3]);
  });
});
