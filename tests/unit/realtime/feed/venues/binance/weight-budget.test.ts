import { describe, expect, it } from "vitest";
import { WeightBudget } from "../../../../../../src/realtime/feed/venues/binance/weight-budget.ts";

const MINUTE = 60_000;

describe("WeightBudget", () => {
  it("grants nine tenths of the limit, then asks to wait for the next minute", () => {
    const budget = new WeightBudget(100);
    for (let i = 0; i < 9; i++) expect(budget.reserve(10, MINUTE + 15_000)).toBe(0);
    expect(budget.reserve(10, MINUTE + 15_000)).toBe(45_000);
    expect(budget.reserve(10, 2 * MINUTE)).toBe(0);
  });

  it("counts what other programs behind the address spent", () => {
    const budget = new WeightBudget(100);
    budget.reserve(5, MINUTE);
    budget.report(88, MINUTE + 1);
    expect(budget.reserve(5, MINUTE + 2)).toBe(59_998);
    expect(budget.reserve(1, MINUTE + 3)).toBe(0);
  });

  it("does not forget requests on the way when the venue's count lags behind", () => {
    const budget = new WeightBudget(100);
    budget.reserve(80, MINUTE);
    budget.report(2, MINUTE);
    expect(budget.reserve(20, MINUTE)).toBe(MINUTE);
  });

  it("lets a request through that alone exceeds the limit", () => {
    expect(new WeightBudget(10).reserve(50, MINUTE)).toBe(0);
  });
});
