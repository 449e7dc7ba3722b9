import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../../../clock.ts";
import type { RestFault } from "./fault.ts";
import type { FlavourRules } from "./flavour-rules.ts";
import { requestUrl } from "./request-target.ts";
import type { RestEndpoint } from "./rest-api.ts";
import { RestQuery, RestRefusal } from "./rest-query.ts";

/** What answers the requests, and what goes wrong with them. */
export interface RestBackend {
  /** The endpoint at a path such as `/api/v3/klines`; `undefined` where there is none. */
  endpoint(path: string): RestEndpoint | undefined;
  /** The fault ordered for the next request to an endpoint, used up by this call. */
  takeFault(endpoint: string): RestFault | undefined;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const MINUTE_MS = 60_000;

/** REST over HTTP by the venue's rules: weights, status codes and error bodies. */
export class RestServer {
  readonly #backend: RestBackend;
  readonly #rules: FlavourRules;
  readonly #clock: Clock;
  #minute = NaN;
  #usedWeight = 0;
  #requests = 0;

  constructor(rules: FlavourRules, backend: RestBackend, clock: Clock) {
    this.#rules = rules;
    this.#backend = backend;
    this.#clock = clock;
  }

  /** Requests answered so far, failed ones included. */
  get requests(): number {
    return this.#requests;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#requests++;
    request.resume();
    const url = requestUrl(request.url);
    const path = url?.pathname ?? "";
    const fault = this.#backend.takeFault(path.slice(path.lastIndexOf("/") + 1));
    const query = new RestQuery(url?.searchParams ?? new URLSearchParams());
    const { status, headers, body } = this.#answer(request.method ?? "GET", path, query, fault);
    const bytes = Buffer.from(body);
    response.writeHead(status, {
      ...headers,
      "content-type": "application/json;charset=UTF-8",
      "content-length": bytes.length,
    });
    if (fault?.kind === "restCut") {
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
    } else if (fault?.kind === "restSlow") {
      response.flushHeaders();
      const timer = this.#clock.setTimer(() => response.end(bytes), fault.ms);
      response.on("close", () => timer.cancel());
    } else {
      response.end(bytes);
    }
  }

  #answer(method: string, path: string, query: RestQuery, fault: RestFault | undefined): Answer {
    if (fault?.kind === "restStatus") return this.#orderedStatus(fault);
    const endpoint = this.#backend.endpoint(path);
    if (!endpoint) return { status: 404, headers: {}, body: "" };
    if (method !== "GET")
      return this.#refusal(new RestRefusal(405, -1000, `Method ${method} is not supported.`));
    try {
      this.#spend(endpoint.weight(query));
      const untilMs = fault?.kind === "restStale" ? this.#clock.now() - fault.ms : Infinity;
      const body = JSON.stringify(endpoint.answer(query, untilMs));
      return { status: 200, headers: this.#weightHeaders(), body };
    } catch (error) {
      if (error instanceof RestRefusal) return this.#refusal(error);
      throw error;
    }
  }

  /** @throws RestRefusal 429 when the minute's weight is used up. */
  #spend(weight: number): void {
    const minute = Math.floor(this.#clock.now() / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#usedWeight = 0;
    }
    this.#usedWeight += weight;
    const { weightPerMinute } = this.#rules;
    if (this.#usedWeight > weightPerMinute) {
      throw new RestRefusal(
        429,
        -1003,
        `Too much request weight used; current limit is ${weightPerMinute} request weight per 1 MINUTE.`,
      );
    }
  }

  #weightHeaders(): Record<string, string> {
    return {
      "x-mbx-used-weight": String(this.#usedWeight),
      "x-mbx-used-weight-1m": String(this.#usedWeight),
    };
  }

  #refusal({ status, code, message }: RestRefusal): Answer {
    const secondsLeft = Math.ceil((MINUTE_MS - (this.#clock.now() % MINUTE_MS)) / 1_000);
    const headers =
      status === 429
        ? { ...this.#weightHeaders(), "retry-after": String(secondsLeft) }
        : this.#weightHeaders();
    return { status, headers, body: JSON.stringify({ code, msg: message }) };
  }

  #orderedStatus({ status, retryAfterS, code }: RestFault & { kind: "restStatus" }): Answer {
    const isLimit = status === 429 || status === 418;
    const headers: Record<string, string> = this.#weightHeaders();
    if (retryAfterS !== undefined) headers["retry-after"] = String(retryAfterS);
    const msg = isLimit ? "Too many requests." : "An unknown error occurred while processing the request.";
    return { status, headers, body: JSON.stringify({ code: code ?? (isLimit ? -1003 : -1000), msg }) };
  }
}
