import { systemClock, type Clock } from "../clock.ts";
import type { LockHooks, LockIdentity, LockObserver } from "../locks/lock-observer.ts";
import type { LockEvent } from "./event-ring.ts";
import type { LockFinding } from "./lock-finding.ts";
import type { LockReport, ProfileReport, ProfilerCost } from "./lock-report.ts";
import { LockTally } from "./lock-tally.ts";
import { ProfilerHooks } from "./profiler-hooks.ts";
import { checkedLevel, type ProfilerLevel } from "./profiler-level.ts";
import { ProfilerParts } from "./profiler-parts.ts";
import { OTHER } from "./span.ts";
import { TallySlot } from "./tally-slot.ts";

/** How closely a profiler looks, and how much it keeps. */
export interface LockProfilerOptions {
  /** Of every lock that has none of its own: see {@link LockProfiler.setLevel}. @defaultValue "sampled" */
  readonly level?: ProfilerLevel;
  /** At level `sampled` one hold in so many is timed, on average and at random; at `trace` all are. @defaultValue 256 */
  readonly timeOneHoldIn?: number;
  /** Stacks that may be taken in a second, over all locks, of callers that wait. @defaultValue 200 */
  readonly stacksPerSecond?: number;
  /** A wait of so many ms has its caller's stack taken when it ends, if it had not before. @defaultValue 10 */
  readonly slowWaitMs?: number;
  /** Events that are kept at level `trace`. @defaultValue 65_536 */
  readonly traceEvents?: number;
  /**
   * Lock names kept apart; at most 40 KB each. One more folds the name that registered longest ago into the report
   * `other`. @defaultValue 512
   */
  readonly maxNames?: number;
  /**
   * Has its locks track owners, unless they are told otherwise, so that {@link LockProfiler.findings} knows of tasks and
   * one that would wait for itself is told. Before Node 24 that makes every `await` of the process three times dearer.
   * @defaultValue false
   */
  readonly debug?: boolean;
  /** Hears of what is found wrong as it is, also of a deadlock while it hangs. It must not throw. */
  readonly onFinding?: (finding: LockFinding) => void;
}

export interface ReportOptions {
  /** `last`: since the last report that asked for it, or the start. @defaultValue "start" */
  readonly since?: "start" | "last";
}

/** The cost of each thing a profiler does, in ns, as `bench/locks/what-does-profiling-cost.bench.ts` measures it. */
const NS_AN_EVENT = 2;
const NS_A_TIMED_HOLD = 110;
const NS_A_STACK = 5_600;

/**
 * Measures what locks cost, and tells whose holding makes whom wait: pass it as `observer` to any number of locks, and
 * read {@link report} at any time. Keeps no lock alive.
 */
export class LockProfiler implements LockObserver {
  readonly #maxNames: number;
  readonly #clock: Pick<Clock, "now">;
  readonly #parts: ProfilerParts;
  /** By name, the one that registered longest ago first. */
  readonly #slots = new Map<string, TallySlot>();
  readonly #other = new LockTally(OTHER);
  readonly #levels = new Map<string, ProfilerLevel>();
  #level: ProfilerLevel;
  #foldedNames = 0;
  #startedMs: number;
  #lastMs: number;

  /**
   * `clock` is that of the locks: the machine's monotonic one unless a test holds time still. `random` is uniform in [0, 1) and
   * chooses the holds to time.
   */
  constructor(
    options: LockProfilerOptions = {},
    {
      clock = performance,
      random = Math.random,
    }: { readonly clock?: Pick<Clock, "now">; readonly random?: () => number } = {},
  ) {
    const { level = "sampled", timeOneHoldIn = 256, stacksPerSecond = 200, slowWaitMs = 10 } = options;
    const { traceEvents = 65_536, maxNames = 512, debug = false, onFinding } = options;
    this.#clock = clock;
    this.#level = checkedLevel(level);
    this.#maxNames = whole("maxNames", maxNames, 1);
    this.#parts = new ProfilerParts(
      {
        timeOneHoldIn: whole("timeOneHoldIn", timeOneHoldIn, 1),
        stacksPerSecond: whole("stacksPerSecond", stacksPerSecond, 0),
        slowWaitMs: atLeastZero("slowWaitMs", slowWaitMs),
        traceEvents: whole("traceEvents", traceEvents, 1),
        debug,
        onFinding,
      },
      { clock: this.#clock, random },
    );
    this.#startedMs = this.#clock.now();
    this.#lastMs = this.#startedMs;
    this.#apply(this.#other);
  }

