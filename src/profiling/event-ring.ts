import type { LockMode } from "../locks/lock-observer.ts";

export type LockEventKind =
  "queued" | "granted" | "resumed" | "timeout" | "abort" | "refused" | "upgraded" | "downgraded" | "released";

/** One thing that happened to a lock at level `trace`. Plain data, safe for JSON. */
export interface LockEvent {
  /** Time of the lock's clock, in ms. */
  readonly atMs: number;
  readonly lock: string;
  /** Which lock of that name, from 1 up, in the order in which they registered. */
  readonly number: number;
  readonly kind: LockEventKind;
  readonly mode: LockMode;
  /** Which acquisition: what belongs to one caller has one number, in the order in which it was first told. */
  readonly caller: number;
  readonly site: string | undefined;
}

/** The newest events, so many at most. */
export class EventRing {
  readonly #capacity: number;
  readonly #events: LockEvent[] = [];
  #next = 0;
  #dropped = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(event: LockEvent): void {
    if (this.#events.length === this.#capacity) this.#dropped++;
    this.#events[this.#next] = event;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Oldest first. */
  events(): LockEvent[] {
    return [...this.#events.slice(this.#next), ...this.#events.slice(0, this.#next)];
  }

  clear(): void {
    this.#events.length = 0;
    this.#next = 0;
    this.#dropped = 0;
  }
}
