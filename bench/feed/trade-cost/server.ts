/**
 * The venue of the bench, in a process of its own: takes one WebSocket client after the other, tells its parent when all
 * symbols are subscribed to, and on demand sends that many trades, encoded beforehand, in large writes.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { messageOf, SYMBOLS, TOTAL_TRADES, trades } from "./market.ts";

/** What the parent orders: send that many trades, in whole batches of 500, to the newest client. */
export interface SendOrder {
  readonly trades: number;
}
export type ServerNotice =
  { readonly kind: "listening"; readonly port: number } | { readonly kind: "subscribed" };

const MESSAGES_A_BATCH = 500;
const WEBSOCKET_KEY_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const batches = encodeBatches();
let client: Duplex | undefined;

// Asked over REST about its symbols, it has no bars of them yet.
const server = createServer((_request, response) => {
  response.setHeader("content-type", "application/json");
  response.end("[]");
});
server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${WEBSOCKET_KEY_SALT}`);
  socket.write(
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${accept.digest("base64")}\r\n\r\n`,
  );
  client = socket;
  let asked = 0;
  let rest: Buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: Buffer) => {
    rest = takeFrames(Buffer.concat([rest, chunk]), (text) => {
      const { id, params } = JSON.parse(text);
      asked += params.length;
      socket.write(textFrame(JSON.stringify({ result: null, id })));
      if (asked === SYMBOLS.length) tell({ kind: "subscribed" });
    });
  });
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.on("message", ({ trades: count }: SendOrder) => void send(count));
process.on("disconnect", () => process.exit());
tell({ kind: "listening", port: (server.address() as AddressInfo).port });

function tell(notice: ServerNotice): void {
  process.send!(notice);
}

async function send(count: number): Promise<void> {
  const socket = client!;
  for (let i = 0; i * MESSAGES_A_BATCH < count && !socket.destroyed; i++) {
    if (!socket.write(batches[i])) await drained(socket);
  }
}

function drained(socket: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}

function encodeBatches(): Buffer[] {
  const encoded: Buffer[] = [];
  let batch: Buffer[] = [];
  for (const trade of trades(TOTAL_TRADES)) {
    batch.push(textFrame(messageOf(trade)));
    if (batch.length < MESSAGES_A_BATCH) continue;
    encoded.push(Buffer.concat(batch));
    batch = [];
  }
  return encoded;
}

function textFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.of(0x81, payload.length)
      : Buffer.of(0x81, 126, payload.length >> 8, payload.length & 255);
  return Buffer.concat([head, payload]);
}

/** Calls `onText` for each text frame of a client, which is masked; returns what is left of an unfinished one. */
function takeFrames(bytes: Buffer, onText: (text: string) => void): Buffer {
  for (;;) {
    if (bytes.length < 6) return bytes;
    const short = bytes[1] & 0x7f;
    const head = short < 126 ? 2 : 4;
    const length = short < 126 ? short : bytes.readUInt16BE(2);
    const end = head + 4 + length;
    if (bytes.length < end) return bytes;
    const mask = bytes.subarray(head, head + 4);
    const payload = bytes.subarray(head + 4, end).map((byte, i) => byte ^ mask[i & 3]);
    if ((bytes[0] & 0x0f) === 1) onText(Buffer.from(payload).toString());
    bytes = bytes.subarray(end);
  }
}
