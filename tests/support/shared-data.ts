import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const DATA = new URL("../../../shared/data/", import.meta.url);

/** Path of a recorded file; tests that need it are skipped where {@link hasSharedData} is false. */
export function sharedData(name: string): string {
  return new URL(name, DATA).pathname;
}

export const hasSharedData = existsSync(DATA);

if (!hasSharedData)
  console.warn("recorded sessions are not beside the project (../shared/data): their tests are skipped");

/** Lines of a gzipped text file, its last newline left out. */
export function sharedLines(name: string): string[] {
  return gunzipSync(readFileSync(sharedData(name)))
    .toString()
    .trimEnd()
    .split("\n");
}

/** The first eight fields that a Binance kline and a bar have in common, of each row of a kline file. */
export function sharedKlines(name: string): Map<number, readonly number[]> {
  const rows = sharedLines(name).slice(1);
  return new Map(rows.map((row) => row.split(",").map(Number)).map((row) => [row[0], eightFields(row)]));
}

/** Open, high, low, close, volume, quote volume, trades, taker-buy volume of a kline row. */
export function eightFields(row: readonly (string | number)[]): readonly number[] {
  return [row[1], row[2], row[3], row[4], row[5], row[7], row[8], row[9]].map(Number);
}
