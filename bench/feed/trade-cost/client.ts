/** One client of the bench, in a process of its own: `client.ts <receiver> <port> <trades>`. Tells its parent the result. */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import type { OpenReceiver } from "./receiver.ts";

/** Of one message, after the code has warmed up. */
export interface ClientResult {
  readonly cpuNs: number;
  readonly wallNs: number;
  /** By how much a message makes the heap grow, garbage included, in bytes; `undefined` where Node does not tell. */
  readonly heapBytes: number | undefined;
  readonly proof: string;
}

/** What comes before this share of the trades warms the code up. */
const WARM_UP_SHARE = 0.1;
const POLL_MS = 5;

interface Mark {
  readonly received: number;
  readonly cpuUs: number;
  readonly wallMs: number;
  readonly allocatedBytes: number;
}

const [name, port, trades] = process.argv.slice(2);
const total = Number(trades);
const { open } = (await import(`./${name}.ts`)) as { open: OpenReceiver };
const receiver = await open(Number(port), total);
const begin = await markAt(WARM_UP_SHARE * total);
const end = await markAt(total);
// Whoever has a queue of their own gets the time to empty it before they are asked.
for (let turn = 0; turn < 100; turn++) await nextTurn();
const messages = end.received - begin.received;
const allocated = end.allocatedBytes - begin.allocatedBytes;
const result: ClientResult = {
  cpuNs: (1_000 * (end.cpuUs - begin.cpuUs)) / messages,
  wallNs: (1e6 * (end.wallMs - begin.wallMs)) / messages,
  heapBytes: Number.isNaN(allocated) ? undefined : allocated / messages,
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
    allocatedBytes: allocatedBytes(),
  };
}

/** All that was ever allocated on the heap, which only newer Nodes tell; NaN on others. */
function allocatedBytes(): number {
  const { total_allocated_bytes = NaN } = getHeapStatistics() as { total_allocated_bytes?: number };
  return total_allocated_bytes;
}
