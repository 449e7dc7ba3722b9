import type { Clock } from "../clock.ts";
import { EventRing } from "./event-ring.ts";
import { HoldSampling } from "./hold-sampling.ts";
import type { LockFinding } from "./lock-finding.ts";
import type { ProfilerLevel } from "./profiler-level.ts";
import { StackBudget } from "./stack-budget.ts";
import { WaitGraph } from "./wait-graph.ts";

const MOST_FINDINGS = 256;

/** As good as never: a day of ten thousand grants a second. The counter starts again there, and times nothing. */
const NEVER = 2 ** 30;

/** What the hooks of all locks of a profiler share. */
export class ProfilerParts {
  readonly clock: Pick<Clock, "now">;
  readonly slowWaitMs: number;
  readonly isDebugging: boolean;
  readonly stacks: StackBudget;
  readonly trace: EventRing;
  readonly graph = new WaitGraph();
  /** Waits; grants are counted where they are granted. */
  events = 0;
  timedHolds = 0;
  /** The newest. */
  readonly findings: LockFinding[] = [];
  readonly #sampling: HoldSampling;
  readonly #onFinding: ((finding: LockFinding) => void) | undefined;
  #callers = 0;

  constructor(
    options: {
      readonly timeOneHoldIn: number;
      readonly stacksPerSecond: number;
      readonly slowWaitMs: number;
      readonly traceEvents: number;
      readonly debug: boolean;
      readonly onFinding: ((finding: LockFinding) => void) | undefined;
    },
    { clock, random }: { readonly clock: Pick<Clock, "now">; readonly random: () => number },
  ) {
    this.clock = clock;
    this.slowWaitMs = options.slowWaitMs;
    this.isDebugging = options.debug;
    this.#onFinding = options.onFinding;
    this.stacks = new StackBudget(options.stacksPerSecond);
    this.trace = new EventRing(options.traceEvents);
    this.#sampling = new HoldSampling(options.timeOneHoldIn, random);
  }

  /** Keeps what was found, and tells it. */
  found(finding: LockFinding | undefined): void {
    if (finding === undefined) return;
    if (this.findings.length >= MOST_FINDINGS) this.findings.shift();
    this.findings.push(finding);
    this.#onFinding?.(finding);
  }

  nextCaller(): number {
    return ++this.#callers;
  }

  /** Starts what is counted anew. */
  reset(): void {
    this.events = 0;
    this.timedHolds = 0;
    this.stacks.reset();
    this.trace.clear();
  }

  /** Whether holds are timed at all. */
  times(level: ProfilerLevel): boolean {
    return level === "sampled" || level === "trace";
  }

  /** Grants up to the next one whose hold is timed. */
  distanceAt(level: ProfilerLevel): number {
    if (level === "trace") return 1;
    return level === "sampled" ? this.#sampling.distance() : NEVER;
  }
}
