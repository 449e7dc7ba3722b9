import { once } from "node:events";
import { WebSocket } from "ws";

/** Whatever JSON a venue sent. */
export type Json = ReturnType<typeof JSON.parse>;

interface Reply {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly code?: number;
  readonly msg?: string;
}

/** A plain client of a venue's streams: it keeps what arrives, in order. */
export class StreamClient {
  readonly socket: WebSocket;
  /** Every data message as text; control replies are not among them. */
  readonly texts: string[] = [];
  readonly #replies = new Map<unknown, (reply: Reply) => void>();
  #ids = 0;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data: Buffer) => this.#onText(data.toString("latin1")));
  }

  /** Rejects when the venue does not take the connection. */
  static async open(url: string, options: { readonly autoPong?: boolean } = {}): Promise<StreamClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    const client = new StreamClient(socket);
    await once(socket, "open");
    return client;
  }

  /** Data messages as JSON. */
  get messages(): Json[] {
    return this.texts.map((text) => JSON.parse(text));
  }

  /** What the venue answers. */
  request(method: string, params?: unknown, id: unknown = ++this.#ids): Promise<Reply> {
    const reply = new Promise<Reply>((resolve) => this.#replies.set(id, resolve));
    this.socket.send(JSON.stringify({ method, params, id }));
    return reply;
  }

  subscribe(...streams: string[]): Promise<Reply> {
    return this.request("SUBSCRIBE", streams);
  }

  /** Resolves with code and reason when the connection ends. */
  async closed(): Promise<{ readonly code: number; readonly reason: string }> {
    const [code, reason] = (await once(this.socket, "close")) as [number, Buffer];
    return { code, reason: reason.toString() };
  }

  close(): void {
    this.socket.terminate();
  }

  #onText(text: string): void {
    if (/"id":(?:\d+|null|"[^"]*")}$/.test(text)) {
      const reply = JSON.parse(text) as Reply;
      this.#replies.get(reply.id)?.(reply);
      this.#replies.delete(reply.id);
    } else {
      this.texts.push(text);
    }
  }
}
