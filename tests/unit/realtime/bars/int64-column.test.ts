import { describe, expect, it } from "vitest";
import { Int64Column } from "../../../../src/realtime/bars/int64-column.ts";

describe("Int64Column", () => {
  const values = [
    0,
    1,
    -1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    -(2 ** 32),
    1_723_161_255_000,
    2 ** 53 - 1,
    2 ** 53,
    -(2 ** 53),
  ];

  it.each(values)("keeps %d, as the int64 that Arrow reads", (value) => {
    const words = new Int32Array(6).fill(-7);
    const column = new Int64Column(words);
    column.set(1, value);
    expect(column.get(1)).toBe(value);
    expect(new BigInt64Array(words.buffer)[1]).toBe(BigInt(value));
    expect([words[0], words[1], words[4], words[5]]).toEqual([-7, -7, -7, -7]);
  });
});
