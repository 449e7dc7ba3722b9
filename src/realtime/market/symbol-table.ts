import { UnknownSymbolError } from "../../errors.ts";

/** Decimals of a symbol's prices and sizes as seen so far; they only ever grow. */
export interface Precision {
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}

/**
 * The symbols of one manager, numbered from 0 in the order they were named, so that the tick path carries a small
 * integer. It also remembers how many decimals each symbol's wire digits use: with them a float64 price turns back
 * into the exact integer the wire wrote, which is what sums are made of.
 */
export class SymbolTable {
  /** In the venue's spelling, by index. */
  readonly names: readonly string[];
  readonly #normalize: (name: string) => string;
  readonly #indexes: ReadonlyMap<string, number>;
  /** Per symbol; readable by the tick path, raised only through {@link raisePrecision}. */
  readonly priceDecimals: Uint8Array;
  readonly sizeDecimals: Uint8Array;
  #precisionVersion = 0;

  /** @param normalize gives the name of a symbol that was spelled another way */
  constructor(names: readonly string[], normalize: (name: string) => string = (name) => name) {
    this.#normalize = normalize;
    this.names = [...new Set(names)];
    this.#indexes = new Map(this.names.map((name, index) => [name, index]));
    this.priceDecimals = new Uint8Array(this.names.length);
    this.sizeDecimals = new Uint8Array(this.names.length);
  }

  /** Number of symbols. */
  get size(): number {
    return this.names.length;
  }

  has(name: string): boolean {
    return this.#indexes.has(name);
  }

  /** @throws UnknownSymbolError when the manager was not opened with `name`. */
  indexOf(name: string): number {
    const index = this.#indexes.get(name) ?? this.#indexes.get(this.#normalize(name));
    if (index === undefined) {
      throw new UnknownSymbolError(name, `this manager, which has ${this.names.join(", ")}`);
    }
    return index;
  }

  /** Changes whenever the precision of any symbol grows: one number to watch instead of two arrays. */
  get precisionVersion(): number {
    return this.#precisionVersion;
  }

  /** Notes that a price or size of the symbol came with so many decimals; fewer than before change nothing. */
  raisePrecision(index: number, priceDecimals: number, sizeDecimals: number): void {
    if (priceDecimals > this.priceDecimals[index]) {
      this.priceDecimals[index] = priceDecimals;
      this.#precisionVersion++;
    }
    if (sizeDecimals > this.sizeDecimals[index]) {
      this.sizeDecimals[index] = sizeDecimals;
      this.#precisionVersion++;
    }
  }
}
