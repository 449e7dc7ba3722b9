/** One client of the bench, in a process of its own: `client.ts <receiver> <port> <trades>`, driven by its parent. */
import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import type { OpenReceiver } from "./receiver.ts";

export interface ClientResult {
  /** Of one message, in ns, after the code has warmed up. */
  readonly cpuNs: number;
  readonly wallNs: number;
  /** What a message left on the heap, in bytes; not a number when a collection came between. */
  readonly heapBytes: number;
  readonly proof: string;
}

/** What comes before this share of the trades warms the code up. */
const WARM_UP_SHARE = 0.1;
const POLL_MS = 5;

interface Mark {
  readonly received: number;
  readonly cpuUs: number;
  readonly wallMs: number;
  readonly heapBytes: number;
  readonly collections: number;
}

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ["gc"] });

const [name, port, trades] = process.argv.slice(2);
const total = Number(trades);
const { open } = (await import(`./${name}.ts`)) as { open: OpenReceiver };
const receiver = await open(Number(port), total);

const begin = await markAt(WARM_UP_SHARE * total);
const end = await markAt(total);
// Whoever has a queue of their own gets the time to empty it before they are asked.
for (let turn = 0; turn < 100; turn++) await nextTurn();
const messages = end.received - begin.received;
const result: ClientResult = {
  cpuNs: (1_000 * (end.cpuUs - begin.cpuUs)) / messages,
  wallNs: (1e6 * (end.wallMs - begin.wallMs)) / messages,
  heapBytes: end.collections === begin.collections ? (end.heapBytes - begin.heapBytes) / messages : NaN,
  proof: await receiver.prove(),
};
process.send!(result, () => process.exit());

/** Resolves soon after so many messages have come. */
async function markAt(messageCount: number): Promise<Mark> {
  while (receiver.received() < messageCount) await wait(POLL_MS);
  const { user, system } = process.cpuUsage();
  return {
    received: receiver.received(),
    cpuUs: user + system,
    wallMs: performance.now(),
    heapBytes: process.memoryUsage().heapUsed,
    collections,
  };
}
