import type { Clock, Timer } from "../clock.ts";

export interface Timed {
  readonly timeoutMs: number;
  readonly dueMs: number;
}

/**
 * Tells of waits whose time is over, never before it is. Waits of one duration end in the order they began, so they
 * share one timer, which runs only while one of them waits.
 */
export class DeadlineWatch<W extends Timed> {
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
    const group = this.#groups.get(timeoutMs);
    if (group !== undefined) {
      group.waits.add(wait);
      return;
    }
    const timer = this.#clock.setTimer(() => this.#fire(timeoutMs), timeoutMs);
    this.#groups.set(timeoutMs, { waits: new Set([wait]), timer });
  }

  forget(wait: W): void {
    const group = this.#groups.get(wait.timeoutMs);
    if (group === undefined || !group.waits.delete(wait) || group.waits.size > 0) return;
    group.timer.cancel();
    this.#groups.delete(wait.timeoutMs);
  }

  #fire(timeoutMs: number): void {
    const group = this.#groups.get(timeoutMs)!;
    const nowMs = this.#clock.now();
    for (const wait of group.waits) {
      const remainingMs = wait.dueMs - nowMs;
      if (remainingMs > 0) {
        group.timer = this.#clock.setTimer(() => this.#fire(timeoutMs), remainingMs);
        return;
      }
      this.#onDue(wait);
    }
  }
}

interface DeadlineGroup<W> {
  readonly waits: Set<W>;
  timer: Timer;
}
