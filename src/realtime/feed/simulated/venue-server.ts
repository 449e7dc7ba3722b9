import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Clock } from "../../../clock.ts";
import { TickframeError } from "../../../errors.ts";
import type { Channel } from "./channel.ts";
import { ClientConnection, type ConnectionSettings } from "./client-connection.ts";
import { MAX_STREAMS } from "./flavour-rules.ts";
import { readControlRequest, type RequestId } from "./control-request.ts";
import { streamTarget } from "./request-target.ts";

/** What a server asks the venue behind it. */
export interface VenueBackend {
  /** The channel of a stream; a venue takes any name, and sends nothing where there is no such stream. */
  channel(stream: string): Channel;
  /** Answers a REST request. */
  onRest(request: IncomingMessage, response: ServerResponse): void;
  /** HTTP status to refuse a new WebSocket connection with; `undefined` to take it. */
  refuseConnection(): number | undefined;
  /** What is to become of a subscription: `undefined` when it is to be granted. */
  refuseSubscription(): SubscriptionRefusal | undefined;
  onSubscribed(): void;
}

/** The venue's words, or silence. */
export type SubscriptionRefusal = { readonly code: number; readonly message: string } | "unanswered";

export interface VenueServerSettings extends ConnectionSettings {
  readonly port: number;
}

const LOOPBACK = "127.0.0.1";
const MAX_CLIENT_MESSAGE_BYTES = 65_536;

/** HTTP and WebSockets on one port of the loopback address, by Binance's rules for clients. */
export class VenueServer {
  readonly connections = new Set<ClientConnection>();
  readonly port: number;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_CLIENT_MESSAGE_BYTES,
  });
  readonly #settings: VenueServerSettings;
  readonly #backend: VenueBackend;
  readonly #clock: Clock;
  #opened = 0;
  #slowClients = 0;

  private constructor(http: Server, settings: VenueServerSettings, backend: VenueBackend, clock: Clock) {
    this.#http = http;
    this.#settings = settings;
    this.#backend = backend;
    this.#clock = clock;
    this.port = (http.address() as AddressInfo).port;
    http.on("request", (request, response) => backend.onRest(request, response));
    http.on("upgrade", (request, socket, head) => this.#onUpgrade(request, socket, head));
  }

  /** @throws TickframeError with code `PORT_IN_USE` when the port is taken. */
  static async listen(
    settings: VenueServerSettings,
    backend: VenueBackend,
    clock: Clock,
  ): Promise<VenueServer> {
    const http = createServer();
    await new Promise<void>((resolve, reject) => {
      http.once("error", (error) => reject(listenError(error, settings.port)));
      http.listen(settings.port, LOOPBACK, resolve);
    });
    return new VenueServer(http, settings, backend, clock);
  }

  /** Connections taken so far. */
  get opened(): number {
    return this.#opened;
  }

  /** Clients disconnected because they read too slowly. */
  get slowClients(): number {
    return this.#slowClients;
  }

  flush(): void {
    for (const connection of this.connections) connection.flush();
  }

  /** Resolves when every client has received everything sent so far. */
  async received(): Promise<void> {
    await Promise.all([...this.connections].map((connection) => connection.received()));
  }

  /** Closes every connection and the port. Resolves when nothing of it is left. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    for (const connection of this.connections) connection.drop();
    this.#http.closeAllConnections();
    await closed;
  }

  #onUpgrade(request: IncomingMessage, transport: Duplex, head: Buffer): void {
    const target = streamTarget(request.url);
    const status = this.#backend.refuseConnection() ?? (target ? undefined : 404);
    if (status !== undefined || !target) {
      transport.on("error", () => undefined);
      const answer = `HTTP/1.1 ${status} ${STATUS_CODES[status ?? 404] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
      transport.end(answer, () => transport.destroy());
      return;
    }
    this.#sockets.handleUpgrade(request, transport, head, (socket) => {
      const connection = new ClientConnection(socket, transport, target.isCombined, this.#settings, {
        clock: this.#clock,
        handler: {
          onMessage: (from, text) => this.#onMessage(from, text),
          onClosed: (from) => this.#onClosed(from),
          onSlow: () => this.#slowClients++,
        },
      });
      this.#opened++;
      this.connections.add(connection);
      this.#subscribe(connection, target.streams.slice(0, MAX_STREAMS));
    });
  }

  #onMessage(connection: ClientConnection, text: string): void {
    const request = readControlRequest(text);
    switch (request.method) {
      case "SUBSCRIBE":
        this.#onSubscribe(connection, request.id, request.streams);
        break;
      case "UNSUBSCRIBE":
        for (const stream of request.streams) {
          connection.channels.get(stream)?.remove(connection);
          connection.channels.delete(stream);
        }
        connection.reply(resultReply(null, request.id));
        break;
      case "LIST_SUBSCRIPTIONS":
        connection.reply(resultReply([...connection.channels.keys()], request.id));
        break;
      case "SET_PROPERTY":
        setCombined(connection, request.isCombined);
        connection.reply(resultReply(null, request.id));
        break;
      case "GET_PROPERTY":
        connection.reply(resultReply(connection.isCombined, request.id));
        break;
      case "refused":
        connection.reply(errorReply(request.code, request.message, request.id));
    }
  }

  #onSubscribe(connection: ClientConnection, id: RequestId, streams: readonly string[]): void {
    const refusal = this.#backend.refuseSubscription();
    if (refusal === "unanswered") return;
    if (refusal) {
      connection.reply(errorReply(refusal.code, refusal.message, id));
      return;
    }
    const wanted = new Set([...connection.channels.keys(), ...streams]);
    if (wanted.size > MAX_STREAMS) {
      connection.reply(
        errorReply(2, `Invalid request: ${wanted.size} streams exceed the limit of ${MAX_STREAMS}`, id),
      );
      return;
    }
    connection.reply(resultReply(null, id));
    this.#subscribe(connection, streams);
  }

  #subscribe(connection: ClientConnection, streams: readonly string[]): void {
    for (const stream of streams) {
      if (connection.channels.has(stream)) continue;
      const channel = this.#backend.channel(stream);
      channel.add(connection);
      connection.channels.set(stream, channel);
    }
    this.#backend.onSubscribed();
  }

  #onClosed(connection: ClientConnection): void {
    this.connections.delete(connection);
    for (const channel of connection.channels.values()) channel.remove(connection);
  }
}

function setCombined(connection: ClientConnection, isCombined: boolean): void {
  for (const channel of connection.channels.values()) channel.remove(connection);
  connection.isCombined = isCombined;
  for (const channel of connection.channels.values()) channel.add(connection);
}

function resultReply(result: unknown, id: RequestId): string {
  return JSON.stringify({ result, id });
}

function errorReply(code: number, msg: string, id: RequestId): string {
  return JSON.stringify({ code, msg, id });
}

function listenError(error: NodeJS.ErrnoException, port: number): TickframeError {
  if (error.code === "EADDRINUSE") {
    return new TickframeError("PORT_IN_USE", `port ${port} on ${LOOPBACK} is in use`, { cause: error });
  }
  return new TickframeError("CANNOT_LISTEN", `cannot listen on ${LOOPBACK}:${port}: ${error.message}`, {
    cause: error,
  });
}
