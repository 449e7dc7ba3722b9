import { describe, expect, it } from "vitest";
import { GuardedPair } from "../../../src/lock-bench/guarded-pair.ts";
import { PairChecks, violationCount } from "../../../src/lock-bench/pair-checks.ts";

/** Sections that end when they are told to. */
class Holds {
  readonly #ends: (() => void)[] = [];

  readonly hold = (): Promise<void> => new Promise((resolve) => this.#ends.push(resolve));

  end(index: number): void {
    this.#ends[index]();
  }
}

function scene() {
  const pair = new GuardedPair();
  return { pair, checks: new PairChecks(pair), holds: new Holds() };
}

describe("PairChecks", () => {
  it("finds nothing wrong with accesses that follow each other", async () => {
    const { pair, checks } = scene();
    const atOnce = () => Promise.resolve();
    for (let i = 0; i < 3; i++) {
      await checks.write(atOnce);
      await checks.read(pair, checks.commits, atOnce);
    }
    expect([pair.left, pair.right, checks.commits]).toEqual([3, 3, 3]);
    expect(violationCount(checks.violations())).toBe(0);
  });

  it("calls a read torn that begins within a write", async () => {
    const { pair, checks, holds } = scene();
    const writing = checks.write(holds.hold);
    await checks.read(pair, 0, () => Promise.resolve());
    holds.end(0);
    await writing;
    expect(checks.violations()).toMatchObject({ tornReads: 1, staleReads: 0, overlappingWrites: 0 });
  });

  it("calls a read torn while which a whole write came and went", async () => {
    const { pair, checks, holds } = scene();
    const reading = checks.read(pair, 0, holds.hold);
    await checks.write(() => Promise.resolve());
    holds.end(0);
    await reading;
    expect(checks.violations()).toMatchObject({ tornReads: 1 });
  });

  it("lets a read end in peace that keeps a frozen view", async () => {
    const { pair, checks, holds } = scene();
    const view = pair.view();
    const reading = checks.read(view, 0, holds.hold);
    pair.freeze(view);
    await checks.write(() => Promise.resolve());
    holds.end(0);
    await reading;
    expect(violationCount(checks.violations())).toBe(0);
  });

  it("finds writes side by side, and the one that the other undid", async () => {
    const { checks, holds } = scene();
    const writes = [checks.write(holds.hold), checks.write(holds.hold)];
    holds.end(1);
    await writes[1];
    holds.end(0);
    await writes[0];
    expect(checks.violations()).toEqual({ tornReads: 0, staleReads: 0, overlappingWrites: 2, lostWrites: 1 });
  });
});
