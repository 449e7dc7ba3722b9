import { createRequire } from "node:module";
import type { ClientOptions, WebSocket as Socket } from "ws";
import { SYMBOLS } from "./market.ts";

// The very `ws` that tickframe uses, not the one that a peer brought along.
const { WebSocket } = createRequire(new URL("../../../package.json", import.meta.url))("ws") as {
  readonly WebSocket: typeof Socket;
};

/** How tickframe sets up its own socket. */
export const LEAN: ClientOptions = { perMessageDeflate: false, skipUTF8Validation: true };

/** A bare socket that subscribes to all symbols. */
export function openSocket(port: number, options: ClientOptions = {}): Socket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/stream`, options);
  const params = SYMBOLS.map((symbol) => `${symbol.toLowerCase()}@trade`);
  return socket.on("open", () => socket.send(JSON.stringify({ method: "SUBSCRIBE", params, id: 1 })));
}
