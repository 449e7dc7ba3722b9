import type { Decimal } from "../market/decimal.ts";

/** Powers of ten that a float64 holds exactly. */
export const EXACT_POWERS_OF_TEN = Float64Array.from({ length: 23 }, (_, exponent) =>
  Number(`1e${exponent}`),
);

/** How many decimals a symbol's prices and sizes have, and so the sums made of them; `quote` is price and size together. */
export interface LotDecimals {
  readonly price: number;
  readonly size: number;
  readonly quote: number;
}

/**
 * Sums of decimal numbers, kept as integers in the unit of the last decimal ("lots"), so that they are exact and do not
 * depend on the order in which they were added: a bar rolled up from smaller bars equals one built from the trades.
 * A sum stays a float64 while it is at most 2^53 - 1; what exceeds that is moved into a BigInt beside it.
 */
export class ExactSums {
  /** Lots of sum `i`, without its {@link #carried} part. The tick path adds here directly while the result is safe. */
  readonly lots: Float64Array | number[];
  #carried: Map<number, bigint> | undefined;

  constructor(lots: Float64Array | number[]) {
    this.lots = lots;
  }

  /** `lots` is an integer from 0 to 2^53 - 1. */
  add(i: number, lots: number): void {
    const sum = this.lots[i] + lots;
    if (sum <= Number.MAX_SAFE_INTEGER) {
      this.lots[i] = sum;
    } else {
      this.#carry(i, BigInt(this.lots[i]));
      this.lots[i] = lots;
    }
  }

  addBig(i: number, lots: bigint): void {
    if (lots <= BigInt(Number.MAX_SAFE_INTEGER)) this.add(i, Number(lots));
    else this.#carry(i, lots);
  }

  /** Adds sum `j` of `other`, in the same unit, to sum `i`. */
  addFrom(i: number, other: ExactSums, j: number): void {
    this.add(i, other.lots[j]);
    const carried = other.#carried?.get(j);
    if (carried !== undefined) this.#carry(i, carried);
  }

  /** Makes sum `i` equal to sum `j` of `other`, which counts in the same unit. */
  copyFrom(i: number, other: ExactSums, j: number): void {
    this.lots[i] = other.lots[j];
    const carried = other.#carried?.get(j);
    if (carried === undefined) this.#carried?.delete(i);
    else (this.#carried ??= new Map()).set(i, carried);
  }

  clear(i: number): void {
    this.lots[i] = 0;
    this.#carried?.delete(i);
  }

  /** Moves sums `[from, from + count)` of `source`, which may be this, so that they begin at `to`. */
  moveFrom(source: ExactSums, from: number, count: number, to: number): void {
    if (source === this) this.lots.copyWithin(to, from, from + count);
    else for (let i = 0; i < count; i++) this.lots[to + i] = source.lots[from + i];
    if (source.#carried === undefined && this.#carried === undefined) return;
    const moved = new Map<number, bigint>();
    for (const [i, carried] of source.#carried ?? []) {
      if (i >= from && i < from + count) moved.set(i - from + to, carried);
    }
    for (const [i, carried] of this.#carried ?? []) {
      const isGone = (i >= to && i < to + count) || (source === this && i >= from && i < from + count);
      if (!isGone) moved.set(i, carried);
    }
    this.#carried = moved.size > 0 ? moved : undefined;
  }

  /** Changes the unit of sums `[from, from + count)` to one `10 ** decimals` times smaller. */
  rescale(from: number, count: number, decimals: number): void {
    if (decimals === 0) return;
    const factor = 10n ** BigInt(decimals);
    for (let i = from; i < from + count; i++) {
      const total = this.total(i);
      if (total === 0n) continue;
      this.clear(i);
      this.addBig(i, total * factor);
    }
  }

  total(i: number): bigint {
    return BigInt(this.lots[i]) + (this.#carried?.get(i) ?? 0n);
  }

  /** The float64 nearest to sum `i`, which counts units of `10 ** -decimals`. */
  toNumber(i: number, decimals: number): number {
    const carried = this.#carried?.get(i);
    if (carried === undefined && decimals < EXACT_POWERS_OF_TEN.length) {
      // Both operands are exact, so the quotient is correctly rounded.
      return this.lots[i] / EXACT_POWERS_OF_TEN[decimals];
    }
    return Number(`${this.total(i)}e-${decimals}`);
  }

  #carry(i: number, lots: bigint): void {
    this.#carried ??= new Map();
    this.#carried.set(i, (this.#carried.get(i) ?? 0n) + lots);
  }
}

/** The decimal in units of `10 ** -decimals`, which must not be coarser than the decimal itself. */
export function lotsOf(value: Decimal, decimals: number): bigint {
  return value.mantissa * 10n ** BigInt(decimals - value.decimals);
}
