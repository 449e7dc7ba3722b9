import type { Clock } from "../clock.ts";
import type { LockMode } from "../locks/lock-observer.ts";
import { type Arrivals, askAgainAtOnce, poissonArrivals } from "./arrivals.ts";
import { type BenchLoad, checkLoad } from "./bench-load.ts";
import type { BenchLock, Candidate } from "./candidate.ts";
import { GuardedPair } from "./guarded-pair.ts";
import { PairChecks, type Violations } from "./pair-checks.ts";
import { type SideFigures, SideTally } from "./side-tally.ts";
import { TurnCounter } from "./turn-counter.ts";

/** What a load needs besides the lock. */
export interface LoadParts {
  readonly clock: Clock;
  /** Uniform in [0, 1). The same numbers make the same load. */
  readonly random: () => number;
  /** Ends the run before its time: it rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What came of one run. */
export interface LoadResult {
  readonly read: SideFigures;
  readonly write: SideFigures;
  readonly violations: Violations;
}

/** Between two looks at the signal, in ms. */
const LONGEST_PAUSE_MS = 100;

/** Puts `load` on a lock of `candidate`; every access checks what it sees. */
export async function runLoad(
  candidate: Pick<Candidate, "open">,
  load: BenchLoad,
  parts: LoadParts,
): Promise<LoadResult> {
  checkLoad(load);
  return new LoadRun(candidate, load, parts).result();
}

class LoadRun {
  readonly #load: BenchLoad;
  readonly #parts: LoadParts;
  readonly #pair = new GuardedPair();
  readonly #checks = new PairChecks(this.#pair);
  readonly #turns = new TurnCounter();
  readonly #tallies: Readonly<Record<LockMode, SideTally>> = {
    read: new SideTally(),
    write: new SideTally(),
  };
  readonly #lock: BenchLock;
  readonly #beginMs: number;
  readonly #endMs: number;

  constructor({ open }: Pick<Candidate, "open">, load: BenchLoad, parts: LoadParts) {
    this.#load = load;
    this.#parts = parts;
    this.#lock = open(this.#pair);
    this.#beginMs = parts.clock.now();
    this.#endMs = this.#beginMs + load.durationMs;
  }

  async result(): Promise<LoadResult> {
    const { signal } = this.#parts;
    signal?.throwIfAborted();
    const close = () => this.#lock.close(signal?.reason);
    signal?.addEventListener("abort", close, { once: true });
    try {
      await Promise.all(this.#callers().map(([mode, arrivals]) => this.#call(mode, arrivals)));
    } finally {
      signal?.removeEventListener("abort", close);
    }
    signal?.throwIfAborted();
    const { durationMs } = this.#load;
    return {
      read: this.#tallies.read.figures(durationMs),
      write: this.#tallies.write.figures(durationMs),
      violations: this.#checks.violations(),
    };
  }

  /** In the order in which they ask first: it stays for the run where each asks again at once, so it must not favour a lock. */
  #callers(): (readonly [LockMode, Arrivals])[] {
    const { readers, writers, ratePerSecond } = this.#load;
    const { random } = this.#parts;
    const count = readers + writers;
    const modes = Array.from({ length: count }, (_, i): LockMode => (i < readers ? "read" : "write"));
    shuffle(modes, random);
    return modes.map((mode) => [
      mode,
      ratePerSecond === undefined
        ? askAgainAtOnce
        : poissonArrivals(this.#beginMs, ratePerSecond / count, random),
    ]);
  }

  async #call(mode: LockMode, arrivals: Arrivals): Promise<void> {
    const { clock, signal } = this.#parts;
    let dueMs = arrivals(clock.now());
    while (dueMs < this.#endMs) {
      await this.#until(dueMs);
      if (signal?.aborted) return;
      if (clock.now() < this.#endMs) await this.#access(mode, dueMs);
      else this.#tallies[mode].leftUnserved(this.#endMs - dueMs);
      dueMs = arrivals(clock.now());
    }
  }

  async #access(mode: LockMode, dueMs: number): Promise<void> {
    const { clock } = this.#parts;
    const tally = this.#tallies[mode];
    const hold = () => this.#sleep(this.#load.holdMs[mode]);
    const askedMs = clock.now();
    const askedIn = this.#turns.now;
    const enter = () => tally.entered(this.#turns.now !== askedIn, clock.now() - askedMs);
    if (mode === "read") {
      const { commits } = this.#checks;
      await this.#lock.read((view) => {
        enter();
        return this.#checks.read(view, commits, hold);
      });
    } else {
      await this.#lock.write(() => {
        enter();
        return this.#checks.write(hold);
      });
    }
    const endedMs = clock.now();
    tally.ended(endedMs - dueMs, endedMs <= this.#endMs);
  }

  async #until(dueMs: number): Promise<void> {
    const { clock, signal } = this.#parts;
    for (let leftMs = dueMs - clock.now(); leftMs > 0; leftMs = dueMs - clock.now()) {
      if (signal?.aborted) return;
      await this.#sleep(Math.min(leftMs, LONGEST_PAUSE_MS));
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.clock.setTimer(resolve, ms);
    });
  }
}

/** Fisher and Yates'. */
function shuffle(items: unknown[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}
