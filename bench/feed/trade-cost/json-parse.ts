import type { ClientOptions } from "ws";
import { openSocket } from "./open-socket.ts";
import { expectAll, type OpenReceiver, type Receiver } from "./receiver.ts";

/** `ws` as it comes, and `JSON.parse`: each trade becomes an object, which is counted. */
export const open: OpenReceiver = (port, trades) => parsing(port, trades);

export function parsing(port: number, trades: number, options?: ClientOptions): Receiver {
  let received = 0;
  openSocket(port, options).on("message", (message) => {
    const { data } = JSON.parse((message as Buffer).toString());
    if (data !== undefined) received++;
  });
  return { received: () => received, prove: () => expectAll("JSON.parse", received, trades) };
}
