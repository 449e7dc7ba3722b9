import { setTimeout as sleep } from "node:timers/promises";
import type { FrameReads, RealtimeDataManager } from "../index.ts";

export interface FrameReadersOptions {
  /** Tasks that read at the same time. */
  readonly readers: number;
}

/** Each reader rests so long between two reads, in ms. */
const REST_MS = 4;
/** Readers hold frames for 1 ms up to so many. */
const LONGEST_HOLD_MS = 4;

/** What readers need of a manager. */
export type ReadableManager = Pick<RealtimeDataManager, "symbols" | "timeframes" | "withRead">;

/** What a reader saw of one timeframe: how many bars, and the values of the newest. */
interface Sight {
  readonly height: number;
  readonly newest: readonly unknown[];
  readonly lastTradeId: number;
}

/**
 * Tasks that read the frames of all timeframes again and again while they grow, as strategies do: each takes the read
 * lock of a symbol, looks, awaits something, looks again, and compares. A read is torn when the frames changed meanwhile,
 * or when the newest bars of two timeframes do not end with the same trade.
 */
export class FrameReaders {
  readonly #manager: ReadableManager;
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;
  #reads = 0;
  #tornReads = 0;

  constructor(manager: ReadableManager, { readers }: FrameReadersOptions) {
    this.#manager = manager;
    this.#running = Promise.all(Array.from({ length: readers }, (_, i) => this.#run(i)));
  }

  get reads(): number {
    return this.#reads;
  }

  get tornReads(): number {
    return this.#tornReads;
  }

  /** Settles when the readers were stopped; rejects when one failed. */
  get stopped(): Promise<unknown> {
    return this.#running;
  }

  /** Resolves when every reader has let go. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(reader: number): Promise<void> {
    const { symbols } = this.#manager;
    const { signal } = this.#stop;
    for (let turn = reader; !signal.aborted; turn++) {
      const symbol = symbols[turn % symbols.length];
      const holdMs = 1 + (turn % LONGEST_HOLD_MS);
      const isWhole = await this.#manager.withRead(symbol, (frames) => this.#look(frames, holdMs), {
        site: `reader that holds for ${holdMs} ms`,
      });
      this.#reads++;
      if (!isWhole) this.#tornReads++;
      await sleep(REST_MS);
    }
  }

  async #look(frames: FrameReads, holdMs: number): Promise<boolean> {
    const { commit } = frames;
    const before = this.#see(frames);
    await sleep(holdMs);
    const after = this.#see(frames);
    return (
      frames.commit === commit && isOneCommit(before) && before.every((sight, i) => isSame(sight, after[i]))
    );
  }

  #see(frames: FrameReads): readonly Sight[] {
    return this.#manager.timeframes.map((timeframe) => {
      const frame = frames.get(timeframe);
      const { height } = frame;
      const newest = height > 0 ? frame.row(height - 1) : [];
      const lastTradeId = Number(newest[frame.columns.indexOf("last_trade_id")] ?? -1);
      return { height, newest, lastTradeId };
    });
  }
}

/** Bars of the past have no ids. */
function isOneCommit(sights: readonly Sight[]): boolean {
  const ids = sights.map(({ lastTradeId }) => lastTradeId).filter((id) => id >= 0);
  return ids.every((id) => id === ids[0]);
}

function isSame(a: Sight, b: Sight): boolean {
  return a.height === b.height && a.newest.every((value, i) => String(value) === String(b.newest[i]));
}
