import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LockEvent } from "../event-ring.ts";
import type { ProfileReport } from "../lock-report.ts";
import { refusalOf, resolveAccess, type MetricsAccess } from "./metrics-access.ts";
import { PROMETHEUS_CONTENT_TYPE, prometheusText } from "./prometheus-text.ts";

export interface MetricsOptions {
  /** 0 takes a free one. @defaultValue 0 */
  readonly port?: number;
  /** The address to listen on. Any other than this machine's own needs a `token`. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** What a request must bring as `Authorization: Bearer …`; at least 16 characters. */
  readonly token?: string;
  /** Names, besides `host` and those of loopback, that a request may give as `Host`. */
  readonly allowedHosts?: readonly string[];
}

/** What an endpoint shows: a `LockProfiler` is one. */
export interface MetricsSource {
  report(): ProfileReport;
  events(): readonly LockEvent[];
}

/** Connections at once; a scraper and a terminal need two. */
const MAX_CONNECTIONS = 32;
const REQUEST_TIMEOUT_MS = 5_000;
const JSON_TYPE = "application/json; charset=utf-8";

/** A metrics endpoint that listens. Keeps no process alive. */
export class MetricsServer implements AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly #server: Server;
  #failures = 0;

  /** @internal */
  constructor(server: Server) {
    const { address, port, family } = server.address() as AddressInfo;
    this.#server = server;
    this.port = port;
    this.url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    // A connection that cannot be taken must not end the bot.
    server.on("error", () => this.#failures++);
  }

  /** Connections that the system did not let it take. */
  get failures(): number {
    return this.#failures;
  }

  /** Resolves when it listens no more and each connection is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      // Closed already is as good.
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/**
 * Serves what `profiler` knows over HTTP: `/metrics` for Prometheus (`/metrics?places` also by place), `/profile.json` the
 * report, `/events.json` the events of level `trace`. Answers GET only, and only requests for a host it knows. Rejects when it
 * cannot listen.
 */
export async function serveMetrics(
  profiler: MetricsSource,
  options: MetricsOptions = {},
): Promise<MetricsServer> {
  const { port = 0, host = "127.0.0.1" } = options;
  const access = resolveAccess(host, options);
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) =>
    answer(profiler, access, request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  server.unref();
  return new MetricsServer(server);
}

function answer(
  profiler: MetricsSource,
  access: MetricsAccess,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const refusal = refusalOf(request, access);
  if (refusal !== undefined) return send(response, refusal.status, `${refusal.reason}\n`, refusal.headers);
  const [path, query = ""] = (request.url ?? "/").split("?", 2);
  try {
    const page = pageOf(profiler, path, new URLSearchParams(query));
    if (page === undefined)
      return send(response, 404, `${path} is not here: /metrics, /profile.json and /events.json are\n`);
    send(response, 200, page.body, { "content-type": page.type });
  } catch (error) {
    // Whoever asked is told; the bot goes on.
    send(response, 500, `${(error as Error).message}\n`);
  }
}

function pageOf(
  profiler: MetricsSource,
  path: string,
  query: URLSearchParams,
): { readonly type: string; readonly body: string } | undefined {
  switch (path) {
    case "/metrics":
      return {
        type: PROMETHEUS_CONTENT_TYPE,
        body: prometheusText(profiler.report(), { places: query.has("places") }),
      };
    case "/profile.json":
      return { type: JSON_TYPE, body: JSON.stringify(profiler.report()) };
    case "/events.json":
      return { type: JSON_TYPE, body: JSON.stringify(profiler.events()) };
    default:
      return undefined;
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}
