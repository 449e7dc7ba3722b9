import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExactSums, lotsOf } from "../../../../src/realtime/bars/exact-sums.ts";
import { parseDecimal } from "../../../../src/realtime/market/decimal.ts";

const sumsOf = (length: number) => new ExactSums(new Float64Array(length));
const totals = (sums: ExactSums) => Array.from(sums.lots, (_, i) => sums.total(i));
const anyLots = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
  fc.bigInt({ min: 0n, max: 10n ** 30n }),
);

describe("ExactSums", () => {
  it("is exact at 2^53 and beyond, where float64 is not", () => {
    const sums = sumsOf(1);
    sums.add(0, Number.MAX_SAFE_INTEGER);
    expect(sums.lots[0]).toBe(Number.MAX_SAFE_INTEGER);
    sums.add(0, 1);
    sums.add(0, 1);
    expect(sums.total(0)).toBe(2n ** 53n + 1n);
    sums.addBig(0, 10n ** 25n);
    expect(sums.total(0)).toBe(10n ** 25n + 2n ** 53n + 1n);
  });

  it("equals sums in BigInt for any additions", () => {
    const step = fc.record({
      i: fc.nat(4),
      j: fc.nat(4),
      lots: anyLots,
      how: fc.constantFrom("add", "from", "copy", "clear"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const [sums, other] = [sumsOf(5), sumsOf(5)];
        const [model, otherModel] = [Array<bigint>(5).fill(0n), Array<bigint>(5).fill(0n)];
        for (const { i, j, lots, how } of steps) {
          other.addBig(j, lots);
          otherModel[j] += lots;
          if (how === "add") {
            sums.addBig(i, lots);
            model[i] += lots;
          } else if (how === "from") {
            sums.addFrom(i, other, j);
            model[i] += otherModel[j];
          } else if (how === "copy") {
            sums.copyFrom(i, other, j);
            model[i] = otherModel[j];
          } else {
            sums.clear(i);
            model[i] = 0n;
          }
        }
        expect(totals(sums)).toEqual(model);
        expect(totals(other)).toEqual(otherModel);
      }),
      { numRuns: 300 },
    );
  });

  it("moves sums to wherever they are wanted, also onto themselves", () => {
    const move = fc.record({ from: fc.nat(9), count: fc.nat(10), to: fc.nat(9), isSelf: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(anyLots, { minLength: 10, maxLength: 10 }),
        fc.array(move, { maxLength: 6 }),
        (values, moves) => {
          const [sums, other] = [sumsOf(10), sumsOf(10)];
          values.forEach((lots, i) => other.addBig(i, lots));
          values.forEach((lots, i) => sums.addBig(i, lots + 1n));
          for (const { from, count: wanted, to, isSelf } of moves) {
            const count = Math.min(wanted, 10 - from, 10 - to);
            const source = isSelf ? sums : other;
            const expected = totals(sums);
            expected.splice(to, count, ...totals(source).slice(from, from + count));
            sums.moveFrom(source, from, count, to);
            // What is left behind where sums moved away means nothing until it is written.
            expected.forEach((total, i) => {
              const isLeft = isSelf && i >= from && i < from + count && !(i >= to && i < to + count);
              if (!isLeft) expect(sums.total(i)).toBe(total);
              else sums.copyFrom(i, other, i);
            });
            expect(totals(other)).toEqual(values);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("counts in smaller units without changing what a sum is", () => {
    fc.assert(
      fc.property(
        fc.array(anyLots, { minLength: 1, maxLength: 6 }),
        fc.nat(20),
        fc.nat(5),
        (values, decimals, by) => {
          const sums = sumsOf(values.length);
          values.forEach((lots, i) => sums.addBig(i, lots));
          const before = values.map((_, i) => sums.toNumber(i, decimals));
          sums.rescale(0, values.length, by);
          expect(totals(sums)).toEqual(values.map((lots) => lots * 10n ** BigInt(by)));
          expect(values.map((_, i) => sums.toNumber(i, decimals + by))).toEqual(before);
        },
      ),
    );
  });

  it("changes the unit of the sums it is told to, and of no other", () => {
    const sums = sumsOf(3);
    [1, 2, 3].forEach((lots, i) => sums.add(i, lots));
    sums.rescale(1, 1, 2);
    expect(totals(sums)).toEqual([1n, 200n, 3n]);
  });

  it("rounds to the float64 nearest to the decimal, with any number of decimals", () => {
    fc.assert(
      fc.property(anyLots, fc.nat(40), (lots, decimals) => {
        const sums = sumsOf(1);
        sums.addBig(0, lots);
        expect(sums.toNumber(0, decimals)).toBe(Number(`${lots}e-${decimals}`));
      }),
      { numRuns: 500 },
    );
  });
});

describe("lotsOf", () => {
  it("counts a decimal in units that are not coarser than it", () => {
    expect(lotsOf(parseDecimal("12.5")!, 1)).toBe(125n);
    expect(lotsOf(parseDecimal("12.5")!, 30)).toBe(125n * 10n ** 29n);
    expect(() => lotsOf(parseDecimal("12.5")!, 0)).toThrow(RangeError);
  });
});
