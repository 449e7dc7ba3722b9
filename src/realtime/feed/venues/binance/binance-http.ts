import pLimit from "p-limit";
import type { Clock } from "../../../../clock.ts";
import { UnknownSymbolError, VenueConnectionError, VenueRequestError } from "../../../../errors.ts";
import { readBoundedBody } from "../../bounded-body.ts";
import { setIoTimer } from "../../io-timer.ts";
import { isJsonObject, parseJson } from "../../json-text.ts";
import { oneLine } from "../../one-line.ts";
import { Backoff } from "../../reconnect.ts";
import { waitToRetry } from "../../retry-wait.ts";
import { resolveRestOptions, type BinanceRestOptions } from "./binance-rest-options.ts";
import { WeightBudget } from "./weight-budget.ts";

export interface HttpCollaborators {
  readonly clock: Clock;
  readonly random: () => number;
}

export interface BinanceRequest {
  readonly path: string;
  readonly params: Readonly<Record<string, string | number | undefined>>;
  readonly weight: number;
}

/** A failure that the next try may not meet. `waitMs` is how long the venue asked to wait. */
interface PassingFailure {
  readonly error: VenueConnectionError | VenueRequestError;
  readonly waitMs: number | undefined;
}

const MAX_BODY_BYTES = 8 * 1_048_576;
/** Rows of arrays or objects, in an array. */
const MAX_DEPTH = 4;
const INVALID_SYMBOL = -1121;
const REQUEST_TIMEOUT = 408;
const IP_BANNED = 418;
const TOO_MANY_REQUESTS = 429;
const LONGEST_BAN_MS = 3 * 86_400_000;

/** GET requests to the REST interface: paced by the venue's weights, limited in number, retried where that may help. */
export class BinanceHttp {
  readonly #venueId: string;
  readonly #baseUrl: string;
  readonly #options: Required<BinanceRestOptions>;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #budget: WeightBudget;
  readonly #limit: <T>(task: () => Promise<T>) => Promise<T>;
  /** No request goes out before this time: the venue said so. */
  #blockedUntil = 0;

  constructor(
    venue: { readonly id: string; readonly baseUrl: string; readonly weightPerMinute: number },
    options: BinanceRestOptions,
    { clock, random }: HttpCollaborators,
  ) {
    this.#venueId = venue.id;
    this.#baseUrl = venue.baseUrl;
    this.#options = resolveRestOptions(options);
    this.#clock = clock;
    this.#random = random;
    this.#budget = new WeightBudget(venue.weightPerMinute);
    this.#limit = pLimit(this.#options.concurrency);
  }

