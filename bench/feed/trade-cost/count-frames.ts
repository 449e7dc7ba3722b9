import { LEAN, openSocket } from "./open-socket.ts";
import { expectAll, type OpenReceiver } from "./receiver.ts";

/** `ws` alone, set up as tickframe does it: frames are counted and dropped. */
export const open: OpenReceiver = (port, trades) => {
  // The first message acknowledges the subscription.
  let frames = -1;
  openSocket(port, LEAN).on("message", () => frames++);
  return { received: () => Math.max(0, frames), prove: () => expectAll("ws", frames, trades) };
};
