import { openSocket } from "./open-socket.ts";
import { expectAll, type OpenReceiver } from "./receiver.ts";

/** `ws` alone: frames are counted and dropped. */
export const open: OpenReceiver = (port, trades) => {
  // The first message acknowledges the subscription.
  let frames = -1;
  openSocket(port).on("message", () => frames++);
  return { received: () => Math.max(0, frames), prove: () => expectAll("count", frames, trades) };
};