  /**
   * The parsed body of a successful answer.
   * @throws UnknownSymbolError, VenueRequestError or VenueConnectionError; the signal's reason when it aborts.
   */
  async get(request: BinanceRequest, signal: AbortSignal = NEVER): Promise<unknown> {
    signal.throwIfAborted();
    let onAbort = (): void => {};
    // A request that waits for its place among the others is let go at once, too.
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
    });
    try {
      return await Promise.race([this.#limit(() => this.#retry(request, signal)), aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #retry(request: BinanceRequest, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const backoff = new Backoff(this.#options, this.#random);
    for (let triesLeft = this.#options.retries; ; triesLeft--) {
      await this.#waitForTurn(request, signal);
      const answer = await this.#try(request, signal);
      if (!("failure" in answer)) return answer.body;
      const { error, waitMs } = answer.failure;
      if (triesLeft === 0 || (waitMs !== undefined && waitMs > this.#options.maxDelayMs)) throw error;
      await this.#wait(Math.max(waitMs ?? 0, backoff.nextDelayMs()), signal);
    }
  }

  async #waitForTurn({ path, weight }: BinanceRequest, signal: AbortSignal): Promise<void> {
    for (;;) {
      const now = this.#clock.now();
      const blockedMs = this.#blockedUntil - now;
      if (blockedMs > this.#options.maxDelayMs) {
        throw new VenueRequestError(
          `${this.#venueId} takes no requests for another ${blockedMs} ms, ${path} was not sent`,
        );
      }
      const waitMs = blockedMs > 0 ? blockedMs : this.#budget.reserve(weight, now);
      if (waitMs === 0) return;
      await this.#wait(waitMs, signal);
    }
  }

  async #wait(waitMs: number, signal: AbortSignal): Promise<void> {
    await waitToRetry(waitMs, this.#clock, signal);
    signal.throwIfAborted();
  }

  async #try(
    request: BinanceRequest,
    signal: AbortSignal,
  ): Promise<{ body: unknown } | { failure: PassingFailure }> {
    const timeout = new AbortController();
    const timer = setIoTimer(this.#clock, () => timeout.abort(), this.#options.timeoutMs);
    try {
      const response = await fetch(this.#url(request), {
        signal: AbortSignal.any([signal, timeout.signal]),
        redirect: "manual",
        headers: { accept: "application/json" },
      });
      this.#budget.report(Number(response.headers.get("x-mbx-used-weight-1m") ?? 0), this.#clock.now());
      const bytes = await readBoundedBody(response, MAX_BODY_BYTES);
      return this.#read(request, response, bytes);
    } catch (error) {
      if (error instanceof VenueRequestError || error instanceof UnknownSymbolError) throw error;
      signal.throwIfAborted();
      const what = timeout.signal.aborted
        ? `did not answer within ${this.#options.timeoutMs} ms`
        : `could not be reached: ${networkReason(error)}`;
      return this.#connectionFailure(request, what, error);
    } finally {
      timer.cancel();
    }
  }

  #read(
    request: BinanceRequest,
    response: Response,
    bytes: Uint8Array | undefined,
  ): { body: unknown } | { failure: PassingFailure } {
    if (bytes === undefined) {
      return this.#connectionFailure(request, `answered more than ${MAX_BODY_BYTES} bytes`);
    }
    const body = parseJson(bytes, MAX_DEPTH);
    if (response.status === 200) {
      return body === undefined
        ? this.#connectionFailure(request, "answered what is not JSON, or cut short")
        : { body };
    }
    const waitMs = retryAfterMs(response);
    const error = this.#refusal(request, response.status, body, waitMs);
    if (!mayPass(response.status) || error instanceof UnknownSymbolError) throw error;
    if (waitMs !== undefined) this.#blockedUntil = Math.max(this.#blockedUntil, this.#clock.now() + waitMs);
    return { failure: { error, waitMs } };
  }

  #refusal(
    request: BinanceRequest,
    status: number,
    body: unknown,
    waitMs: number | undefined,
  ): VenueRequestError | UnknownSymbolError {
    const { code, msg } = isJsonObject(body) ? body : {};
    if (code === INVALID_SYMBOL) return new UnknownSymbolError(String(request.params.symbol), this.#venueId);
    const said = typeof msg === "string" ? `: ${oneLine(msg)}` : "";
    const numbers = typeof code === "number" ? `HTTP ${status}, code ${code}` : `HTTP ${status}`;
    const wait = waitMs === undefined ? "" : `; it asks to wait ${waitMs} ms`;
    return new VenueRequestError(`${this.#venueId} refused ${request.path}${said} (${numbers})${wait}`, {
      status,
    });
  }

  #connectionFailure(request: BinanceRequest, what: string, cause?: unknown): { failure: PassingFailure } {
    const message = `${this.#venueId} at ${this.#baseUrl}${request.path} ${what}`;
    return { failure: { error: new VenueConnectionError(message, { cause }), waitMs: undefined } };
  }

  #url({ path, params }: BinanceRequest): URL {
    const url = new URL(this.#baseUrl + path);
    for (const [name, value] of Object.entries(params)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url;
  }
}

const NEVER = new AbortController().signal;

function mayPass(status: number): boolean {
  return status >= 500 || status === TOO_MANY_REQUESTS || status === IP_BANNED || status === REQUEST_TIMEOUT;
}

/** `Retry-After` in seconds, as the venue writes it; more than its longest ban is not believed. */
function retryAfterMs(response: Response): number | undefined {
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  return seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_BAN_MS) : undefined;
}

/** What broke a `fetch`, in one line: the cause says more than "fetch failed". */
function networkReason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message || ("code" in cause ? String(cause.code) : cause.name);
}
