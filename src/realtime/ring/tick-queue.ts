import { copyTick } from "./tick-ring.ts";
import type { TickColumns } from "./tick-columns.ts";

const FIRST_CAPACITY = 256;

/** Ticks that wait, in order, in columns that grow: the backlog of a symbol whose frames a reader holds. */
export class TickQueue {
  #columns = plainColumns(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get columns(): TickColumns {
    return this.#columns;
  }

  push(source: TickColumns, i: number): void {
    if (this.#length === this.#columns.time.length) this.#columns = grown(this.#columns);
    copyTick(this.#columns, this.#length++, source, i);
  }

  /** Forgets all ticks, and the memory of an unusually long queue with them. */
  clear(): void {
    this.#length = 0;
    if (this.#columns.time.length > 64 * FIRST_CAPACITY) this.#columns = plainColumns(FIRST_CAPACITY);
  }
}

/** Columns on ordinary memory. */
export function plainColumns(slots: number): TickColumns {
  return {
    time: new Float64Array(slots),
    receivedAt: new Float64Array(slots),
    price: new Float64Array(slots),
    size: new Float64Array(slots),
    tradeId: new Float64Array(slots),
    tradeCount: new Int32Array(slots),
    symbol: new Int32Array(slots),
    flags: new Uint8Array(slots),
  };
}

function grown(old: TickColumns): TickColumns {
  const larger = plainColumns(2 * old.time.length);
  for (const name of Object.keys(larger) as (keyof TickColumns)[]) larger[name].set(old[name]);
  return larger;
}
