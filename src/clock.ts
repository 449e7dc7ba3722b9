/** A pending call of a {@link Clock}. */
export interface Timer {
  /** Forgets the call. Does nothing once it was made. */
  cancel(): void;
}

/**
 * Time as a collaborator, so that a test or a tape can hold it still. Only what a bot would see depends on it;
 * wait and hold times of locks are always measured on the real monotonic clock.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds of a clock that nobody sets, from any beginning; absent where `now` is one. */
  monotonic?(): number;
  /**
   * Calls `run` once, `delayMs` from now; never for Infinity, and as soon as possible for what is not above 0. A timer of
   * the system clock does not keep the process alive.
   */
  setTimer(run: () => void, delayMs: number): Timer;
}

/** The longest delay of `setTimeout`; a longer one would be over at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(run, delayMs) {
    let remainingMs = delayMs;
    let handle: NodeJS.Timeout;
    const wait = () => {
      const stepMs = Math.min(remainingMs, MAX_TIMEOUT_MS);
      remainingMs -= stepMs;
      handle = setTimeout(remainingMs > 0 ? wait : run, stepMs).unref();
    };
    wait();
    return { cancel: () => clearTimeout(handle) };
  },
};

interface PendingCall {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A clock that stands still until it is advanced; due timers run in the order of their times. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #pending: PendingCall[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    const call = { dueMs: this.#nowMs + (delayMs > 0 ? delayMs : 0), order: this.#order++, run };
    this.#pending.push(call);
    this.#pending.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
    return {
      cancel: () => {
        const at = this.#pending.indexOf(call);
        if (at >= 0) this.#pending.splice(at, 1);
      },
    };
  }

  /** Moves on by `ms`, as {@link advanceTo} does. */
  advanceBy(ms: number): void {
    this.advanceTo(this.#nowMs + ms);
  }

  /** Moves to `timeMs`, running the timers that fall due on the way, also those that they set. Never moves backwards. */
  advanceTo(timeMs: number): void {
    while (this.#pending.length > 0 && this.#pending[0].dueMs <= timeMs) {
      const call = this.#pending.shift()!;
      this.#nowMs = Math.max(this.#nowMs, call.dueMs);
      call.run();
    }
    if (timeMs > this.#nowMs) this.#nowMs = timeMs;
  }
}
