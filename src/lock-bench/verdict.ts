import type { LockMode } from "../locks/lock-observer.ts";
import type { CandidateReport } from "./bench-report.ts";
import { violationCount } from "./pair-checks.ts";
import { isAbove, LEAST_DIFFERENCE, type Spread } from "./spread.ts";

/** Which candidate to take, and why. */
export interface Verdict {
  /** Absent where every candidate is wrong. */
  readonly choice?: string;
  /** A sentence or more, with the figures it rests on. */
  readonly reason: string;
}

/** What the verdict is about: how much gets through or, under a rate, which is the same for all, how long it takes. */
export type Measure = "perSecond" | "p99Ms";

const SIDES = ["read", "write"] as const;

/**
 * Goes from the simplest candidate to the one that asks most, and changes only for one that is better on one side and not worse
 * on the other, in every round: a lock that lets readers through by starving writers is not better.
 */
export function verdictOn(candidates: readonly CandidateReport[], measure: Measure): Verdict {
  const right = candidates.filter(({ violations }) => violationCount(violations) === 0);
  const wrong = candidates.filter((candidate) => !right.includes(candidate)).map(refusalOf);
  if (right.length === 0) return { reason: wrong.join(" ") };
  const ladder = new Ladder(right, measure);
  const reason = [...wrong, ladder.reason(), ...overloadOf(ladder.choice)].join(" ");
  return { choice: ladder.choice.name, reason };
}

class Ladder {
  readonly choice: CandidateReport;
  readonly #candidates: readonly CandidateReport[];
  readonly #measure: Measure;
  /** What the choice was taken instead of. */
  #before: CandidateReport | undefined;

  constructor(candidates: readonly CandidateReport[], measure: Measure) {
    this.#candidates = candidates;
    this.#measure = measure;
    let [choice] = candidates;
    for (const next of candidates.slice(1)) {
      if (this.#betterSides(next, choice).length === 0 || this.#betterSides(choice, next).length > 0)
        continue;
      this.#before = choice;
      choice = next;
    }
    this.choice = choice;
  }

  reason(): string {
    const others = this.#candidates.filter((other) => other !== this.choice);
    const trades = others.filter((other) => this.#isTrade(other)).map((other) => this.#trade(other));
    const equals = others.filter((other) => this.#isNoDifferent(other));
    // Said by the main reason already where there are only such.
    const ties = equals.length === others.length ? [] : equals.map((other) => this.#tie(other));
    return [this.#mainReason(others, trades.length > 0), ...trades, ...ties].join(" ");
  }

  #mainReason(others: readonly CandidateReport[], hasTrades: boolean): string {
    const { choice } = this;
    if (this.#before !== undefined) return `Take ${choice.name}: ${this.#betterThan(this.#before)}.`;
    if (others.length === 0) return `Take ${choice.name}: there is nothing right to compare it with.`;
    const worse = others.filter(
      (other) => this.#betterSides(choice, other).length > 0 && !this.#isTrade(other),
    );
    if (worse.length > 0) {
      return `Take ${choice.name}: ${worse.map((other) => this.#betterThan(other)).join("; ")}.`;
    }
    if (hasTrades)
      return `Take ${choice.name}: no other is better on one side without being worse on the other.`;
    return (
      `Take ${choice.name}, the simplest: no difference beyond the noise, the rounds overlap or the medians are less than ` +
      `${100 * LEAST_DIFFERENCE} % apart (${this.#candidates.map((each) => this.#ranges(each)).join("; ")}).`
    );
  }

  #betterThan(other: CandidateReport): string {
    const sides = this.#betterSides(this.choice, other).map((side) => `${side}s`);
    return `${this.#against(this.choice, other)}, beyond the noise of the rounds for ${sides.join(" and ")}`;
  }

  /** Better than the choice on one side, and worse on the other. */
  #isTrade(other: CandidateReport): boolean {
    return (
      this.#betterSides(other, this.choice).length > 0 && this.#betterSides(this.choice, other).length > 0
    );
  }

  #isNoDifferent(other: CandidateReport): boolean {
    return (
      this.#betterSides(other, this.choice).length === 0 && this.#betterSides(this.choice, other).length === 0
    );
  }

  #tie(other: CandidateReport): string {
    return `Between ${this.choice.name} and ${other.name} there is no difference beyond the noise: ${this.#ranges(this.choice)}; ${this.#ranges(other)}.`;
  }

  #trade(other: CandidateReport): string {
    return `${other.name} trades one side for the other: ${this.#against(other, this.choice)}.`;
  }

  #betterSides(a: CandidateReport, b: CandidateReport): readonly LockMode[] {
    return SIDES.filter((side) => {
      const [mine, theirs] = [a[side]?.[this.#measure], b[side]?.[this.#measure]];
      if (mine === undefined || theirs === undefined) return false;
      return this.#measure === "perSecond" ? isAbove(mine, theirs) : isAbove(theirs, mine);
    });
  }

  /** `8,700 reads/s against 2,100 of rwlock (4.14 ×) and …`. */
  #against(a: CandidateReport, b: CandidateReport): string {
    const parts = SIDES.flatMap((side) => {
      const [mine, theirs] = [a[side]?.[this.#measure], b[side]?.[this.#measure]];
      if (mine === undefined || theirs === undefined) return [];
      const ratio = theirs.median > 0 ? ` (${(mine.median / theirs.median).toFixed(2)} ×)` : "";
      return `${this.#figure(side, this.#number(mine.median))} against ${this.#number(theirs.median)} of ${b.name}${ratio}`;
    });
    return parts.join(" and ");
  }

  #ranges(candidate: CandidateReport): string {
    const parts = SIDES.flatMap((side) => {
      const spread = candidate[side]?.[this.#measure];
      return spread === undefined ? [] : this.#figure(side, this.#range(spread));
    });
    return `${candidate.name} ${parts.join(", ")}`;
  }

  #range({ low, high }: Spread): string {
    return `${this.#number(low)} to ${this.#number(high)}`;
  }

  #figure(side: LockMode, text: string): string {
    return this.#measure === "perSecond" ? `${text} ${side}s/s` : `a ${side} p99 of ${text}`;
  }

  #number(value: number): string {
    if (this.#measure === "p99Ms") return `${Number(value.toPrecision(3))} ms`;
    return Number(value.toPrecision(value < 1_000 ? 3 : 4)).toLocaleString("en-US");
  }
}

function refusalOf({ name, violations }: CandidateReport): string {
  const { tornReads, staleReads, overlappingWrites, lostWrites } = violations;
  return (
    `${name} is wrong and out of the question: ${tornReads} torn reads, ${staleReads} stale reads, ` +
    `${overlappingWrites} writes that were not alone, ${lostWrites} lost writes.`
  );
}

function overloadOf({ name, read, write }: CandidateReport): readonly string[] {
  const sum = (figure: "unserved" | "accesses") =>
    (read?.[figure].median ?? 0) + (write?.[figure].median ?? 0);
  const unserved = sum("unserved");
  if (unserved === 0) return [];
  const share = (100 * unserved) / (unserved + sum("accesses"));
  return [
    `${name} had not begun ${share.toFixed(1)} % of the accesses that were due by the end of a round: the rate may be too high for it.`,
  ];
}
