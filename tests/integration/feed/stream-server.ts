import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

/** What a client asked for in one control frame. */
export interface Asked {
  readonly id: number;
  readonly streams: readonly string[];
}

/** A connection as the server sees it. */
export interface Client {
  readonly webSocket: WebSocket;
  readonly socket: Socket;
  /** Control frames in the order they came. */
  readonly asked: Asked[];
}

/** Answers one control frame with the text of an error, with nothing for a yes, or with `"silence"`. */
export type Answer = (asked: Asked) => { readonly error?: string } | "silence";

/** A venue of a few lines on a real socket: `{"id":1,"streams":["a"]}` is answered by `{"id":1}`. */
export class StreamServer {
  readonly #http: Server = createServer((_request, response) => response.writeHead(426).end());
  readonly #webSockets = new WebSocketServer({ server: this.#http, perMessageDeflate: false });
  readonly #arrived: Client[] = [];
  readonly #awaiting: ((client: Client) => void)[] = [];
  readonly sockets = new Set<Socket>();
  answer: Answer = () => ({});
  /** Connections accepted so far. */
  accepted = 0;

  static async listen(port = 0): Promise<StreamServer> {
    const server = new StreamServer();
    server.#http.listen(port, "127.0.0.1");
    await once(server.#http, "listening");
    return server;
  }

  private constructor() {
    this.#http.on("connection", (socket) => {
      this.sockets.add(socket);
      socket.on("close", () => this.sockets.delete(socket));
      socket.on("error", () => {});
    });
    this.#webSockets.on("connection", (webSocket, request) => this.#accept(webSocket, request.socket));
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/stream`;
  }

  /** The next connection that nobody has taken yet, after its upgrade. */
  nextClient(): Promise<Client> {
    const client = this.#arrived.shift();
    if (client) return Promise.resolve(client);
    return new Promise((resolve) => this.#awaiting.push(resolve));
  }

  /** Resolves when no socket is left. */
  async drained(): Promise<void> {
    // Not `once` of node:events, which rejects when the socket is reset.
    for (const socket of this.sockets) await new Promise((resolve) => socket.once("close", resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#webSockets.close();
    this.#http.close();
    await once(this.#http, "close");
  }

  #accept(webSocket: WebSocket, socket: Socket): void {
    this.accepted++;
    const client: Client = { webSocket, socket, asked: [] };
    webSocket.on("error", () => {});
    webSocket.on("message", (data) => {
      const asked = JSON.parse((data as Buffer).toString()) as Asked;
      client.asked.push(asked);
      const answer = this.answer(asked);
      if (answer !== "silence") webSocket.send(JSON.stringify({ id: asked.id, ...answer }));
    });
    const resolve = this.#awaiting.shift();
    if (resolve) resolve(client);
    else this.#arrived.push(client);
  }
}
