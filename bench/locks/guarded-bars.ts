import { setImmediate as nextTurn } from "node:timers/promises";
import type pl from "nodejs-polars";
import { AsyncRWLock, FrameGuard, type FrameGuardOptions, type LockGuard } from "../../src/locks/index.ts";
import type { BarSeries } from "../../src/realtime/bars/bar-series.ts";
import { SeededRandom } from "../../src/realtime/feed/simulated/seeded-random.ts";
import { FrameStore } from "../../src/realtime/frames/frame-store.ts";
import { GuardedBars, type SymbolView } from "../../src/realtime/frames/symbol-view.ts";
import { BarsBench } from "../../tests/support/trades.ts";

const START = Date.UTC(2026, 0, 1);
/** Accesses that come in one turn of the event loop. */
const ARRIVALS_A_TURN = 10;

export interface MixOptions {
  readonly accesses: number;
  /** Reads among them, from 0 to 1. */
  readonly readShare: number;
  /** Whether commits amend a closed bar; otherwise each closes one. */
  readonly isLate?: boolean;
}

/** How long accesses took, from the wish to the end, in ms; ascending. */
export interface MixTimes {
  readonly reads: Float64Array;
  readonly commits: Float64Array;
}

/**
 * Bars of one symbol behind a guard, with readers that look at a whole frame, let a turn of the event loop pass, and look
 * again. Each read checks that it saw one commit.
 */
export class GuardedMarket {
  readonly guard: FrameGuard<SymbolView>;
  readonly #bench: BarsBench;
  readonly #store = new FrameStore();
  readonly #series: BarSeries;
  readonly #random = new SeededRandom(1);
  /** Trades that wait for one commit, as those of a feed do while readers are in its way. */
  #waiting: { readonly second: number; readonly beganMs: number; readonly times: number[] }[] = [];
  #trades = 0;
  #seconds = 0;

  constructor(options: FrameGuardOptions, bars: number) {
    this.#bench = new BarsBench({ timeframes: ["1s", "1m"], keepBars: bars });
    this.#series = this.#bench.series("1s");
    this.guard = new FrameGuard(new GuardedBars(this.#bench.bars, this.#store), new AsyncRWLock(), options);
    for (let i = 0; i < bars + 1; i++) this.#trade(this.#seconds++);
    this.#bench.bars.version++;
  }

  async run({ accesses, readShare, isLate = false }: MixOptions): Promise<MixTimes> {
    const reads: number[] = [];
    const commits: number[] = [];
    const pending: Promise<void>[] = [];
    const before = this.#trades;
    for (let i = 0; i < accesses; i++) {
      if (this.#random.below(10_000) < 10_000 * readShare) pending.push(this.#read(reads));
      else this.#commit(commits, isLate);
      if ((i + 1) % ARRIVALS_A_TURN === 0) await nextTurn();
    }
    await Promise.all(pending);
    while (this.#waiting.length > 0) await nextTurn();
    if (reads.length + commits.length !== accesses) throw new Error("an access is missing");
    if (this.#trades - before !== commits.length) throw new Error("a commit was lost");
    return { reads: Float64Array.from(reads).sort(), commits: Float64Array.from(commits).sort() };
  }

  async #read(times: number[]): Promise<void> {
    const beganMs = performance.now();
    await this.guard.withRead(async (view) => {
      const { commit } = view;
      const frame = this.#look(view);
      await nextTurn();
      if (view.commit !== commit || this.#look(view) !== frame) throw new Error("a reader saw two commits");
    });
    times.push(performance.now() - beganMs);
  }

  #look(view: SymbolView): pl.DataFrame {
    return this.#store.frame(view.of(this.#series));
  }

  #commit(times: number[], isLate: boolean): void {
    const second = isLate ? this.#seconds - 20 : this.#seconds++;
    this.#waiting.push({ second, beganMs: performance.now(), times });
    if (this.#waiting.length > 1) return;
    const commit = this.guard.tryCommit();
    if (commit !== undefined) this.#commitWaiting(commit);
    else void this.guard.acquireCommit().then((later) => this.#commitWaiting(later));
  }

  #commitWaiting(commit: LockGuard): void {
    for (const { second } of this.#waiting) this.#trade(second);
    this.#bench.bars.version++;
    commit.release();
    for (const { beganMs, times } of this.#waiting) times.push(performance.now() - beganMs);
    this.#waiting = [];
  }

  #trade(second: number): void {
    const id = ++this.#trades;
    this.#bench.apply({
      id,
      time: START + 1_000 * second,
      price: "100.5",
      size: "0.25",
      takerBought: id % 2 === 0,
    });
  }
}
