import type { ClientConnection } from "./client-connection.ts";
import { textFrame } from "./websocket-frame.ts";

/** One stream, such as `btcusdt@trade`, and the connections that want it, by the form they want it in. */
export class Channel {
  readonly name: string;
  /** Connections that get the bare message. */
  readonly raw: ClientConnection[] = [];
  /** Connections that get it as `{"stream":…,"data":…}`. */
  readonly combined: ClientConnection[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get isIdle(): boolean {
    return this.raw.length === 0 && this.combined.length === 0;
  }

  add(connection: ClientConnection): void {
    (connection.isCombined ? this.combined : this.raw).push(connection);
  }

  remove(connection: ClientConnection): void {
    for (const side of [this.raw, this.combined]) {
      const at = side.indexOf(connection);
      if (at >= 0) side.splice(at, 1);
    }
  }

  /** Sends one message to everyone, each in their form. */
  send(message: string): void {
    sendFrame(this.raw, () => message);
    sendFrame(this.combined, () => `{"stream":"${this.name}","data":${message}}`);
  }
}

function sendFrame(connections: readonly ClientConnection[], message: () => string): void {
  if (connections.length === 0) return;
  const frame = textFrame(Buffer.from(message()));
  for (const connection of connections) connection.send(frame);
}
