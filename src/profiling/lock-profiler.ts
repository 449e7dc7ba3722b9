import type { LockHooks, LockIdentity, LockMode, LockObserver } from "../locks/lock-observer.ts";
import { HoldSampling } from "./hold-sampling.ts";
import type { LockReport } from "./lock-report.ts";
import { LockStats } from "./lock-stats.ts";

/** How much a profiler keeps and times. */
export interface LockProfilerOptions {
  /**
   * Lock names kept apart; at most 40 KB each. One more folds the name that registered longest ago into the report
   * `other`. @defaultValue 512
   */
  readonly maxNames?: number;
  /**
   * One hold in so many is timed, on average and at random; all counts and waits stay exact. Timing costs
   * two readings of the clock a hold. @defaultValue 1
   */
  readonly timeOneHoldIn?: number;
}

/** The report that folded names end up in. */
const OTHER = "other";

/**
 * Measures what locks cost: pass it as `observer` to any number of locks, and read {@link snapshot} at any time.
 * Keeps no reference to a lock.
 */
export class LockProfiler implements LockObserver {
  readonly #maxNames: number;
  readonly #sampling: HoldSampling;
  /** By name, the one that registered longest ago first. */
  readonly #tallies = new Map<string, Tally>();
  readonly #other: Tally = { stats: new LockStats(OTHER) };
  #foldedNames = 0;

  /** `random` is uniform in [0, 1) and chooses the holds to time. */
  constructor(
    { maxNames = 512, timeOneHoldIn = 1 }: LockProfilerOptions = {},
    { random = Math.random }: { readonly random?: () => number } = {},
  ) {
    this.#maxNames = wholeAboveZero("maxNames", maxNames);
    this.#sampling = new HoldSampling(wholeAboveZero("timeOneHoldIn", timeOneHoldIn), random);
  }

  /** How many times a name was folded into `other` because there were more than `maxNames`. */
  get foldedNames(): number {
    return this.#foldedNames;
  }

  register({ name }: LockIdentity): LockHooks {
    const tally = this.#tallyOf(name);
    tally.stats.locks++;
    return new ProfilerHooks(tally, this.#sampling);
  }

  /** One report for each lock name, in the order in which they last registered; `other` comes last, if there is one. */
  snapshot(): LockReport[] {
    const reports = [...this.#tallies.values()].map(({ stats }) => stats.report());
    return this.#other.stats.locks === 0 ? reports : [...reports, this.#other.stats.report()];
  }

  /** Starts all counts and times anew. What is inside or waits now stays counted as such. */
  reset(): void {
    for (const { stats } of this.#tallies.values()) stats.reset();
    this.#other.stats.reset();
  }

  #tallyOf(name: string): Tally {
    if (name === OTHER) return this.#other;
    const tally = this.#tallies.get(name) ?? { stats: new LockStats(name) };
    // Set anew, so that a name in use moves away from the end that is folded.
    this.#tallies.delete(name);
    if (this.#tallies.size === this.#maxNames) this.#foldOldest();
    this.#tallies.set(name, tally);
    return tally;
  }

  #foldOldest(): void {
    for (const [name, tally] of this.#tallies) {
      this.#other.stats.merge(tally.stats);
      tally.stats = this.#other.stats;
      this.#tallies.delete(name);
      this.#foldedNames++;
      return;
    }
  }
}

/** Where the hooks of one name count: stats of their own, until the name is folded. */
interface Tally {
  stats: LockStats;
}

class ProfilerHooks implements LockHooks {
  readonly #tally: Tally;
  readonly #sampling: HoldSampling;

  constructor(tally: Tally, sampling: HoldSampling) {
    this.#tally = tally;
    this.#sampling = sampling;
  }

  onGranted(mode: LockMode): boolean {
    this.#tally.stats.enter(mode);
    return this.#sampling.next();
  }

  onRefused(mode: LockMode): void {
    this.#tally.stats.of(mode).refused++;
  }

  onQueued(): void {
    this.#tally.stats.enqueue();
  }

  onGrantedAfterWait(mode: LockMode, _readers: number, waitMs: number): boolean {
    const { stats } = this.#tally;
    stats.queueLength--;
    stats.of(mode).wait.record(waitMs);
    stats.enter(mode);
    return this.#sampling.next();
  }

  onTimeout(mode: LockMode): void {
    const { stats } = this.#tally;
    stats.queueLength--;
    stats.of(mode).timeouts++;
  }

  onAbort(mode: LockMode): void {
    const { stats } = this.#tally;
    stats.queueLength--;
    stats.of(mode).aborts++;
  }

  onUpgraded(holdMs: number, waitMs: number): boolean {
    const { stats } = this.#tally;
    if (!Number.isNaN(waitMs)) {
      stats.queueLength--;
      stats.write.wait.record(waitMs);
    }
    stats.upgrades++;
    stats.read.leave(holdMs);
    stats.enter("write");
    return this.#sampling.next();
  }

  onDowngraded(holdMs: number): boolean {
    const { stats } = this.#tally;
    stats.downgrades++;
    stats.write.leave(holdMs);
    stats.enter("read");
    return this.#sampling.next();
  }

  onReleased(mode: LockMode, holdMs: number): void {
    this.#tally.stats.of(mode).leave(holdMs);
  }
}

function wholeAboveZero(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`${name} must be a whole number above 0, was ${value}`);
}
