import { TickframeError } from "../../errors.ts";
import { TickQueue } from "../ring/tick-queue.ts";
import type { FrameGuard } from "../../locks/frame-guard.ts";
import type { LockGuard } from "../../locks/lock-guard.ts";
import type { SymbolBars } from "../bars/symbol-bars.ts";
import type { TickColumns } from "../ring/tick-columns.ts";
import type { SymbolView } from "./symbol-view.ts";

export interface SymbolWriterParts {
  readonly symbol: string;
  readonly bars: SymbolBars;
  readonly guard: FrameGuard<SymbolView>;
  /** A batch is committed and the lock released. */
  readonly onCommitted: (writer: SymbolWriter) => void;
  /** A tick is not applied: it came on top of a full backlog. */
  readonly onDropped: (ticks: TickColumns, i: number) => void;
  readonly onError: (error: Error) => void;
}

/** The writer's place in reports of its lock: a stack would say only that ticks came. */
const COMMIT = "commit";

/** Readers held a symbol's frames for so long that its backlog is full; ticks are lost from its bars. */
export class BacklogFullError extends TickframeError {
  override readonly name = "BacklogFullError";
  constructor(symbol: string, limit: number) {
    super(
      "BACKLOG_FULL",
      `readers hold the frames of ${symbol} so long that ${limit} ticks wait; newer ones are dropped`,
    );
  }
}

/**
 * Commits ticks to the bars of one symbol, a batch at a time, under the symbol's write lock. While readers hold the lock
 * ticks wait in a backlog, in order; the feed never waits. Between `take` and `endBatch` no other code runs.
 */
export class SymbolWriter {
  readonly bars: SymbolBars;
  readonly guard: FrameGuard<SymbolView>;
  readonly #parts: SymbolWriterParts;
  readonly #maxBacklogTicks: number;
  readonly #backlog = new TickQueue();
  #batch: LockGuard | undefined;
  #isWaiting = false;
  #isHeld = false;
  #advanceToMs = -Infinity;
  #dropped = 0;
  #isFull = false;

  constructor({ maxBacklogTicks }: { readonly maxBacklogTicks: number }, parts: SymbolWriterParts) {
    this.bars = parts.bars;
    this.guard = parts.guard;
    this.#parts = parts;
    this.#maxBacklogTicks = maxBacklogTicks;
  }

  /** Ticks that wait for readers to leave. */
  get backlogTicks(): number {
    return this.#backlog.length;
  }

  /** Ticks lost because the backlog was full. */
  get backlogDropped(): number {
    return this.#dropped;
  }

  /** Applies the tick, or keeps it for later. Returns true when this began a batch, which `endBatch` must end. */
  take(ticks: TickColumns, i: number): boolean {
    if (this.#batch) {
      this.bars.apply(ticks, i);
      return false;
    }
    const guard = this.#isWaiting || this.#isHeld ? undefined : this.guard.tryCommit();
    if (!guard) {
      this.#keep(ticks, i);
      return false;
    }
    this.#batch = guard;
    this.bars.apply(ticks, i);
    return true;
  }

  endBatch(): void {
    const guard = this.#batch;
    if (!guard) return;
    this.#batch = undefined;
    this.#commit(guard);
  }

  /** Closes the bars that ended by `timeMs`: now, or when the readers have left. */
  advanceTo(timeMs: number): void {
    if (timeMs < this.bars.nextClose) return;
    this.#advanceToMs = Math.max(this.#advanceToMs, timeMs);
    if (this.#isWaiting || this.#isHeld) return;
    const guard = this.guard.tryCommit();
    if (guard) this.#commitBacklog(guard);
    else this.#wait();
  }

  /** Keeps all ticks in the backlog until {@link release}: what came before them is still to be put into the bars. */
  hold(): void {
    this.#isHeld = true;
  }

  /**
   * Runs `prepare` on the bars, then applies the backlog but for the ticks that `isCovered`. Waits for readers that came
   * before; ticks wait too until then. Rejects with the signal's reason.
   */
  async release(
    prepare: (bars: SymbolBars) => void,
    isCovered: (ticks: TickColumns, i: number) => boolean,
    signal?: AbortSignal,
  ): Promise<void> {
    const guard = this.guard.tryCommit() ?? (await this.guard.acquireCommit({ signal, site: COMMIT }));
    this.#isHeld = false;
    try {
      prepare(this.bars);
    } finally {
      this.#commitBacklog(guard, isCovered);
    }
  }

  #keep(ticks: TickColumns, i: number): void {
    if (this.#backlog.length >= this.#maxBacklogTicks) {
      this.#dropped++;
      this.#parts.onDropped(ticks, i);
      if (!this.#isFull) this.#parts.onError(new BacklogFullError(this.#parts.symbol, this.#maxBacklogTicks));
      this.#isFull = true;
      return;
    }
    this.#backlog.push(ticks, i);
    if (!this.#isWaiting && !this.#isHeld) this.#wait();
  }

  #wait(): void {
    this.#isWaiting = true;
    this.guard.acquireCommit({ site: COMMIT }).then(
      (guard) => {
        this.#isWaiting = false;
        this.#commitBacklog(guard);
      },
      (error: unknown) => {
        this.#isWaiting = false;
        this.#parts.onError(error as Error);
      },
    );
  }

  #commitBacklog(guard: LockGuard, isCovered?: (ticks: TickColumns, i: number) => boolean): void {
    const { columns, length } = this.#backlog;
    try {
      for (let i = 0; i < length; i++) {
        if (!isCovered?.(columns, i)) this.bars.apply(columns, i);
      }
      if (this.#advanceToMs > -Infinity) this.bars.advanceTo(this.#advanceToMs);
    } finally {
      this.#backlog.clear();
      this.#isFull = false;
      this.#commit(guard);
    }
  }

  #commit(guard: LockGuard): void {
    this.bars.version++;
    guard.release();
    this.#parts.onCommitted(this);
  }
}
