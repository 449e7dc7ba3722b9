import { describe, expect, it } from "vitest";
import type { CandidateReport, SideReport } from "../../../src/lock-bench/bench-report.ts";
import { isAbove, type Spread, spreadOf } from "../../../src/lock-bench/spread.ts";
import { verdictOn } from "../../../src/lock-bench/verdict.ts";

const NOTHING_WRONG = { tornReads: 0, staleReads: 0, overlappingWrites: 0, lostWrites: 0 };
const ZERO = spreadOf([0]);

function side(figures: Partial<SideReport>): SideReport {
  return {
    accesses: ZERO,
    perSecond: ZERO,
    p50Ms: ZERO,
    p95Ms: ZERO,
    p99Ms: ZERO,
    maxMs: ZERO,
    waitedShare: ZERO,
    waitedMsPerSecond: ZERO,
    unserved: ZERO,
    ...figures,
  };
}

/** A candidate by what its rounds got through. */
function through(name: string, reads: readonly number[], writes?: readonly number[]): CandidateReport {
  return {
    name,
    about: "",
    violations: NOTHING_WRONG,
    read: side({ perSecond: spreadOf(reads) }),
    ...(writes && { write: side({ perSecond: spreadOf(writes) }) }),
  };
}

describe("verdictOn", () => {
  it("takes what is better on both sides, with the figures", () => {
    const verdict = verdictOn(
      [
        through("mutex", [690, 700, 710], [139, 140, 141]),
        through("rwlock", [1_740, 1_750, 1_760], [350, 350, 350]),
      ],
      "perSecond",
    );
    expect(verdict).toEqual({
      choice: "rwlock",
      reason:
        "Take rwlock: 1,750 reads/s against 700 of mutex (2.50 ×) and 350 writes/s against 140 of mutex (2.50 ×), " +
        "beyond the noise of the rounds for reads and writes.",
    });
  });

  it("says that there is no difference beyond the noise, and takes the simplest", () => {
    const verdict = verdictOn(
      [
        through("mutex", [90, 100, 115]),
        through("rwlock", [110, 120, 130]),
        through("snapshot", [113, 114, 115]),
      ],
      "perSecond",
    );
    expect(verdict.choice).toBe("mutex");
    expect(verdict.reason).toContain("no difference beyond the noise");
    expect(verdict.reason).toContain("mutex 90 to 115 reads/s; rwlock 110 to 130 reads/s");
  });

  it("says of which other there is no telling", () => {
    const verdict = verdictOn(
      [
        through("mutex", [390, 420, 550]),
        through("rwlock", [800, 1_050, 1_370]),
        through("snapshot", [1_120, 1_590, 1_920]),
      ],
      "perSecond",
    );
    expect(verdict).toEqual({
      choice: "rwlock",
      reason:
        "Take rwlock: 1,050 reads/s against 420 of mutex (2.50 ×), beyond the noise of the rounds for reads. " +
        "Between rwlock and snapshot there is no difference beyond the noise: " +
        "rwlock 800 to 1,370 reads/s; snapshot 1,120 to 1,920 reads/s.",
    });
  });

  it("does not praise a lock that lets readers through by starving writers", () => {
    const verdict = verdictOn(
      [
        through("mutex", [700, 700, 700], [140, 140, 140]),
        through("greedy", [6_900, 6_900, 6_900], [2, 2, 2]),
      ],
      "perSecond",
    );
    expect(verdict.choice).toBe("mutex");
    expect(verdict.reason).toContain(
      "greedy trades one side for the other: 6,900 reads/s against 700 of mutex (9.86 ×) and 2 writes/s against 140",
    );
  });

  it("says by what the simplest is better, where it is", () => {
    const { choice, reason } = verdictOn(
      [through("mutex", [200, 200, 200]), through("rwlock", [100, 100, 100])],
      "perSecond",
    );
    expect(choice).toBe("mutex");
    expect(reason).toBe(
      "Take mutex: 200 reads/s against 100 of rwlock (2.00 ×), beyond the noise of the rounds for reads.",
    );
  });

  it("looks at the latency under a rate, and says when the rate is too high", () => {
    const late = (name: string, p99Ms: number, unserved: number): CandidateReport => ({
      ...through(name, []),
      read: side({
        p99Ms: spreadOf([p99Ms, p99Ms, p99Ms]),
        accesses: spreadOf([90]),
        unserved: spreadOf([unserved]),
      }),
    });
    const { choice, reason } = verdictOn([late("mutex", 80, 40), late("rwlock", 20, 10)], "p99Ms");
    expect(choice).toBe("rwlock");
    expect(reason).toContain("a read p99 of 20 ms against 80 ms of mutex (0.25 ×)");
    expect(reason).toContain("rwlock had not begun 10.0 % of the accesses that were due");
  });

  it("never takes a lock that is wrong, however fast", () => {
    const wrong = {
      ...through("none", [9_000, 9_000, 9_000]),
      violations: { ...NOTHING_WRONG, tornReads: 3 },
    };
    const { choice, reason } = verdictOn([through("mutex", [10, 10, 10]), wrong], "perSecond");
    expect(choice).toBe("mutex");
    expect(reason).toContain("none is wrong and out of the question: 3 torn reads");
    expect(verdictOn([wrong], "perSecond").choice).toBeUndefined();
  });
});

describe("isAbove", () => {
  const spread = (low: number, median: number, high: number): Spread => ({ low, median, high });

  it.each([
    [spread(110, 115, 120), spread(90, 100, 109), true],
    [spread(109, 115, 120), spread(90, 100, 109), false],
    [spread(101, 104, 105), spread(99, 100, 100), false],
    [spread(1, 1, 1), spread(0, 0, 0), true],
  ])("of %j and %j is %j", (a, b, expected) => {
    expect(isAbove(a, b)).toBe(expected);
  });
});

describe("spreadOf", () => {
  it("takes the middle of two where there is no middle one", () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1, high: 4 });
  });
});
