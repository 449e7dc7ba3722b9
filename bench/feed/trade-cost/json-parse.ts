import { SYMBOLS } from "./market.ts";
import { openSocket } from "./open-socket.ts";
import { expectAll, type OpenReceiver } from "./receiver.ts";

/** `ws` and `JSON.parse`: each trade becomes an object, of which only the id is looked at. */
export const open: OpenReceiver = (port, trades) => {
  let received = 0;
  const lastIds = new Map<string, number>(SYMBOLS.map((symbol) => [symbol, 0]));
  openSocket(port).on("message", (message) => {
    const { data } = JSON.parse(message.toString());
    if (data === undefined) return;
    received++;
    lastIds.set(data.s, data.t);
  });
  return { received: () => received, prove: () => expectAll("JSON.parse", received, trades) };
};
