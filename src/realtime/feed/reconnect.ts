import { MAX_TIMER_MS } from "./io-timer.ts";

/** How long a feed waits before it connects again. */
export interface ReconnectOptions {
  /** Longest wait before the first retry, in milliseconds. @defaultValue 250 */
  readonly firstDelayMs?: number;
  /** Longest wait between retries, in milliseconds. @defaultValue 30_000 */
  readonly maxDelayMs?: number;
}

/** @throws RangeError when a delay is not above 0, or the longest is below the first. */
export function resolveReconnect(options: ReconnectOptions = {}): Required<ReconnectOptions> {
  const { firstDelayMs = 250, maxDelayMs = 30_000 } = options;
  if (!(firstDelayMs > 0)) throw new RangeError(`firstDelayMs must be above 0, was ${firstDelayMs}`);
  if (!(maxDelayMs >= firstDelayMs && maxDelayMs <= MAX_TIMER_MS)) {
    throw new RangeError(
      `maxDelayMs must be from firstDelayMs (${firstDelayMs}) to ${MAX_TIMER_MS}, was ${maxDelayMs}`,
    );
  }
  return { firstDelayMs, maxDelayMs };
}

/**
 * How long to wait before each retry: full jitter under a ceiling that doubles, so that clients that lost a venue
 * together do not come back together. The first retry after a connection that proved itself is at once.
 */
export class Backoff {
  readonly #options: Required<ReconnectOptions>;
  readonly #random: () => number;
  #ceilingMs: number;
  #isProven = false;

  constructor(options: Required<ReconnectOptions>, random: () => number) {
    this.#options = options;
    this.#random = random;
    this.#ceilingMs = options.firstDelayMs;
  }

  /** 0 only for the first retry after {@link reset}; else at least 1 ms. */
  nextDelayMs(): number {
    if (this.#isProven) {
      this.#isProven = false;
      return 0;
    }
    const delayMs = Math.ceil(this.#random() * this.#ceilingMs);
    this.#ceilingMs = Math.min(2 * this.#ceilingMs, this.#options.maxDelayMs);
    return Math.max(1, delayMs);
  }

  /** The lost connection had proved itself: what ended it says nothing about the next one. */
  reset(): void {
    this.#isProven = true;
    this.#ceilingMs = this.#options.firstDelayMs;
  }
}
