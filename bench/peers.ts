import { pathToFileURL } from "node:url";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** A trade as tardis-dev's normalizers give it. */
export interface TardisTrade {
  readonly type: "trade";
  readonly symbol: string;
  readonly exchange: string;
  readonly id: string;
  readonly price: number;
  readonly amount: number;
  readonly side: "buy" | "sell";
  readonly timestamp: Date;
  readonly localTimestamp: Date;
}

export interface TardisBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly trades: number;
  readonly timestamp: Date;
}

export interface TardisComputable {
  compute(message: TardisTrade): Iterable<TardisBar>;
}

/** What is used here of tardis-dev. */
export interface TardisDev {
  computeTradeBars(options: { readonly kind: "time"; readonly interval: number }): () => TardisComputable;
  /** Its documented way: the trades again, each followed by the bars that it completed. */
  compute(
    trades: AsyncIterableIterator<TardisTrade>,
    ...computables: (() => TardisComputable)[]
  ): AsyncIterable<TardisTrade | TardisBar>;
}

/** A trade as ccxt unifies it, as far as its bars look at it. */
export interface CcxtTrade {
  readonly timestamp: number;
  readonly price: number;
  readonly amount: number;
}

/** `[time, open, high, low, close, volume, count]`. */
export type CcxtBar = readonly [number, number, number, number, number, number, number];

export interface CcxtExchange {
  buildOHLCVC(trades: readonly CcxtTrade[], timeframe: string): CcxtBar[];
}

const MODULES = join(import.meta.dirname, "node_modules");

export async function loadTardis(): Promise<TardisDev> {
  return (await load("tardis-dev/dist/index.js")) as TardisDev;
}

/** The base class alone: all exchanges together take seconds to load, and inherit the builder unchanged. */
export async function loadCcxt(): Promise<CcxtExchange> {
  const { Exchange } = (await load("ccxt/js/src/base/Exchange.js")) as { Exchange: new () => CcxtExchange };
  return new Exchange();
}

export function versionOf(name: "ccxt" | "tardis-dev"): string {
  return versions[name];
}

const versions: Record<string, string> = {};

async function load(path: string): Promise<unknown> {
  const file = join(MODULES, path);
  const name = path.slice(0, path.indexOf("/"));
  if (!existsSync(file)) {
    console.error(`${name} is not installed here: run npm ci --prefix bench`);
    process.exit(2);
  }
  const manifest = (await import(pathToFileURL(join(MODULES, name, "package.json")).href, {
    with: { type: "json" },
  })) as { default: { version: string } };
  versions[name] = manifest.default.version;
  return import(pathToFileURL(file).href);
}
