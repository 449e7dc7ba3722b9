import { MAX_TIMER_MS } from "../../io-timer.ts";

/** How REST requests are made. All times are milliseconds. */
export interface BinanceRestOptions {
  /** Longest wait for one answer, headers and body. @defaultValue 10_000 */
  readonly timeoutMs?: number;
  /** Further tries after an answer that may pass: an overloaded server, a lost connection, a rate limit. @defaultValue 4 */
  readonly retries?: number;
  /** Longest wait before the first of them; it doubles with each. @defaultValue 250 */
  readonly firstDelayMs?: number;
  /** Longest wait between two tries, also where the venue asks for more; then the request fails. @defaultValue 60_000 */
  readonly maxDelayMs?: number;
  /** Requests under way at once. @defaultValue 4 */
  readonly concurrency?: number;
}

/** @throws RangeError when an option is out of its range. */
export function resolveRestOptions(options: BinanceRestOptions): Required<BinanceRestOptions> {
  const {
    timeoutMs = 10_000,
    retries = 4,
    firstDelayMs = 250,
    maxDelayMs = 60_000,
    concurrency = 4,
  } = options;
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS)) {
    throw new RangeError(`timeoutMs must be above 0 and at most ${MAX_TIMER_MS}, was ${timeoutMs}`);
  }
  if (!(Number.isInteger(retries) && retries >= 0)) {
    throw new RangeError(`retries must be a whole number from 0, was ${retries}`);
  }
  if (!(firstDelayMs > 0)) throw new RangeError(`firstDelayMs must be above 0, was ${firstDelayMs}`);
  if (!(maxDelayMs >= firstDelayMs && maxDelayMs <= MAX_TIMER_MS)) {
    throw new RangeError(
      `maxDelayMs must be from firstDelayMs (${firstDelayMs}) to ${MAX_TIMER_MS}, was ${maxDelayMs}`,
    );
  }
  if (!(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new RangeError(`concurrency must be a whole number above 0, was ${concurrency}`);
  }
  return { timeoutMs, retries, firstDelayMs, maxDelayMs, concurrency };
}
