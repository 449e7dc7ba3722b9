import type { Clock, Timer } from "../../clock.ts";

interface Turn {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Spaces the frames a client sends evenly, in the order they were asked for. A bucket that lets several through at
 * once would reach the same rate sooner, but a venue counts in windows of its own, and delays on the way compress:
 * even spacing stays within the limit in every window.
 */
export class FramePacer {
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #waiting: Turn[] = [];
  #timer: Timer | undefined;

  /**
   * @param framesPerSecond - `Infinity` where the venue has no limit.
   * @throws RangeError when it is not above 0.
   */
  constructor(framesPerSecond: number, clock: Clock) {
    if (!(framesPerSecond > 0)) {
      throw new RangeError(`controlFramesPerSecond must be above 0, was ${framesPerSecond}`);
    }
    this.#intervalMs = 1000 / framesPerSecond;
    this.#clock = clock;
  }

  /** Resolves when a frame may be sent; at once when the last one is long enough ago. Rejects when cancelled. */
  turn(): Promise<void> {
    if (this.#intervalMs === 0) return Promise.resolve();
    if (this.#timer !== undefined) {
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    }
    this.#rest();
    return Promise.resolve();
  }

  /** Rejects every waiting turn with `error`. */
  cancel(error: Error): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const turn of this.#waiting.splice(0)) turn.reject(error);
  }

  #rest(): void {
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#rest();
      next.resolve();
    }, this.#intervalMs);
  }
}
