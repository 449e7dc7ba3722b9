import { parsing } from "./json-parse.ts";
import { LEAN } from "./open-socket.ts";
import type { OpenReceiver } from "./receiver.ts";

/** The same on a socket set up as tickframe does it, which leaves the check of UTF-8 to `JSON.parse`. */
export const open: OpenReceiver = (port, trades) => parsing(port, trades, LEAN);
