import { WebSocket } from "ws";
import { SYMBOLS } from "./market.ts";

/** A bare socket, set up as tickframe sets up its own, that subscribes to all symbols. */
export function openSocket(port: number): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/stream`, {
    perMessageDeflate: false,
    skipUTF8Validation: true,
  });
  const params = SYMBOLS.map((symbol) => `${symbol.toLowerCase()}@trade`);
  return socket.on("open", () => socket.send(JSON.stringify({ method: "SUBSCRIBE", params, id: 1 })));
}
