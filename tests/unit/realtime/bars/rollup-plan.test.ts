import { describe, expect, it } from "vitest";
import { planRollup } from "../../../../src/realtime/bars/rollup-plan.ts";
import { Timeframe } from "../../../../src/realtime/market/timeframe.ts";

/** `1m<1s` for a timeframe that is rolled up from another, `7m` for one built from trades. */
function plan(...names: string[]): string[] {
  const steps = planRollup(names.map((name) => Timeframe.parse(name)));
  return steps.map(({ timeframe, source }) =>
    source < 0 ? timeframe.name : `${timeframe.name}<${steps[source].timeframe.name}`,
  );
}

describe("planRollup", () => {
  it("rolls each timeframe up from the largest that nests in it, smallest first", () => {
    expect(plan("1d", "1s", "15m", "1m", "5m", "1h")).toEqual([
      "1s",
      "1m<1s",
      "5m<1m",
      "15m<5m",
      "1h<15m",
      "1d<1h",
    ]);
    expect(plan("1M", "1w", "1d")).toEqual(["1d", "1w<1d", "1M<1d"]);
    expect(plan("12M", "3M", "1M")).toEqual(["1M", "3M<1M", "12M<3M"]);
  });

  it("builds from trades what nothing nests in", () => {
    expect(plan("5m", "7m", "1h", "35m")).toEqual(["5m", "7m", "35m<7m", "1h<5m"]);
    expect(plan("1w", "1M")).toEqual(["1w", "1M"]);
  });

  it("plans a timeframe that is named twice once", () => {
    expect(plan("1m", "5min", "1min", "5m")).toEqual(["1m", "5m<1m"]);
    expect(plan("1m", "60s")).toEqual(["1m", "60s<1m"]);
    expect(plan()).toEqual([]);
  });
});