  register(lock: LockIdentity): LockHooks {
    const slot = this.#slotOf(lock.name);
    slot.current.add(lock);
    return new ProfilerHooks(slot, this.#parts, lock);
  }

  /**
   * How closely the locks of `name` are watched from now on; without a name, all that have no level of their own. A hold or a
   * wait that is followed when it is switched off is still counted to its end.
   */
  setLevel(level: ProfilerLevel, name?: string): void {
    checkedLevel(level);
    if (name === undefined) this.#level = level;
    else this.#levels.set(name, level);
    for (const tally of this.#tallies()) this.#apply(tally);
  }

  /** One report for each lock name, in the order in which they last registered; `other` comes last, if there is one. */
  snapshot(options?: ReportOptions): readonly LockReport[] {
    return this.report(options).locks;
  }

  /** Everything that was measured, a copy of now. */
  report({ since = "start" }: ReportOptions = {}): ProfileReport {
    const nowMs = this.#clock.now();
    const tallies = this.#tallies().filter((tally) => tally !== this.#other || tally.locks > 0);
    const spanMs = nowMs - (since === "start" ? this.#startedMs : this.#lastMs);
    const locks = tallies.map((tally) => tally.report(since, nowMs, spanMs));
    if (since === "last") {
      for (const tally of tallies) tally.roll(nowMs);
      this.#lastMs = nowMs;
    }
    return { version: 1, takenAt: systemClock.now(), spanMs, locks, profiler: this.#cost(tallies) };
  }

  /** The newest events of locks at level `trace`, oldest first. */
  events(): LockEvent[] {
    return this.#parts.trace.events();
  }

  /**
   * What was found wrong, the newest 256, oldest first. It takes tasks to be known: locks with `trackOwners`, or all with
   * `debug`, used by their `with…` calls. Deadlocks are found at every level but `off`, as they close; inversions among the grants that are
   * followed, so all of them at level `trace`.
   */
  findings(): LockFinding[] {
    return [...this.#parts.findings];
  }

  /** Starts all counts and times anew. What is inside or waits now stays counted as such. */
  reset(): void {
    const nowMs = this.#clock.now();
    for (const tally of this.#tallies()) tally.reset(nowMs);
    this.#foldedNames = 0;
    this.#parts.reset();
    this.#startedMs = nowMs;
    this.#lastMs = nowMs;
  }

  #tallies(): LockTally[] {
    return [...[...this.#slots.values()].map(({ current }) => current), this.#other];
  }

  #slotOf(name: string): TallySlot {
    if (name === OTHER) return new TallySlot(this.#other);
    const known = this.#slots.get(name);
    const slot = known ?? new TallySlot(new LockTally(name));
    if (known === undefined) this.#apply(slot.current);
    // Set anew, so that a name in use moves away from the end that is folded.
    this.#slots.delete(name);
    if (this.#slots.size === this.#maxNames) this.#foldOldest();
    this.#slots.set(name, slot);
    return slot;
  }

  #foldOldest(): void {
    for (const [name, slot] of this.#slots) {
      this.#other.absorb(slot.current, this.#clock.now());
      slot.fold(this.#other);
      this.#slots.delete(name);
      this.#foldedNames++;
      return;
    }
  }

  #apply(tally: LockTally): void {
    const level = this.#levels.get(tally.name) ?? this.#level;
    if (tally.level === level) return;
    tally.level = level;
    tally.grants.isOn = level !== "off";
    tally.grants.untilFollowed = this.#parts.distanceAt(level);
  }

  #cost(tallies: readonly LockTally[]): ProfilerCost {
    const { stacks, timedHolds, trace, events: waits } = this.#parts;
    const events = tallies.reduce((sum, tally) => sum + tally.countedGrants, waits);
    const estimatedNs = events * NS_AN_EVENT + timedHolds * NS_A_TIMED_HOLD + stacks.taken * NS_A_STACK;
    return {
      events,
      timedHolds,
      stacks: stacks.taken,
      droppedStacks: stacks.refused,
      droppedEvents: trace.dropped,
      foldedNames: this.#foldedNames,
      foldedSites: tallies.reduce((sum, tally) => sum + tally.foldedSites, 0),
      estimatedMs: estimatedNs / 1e6,
    };
  }
}

function whole(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `${name} must be a whole number ${least === 0 ? "of 0 or more" : "above 0"}, was ${value}`,
  );
}

function atLeastZero(name: string, value: number): number {
  if (value >= 0) return value;
  throw new RangeError(`${name} must be 0 or more, was ${value}`);
}
