import type { Clock, Timer } from "../clock.ts";
import { type QueueLinks, WaitQueue } from "./wait-queue.ts";

export interface Timed<W> extends QueueLinks<W> {
  readonly timeoutMs: number;
  readonly dueMs: number;
}

/**
 * Tells of waits whose time is over, never before it is. Waits of one duration end in the order they began, so they
 * share one timer, which runs only while one of them waits.
 */
export class DeadlineWatch<W extends Timed<W>> {
  readonly #clock: Clock;
  readonly #onDue: (wait: W) => void;
  readonly #groups = new Map<number, DeadlineGroup<W>>();

  /** `onDue` is expected to {@link forget} the wait. */
  constructor(clock: Clock, onDue: (wait: W) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  watch(wait: W): void {
    const { timeoutMs } = wait;
    let group = this.#groups.get(timeoutMs);
    if (group === undefined) {
      const timer = this.#clock.setTimer(() => this.#fire(timeoutMs), timeoutMs);
      group = { waits: new WaitQueue<W>(), timer };
      this.#groups.set(timeoutMs, group);
    }
    group.waits.push(wait);
  }

  forget(wait: W): void {
    const group = this.#groups.get(wait.timeoutMs);
    if (group === undefined || !group.waits.remove(wait) || group.waits.length > 0) return;
    group.timer.cancel();
    this.#groups.delete(wait.timeoutMs);
  }

  #fire(timeoutMs: number): void {
    const group = this.#groups.get(timeoutMs)!;
    const nowMs = this.#clock.now();
    for (let { head } = group.waits; head !== undefined; { head } = group.waits) {
      const remainingMs = head.dueMs - nowMs;
      if (remainingMs > 0) {
        group.timer = this.#clock.setTimer(() => this.#fire(timeoutMs), remainingMs);
        return;
      }
      this.#onDue(head);
    }
  }
}

interface DeadlineGroup<W extends QueueLinks<W>> {
  readonly waits: WaitQueue<W>;
  timer: Timer;
}
