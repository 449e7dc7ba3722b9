import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A real HTTP server on loopback that answers as a test says and remembers what it was asked. */
export class RestServer implements AsyncDisposable {
  readonly asked: URL[] = [];
  readonly address: string;
  readonly #server;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(
    answer: (url: URL, response: ServerResponse, request: IncomingMessage) => void,
  ): Promise<RestServer> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? "/", rest.address);
      rest.asked.push(url);
      answer(url, response, request);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const rest = new RestServer(server);
    return rest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
